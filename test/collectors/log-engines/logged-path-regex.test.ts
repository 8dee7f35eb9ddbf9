import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeField } from '../../../src/access-log/decode-field.js';
import { loggedPathRegex } from '../../../src/collectors/log-engines/logged-path-regex.js';
import { matchesPathPattern } from '../../../src/diagnosis/path-pattern.js';
import { anyCharacter } from '../../builders/any-character.js';
import { encodeLogValue } from '../../world/access-logs.js';

/** As CloudFront logs a path that a viewer had encoded, too. */
const logged = (path: string, isEncodedTwice: boolean) =>
  encodeLogValue(isEncodedTwice ? encodeURI(path).replaceAll('%2F', '/') : path);

describe('loggedPathRegex', () => {
  it.each([
    ['/api/*', '/api/x', true],
    ['/api/*', '/apix', false],
    ['api/*', '/api/', true],
    ['*', '/anything', true],
    ['*.php', '/a/b.php', true],
    ['*.php', '/a/bxphp', false],
    ['/a?c', '/a%20c', true],
    ['/a?c', '/a%2520c', true],
    ['/a?c', '/a%C3%A9c', true],
    ['/a?c', '/ac', false],
    ['/caf\u00e9', '/caf%c3%a9', true],
    ['/a~b', '/a%7Eb', true],
    ["/it's", '/it%27s', true],
    ['/a/b', '/a%2Fb', false],
    ['/(x|y)', '/x', false],
    ['/(x|y)', '/(x%7Cy)', true],
    ['/????', '/a%2520', false],
    ['/??*', '/%25E2%2582%25AC', false],
    ['/*??', '/%E2%82%AC', false],
    ['/*?', '/%E2%82%AC', true],
    ['/sale-?', '/sale-%25', true],
    ['/sale-?', '/sale-%2525', true],
    ['/sale-??', '/sale-%25x', true],
    ['/sale-??', '/sale-%254', true],
    ['/sale-??', '/sale-4%25', true],
    ['/sale-??', '/sale-%25%25', true],
    ['/sale-???', '/sale-%2544', false],
    ['/sale-?/x', '/sale-%25/x', true],
    ['/sale-?4', '/sale-%254', true],
    ['/sale-?44', '/sale-%2544', false],
    ['/sale-?4x', '/sale-%254x', true],
    ['/?????x', '/1234%25x', true],
    ['/*?', '/100%25', true],
    ['/*?', '/100%25x', true],
    ['/*??', '/100%25x', true],
    ['/?*', '/%25', true],
    ['/?*x', '/%25x', true],
    ['/?*x', '/%254x', true],
    ['/?*x', '/%25%25x', true],
    ['/?*', '/%254%25', true],
    ['/*?', '/%254%25x', true],
    ['/?*4', '/%2544', false],
    ['/x?*?', '/x%2544', false],
  ])('%s over %s: %s', (pattern, path, matches) => {
    expect(new RegExp(loggedPathRegex(pattern)).test(path)).toBe(matches);
    expect(matchesPathPattern(pattern, decodeField(path))).toBe(matches);
  });

  it('matches what the pattern matches once decoded', () => {
    const letter = fc.constantFrom('a', 'b', '/', '.', '-', '_', '~', ' ', "'", '(', '+', '$', '\u00e9', '\u20ac', '1');
    const path = fc.array(letter, { maxLength: 8 }).map((letters) => `/${letters.join('')}`);
    const pattern = fc
      .array(fc.oneof({ weight: 3, arbitrary: letter }, { weight: 1, arbitrary: fc.constantFrom('*', '?') }), {
        maxLength: 8,
      })
      .map((letters) => `/${letters.join('')}`);
    fc.assert(
      fc.property(pattern, path, fc.boolean(), (wanted, asked, twice) => {
        const line = logged(asked, twice);
        expect(new RegExp(loggedPathRegex(wanted)).test(line)).toBe(matchesPathPattern(wanted, decodeField(line)));
      }),
      { numRuns: 1_500 },
    );
  });

  it('takes a percent sign for a character where it does not begin what was encoded twice', () => {
    // A pair of digits that are no UTF-8 would stay as it is.
    const letter = fc.constantFrom('4', '4', 'x', '%', '%', '/', '\u20ac');
    const change = fc.constantFrom('keep', 'keep', '?', '?', '*', '', 'x', '4');
    const letters = fc.array(fc.tuple(letter, change), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(letters, fc.boolean(), (changed, twice) => {
        const path = `/${changed.map(([asked]) => asked).join('')}`;
        const become = ([asked, to]: (typeof changed)[number]) => (to !== 'keep' ? to : asked === '%' ? '?' : asked);
        const wanted = `/${changed.map(become).join('')}`;
        // More wildcards are taken more strictly, and a star before a digit more loosely.
        fc.pre(!/(?:[*?]4*){3}|\*4/.test(wanted));
        const line = logged(path, twice);
        const expected = matchesPathPattern(wanted, decodeField(line));
        expect([wanted, line, new RegExp(loggedPathRegex(wanted)).test(line)]).toEqual([wanted, line, expected]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('holds nothing but printable ASCII, and no quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (pattern) => {
        let regex = '';
        try {
          regex = loggedPathRegex(pattern);
        } catch {
          return;
        }
        expect(regex).toMatch(/^[ -~]*$/);
        expect(regex).not.toMatch(/['"]/);
      }),
    );
  });
});
