import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeField } from '../../src/access-log/decode-field.js';
import { templatePath } from '../../src/access-log/path-template.js';

describe('templatePath', () => {
  it.each([
    ['/', '/'],
    ['/api/', '/api/'],
    ['/api/v2/orders', '/api/v2/orders'],
    ['/orders/8812', '/orders/{number}'],
    ['/orders/8812/items/3', '/orders/{number}/items/{number}'],
    ['/a/123e4567-e89b-12d3-a456-426614174000', '/a/{uuid}'],
    ['/a/d41d8cd98f00b204e9800998ecf8427e', '/a/{hash}'],
    ['/assets/app.9f86d081884c.js', '/assets/{id}.js'],
    ['/assets/9f86d081884c7d65.css', '/assets/{hash}.css'],
    ['/news/2026-11-20/headline', '/news/{date}/headline'],
    ['/u/anna@example.com', '/u/{address}'],
    ['/order-20391', '/{id}'],
    ['/s/AKx92jKwq01', '/s/{id}'],
    ['/products/red-shoes', '/products/red-shoes'],
    ['/favicon.ico', '/favicon.ico'],
    ['/a?secret=1', '/a'],
    ['/1/2/3/4/5/6/7/8/9/10', '/{number}/{number}/{number}/{number}/{number}/{number}/{number}/{more}'],
    [`/${'deadbeef'.repeat(8)}`, '/{id}'],
  ])('%s becomes %s', (path, template) => {
    expect(templatePath(path)).toBe(template);
  });

  it('is short and settled for any path', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (tail) => {
        const template = templatePath(`/${tail}`);
        expect(template.startsWith('/')).toBe(true);
        expect(template.length).toBeLessThanOrEqual(8 * 75);
        expect(template.split('/').length).toBeLessThanOrEqual(9);
      }),
    );
  });
});

describe('decodeField', () => {
  it.each([
    ['/plain', '/plain'],
    ['/a%20b', '/a b'],
    ['/a%2520b', '/a b'],
    ['/%C3%A4', '/ä'],
    ['/%25C3%25A4', '/ä'],
    ['/100%25', '/100%'],
    ['/bad%ZZ', '/bad%ZZ'],
    ['/%FF', '/%FF'],
    ['/line%0Abreak', '/line%0Abreak'],
    ['/line%250Abreak', '/line%0Abreak'],
    ['/a%2Fb', '/a%2Fb'],
    ['/turned%E2%80%AEround', '/turned%E2%80%AEround'],
  ])('%s becomes %s', (text, decoded) => {
    expect(decodeField(text)).toBe(decoded);
  });

  it('never throws, and never makes a control character', () => {
    const unit = fc.oneof(
      fc.constantFrom('%', '2', '5', 'C', '0', 'A', '%0A', '%E2%80%A8', '%C2%85', '%25'),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
        const text = parts.join('').replace(/[^\x21-\x7e]/g, '');
        expect(decodeField(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
