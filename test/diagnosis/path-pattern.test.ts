import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchBehaviour, matchesPathPattern } from '../../src/diagnosis/path-pattern.js';

describe('matchesPathPattern', () => {
  it.each([
    ['*', '/anything/at/all', true],
    ['/*', '/', true],
    ['/api/*', '/api/orders', true],
    ['/api/*', '/api/', true],
    ['/api/*', '/api', false],
    ['api/*', '/api/orders', true],
    ['/API/*', '/api/orders', false],
    ['*.jpg', '/images/cat.jpg', true],
    ['*.jpg', '/images/cat.jpeg', false],
    ['images/*.jp?', '/images/a/b.jpg', true],
    ['/images/??.png', '/images/ab.png', true],
    ['/images/??.png', '/images/abc.png', false],
    ['/a*b*c', '/aXbXbXc', true],
    ['/a*b*c', '/aXbXbX', false],
    ['/exact', '/exact', true],
    ['/exact', '/exact/', false],
    ['/a.c', '/abc', false],
    ['/a+(b)', '/a+(b)', true],
  ])('%s against %s is %s', (pattern, path, expected) => {
    expect(matchesPathPattern(pattern, path)).toBe(expected);
  });

  it('agrees with a regular expression on any pattern', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (somePattern, somePath) => {
        const source = `/${somePattern}`.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
        expect(matchesPathPattern(`/${somePattern}`, `/${somePath}`)).toBe(
          new RegExp(`^${source}$`).test(`/${somePath}`),
        );
      }),
    );
  });

  it('stays quick on a pattern made to backtrack', () => {
    expect(matchesPathPattern(`/${'*a'.repeat(100)}b`, `/${'a'.repeat(8_000)}`)).toBe(false);
  });
});

describe('matchBehaviour', () => {
  const patterns = ['/api/v2/*', '/api/*', '*.jpg', '*'];
  it.each([
    ['/api/v2/x', '/api/v2/*'],
    ['/api/x.jpg', '/api/*'],
    ['/x.jpg', '*.jpg'],
    ['/', '*'],
  ])('%s goes to %s', (path, expected) => {
    expect(matchBehaviour(patterns, path)).toBe(expected);
  });

  it('is null where nothing matches', () => {
    expect(matchBehaviour(['/api/*'], '/other')).toBeNull();
  });
});
