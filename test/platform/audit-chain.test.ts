/** Entries of the audit log: what is hashed, what is cut, what hostile facts turn into. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  chainStart,
  hashOf,
  parseEntry,
  renderEntry,
  sealEntry,
} from '../../src/platform/audit-chain.js';
import type { AuditEvent } from '../../src/platform/audit-log.js';
import { anyCharacter } from '../builders/any-character.js';

const at = new Date('2026-11-20T10:00:00.000Z');
const place = { sequence: 1, previous: chainStart };
const event = (over: Partial<AuditEvent> = {}): AuditEvent => ({
  actor: 'U0EXAMPLE01',
  action: 'proposal.pending',
  subject: 'prp_abcdefghijkl',
  facts: { before: 30, after: 60 },
  ...over,
});

describe('an entry', () => {
  it('has the hash that Python computes from its sorted JSON', () => {
    const entry = sealEntry(event(), place, at);
    expect(entry.hash).toBe('cb8a7f7247e81231dabcc4324b433f8310f36aae58f961d5e0b5c1fa09a73045');
  });

  it('reads back as it was written', () => {
    const entry = sealEntry(event(), place, at);
    expect(parseEntry(renderEntry(entry))).toEqual(entry);
  });

  it.each([
    ['no JSON', 'x'],
    ['another shape', '{"sequence":1}'],
    ['a blank more', ` ${renderEntry(sealEntry(event(), place, at))}`],
    [
      'a member that parsers drop',
      renderEntry(sealEntry(event(), place, at)).replace('{"after"', '{"__proto__":1,"after"'),
    ],
  ])('is not read where there is %s', (_what, line) => {
    expect(parseEntry(line)).toBeNull();
  });

  it('has its text cut and credentials in it blanked', () => {
    const { facts, actor } = sealEntry(
      event({
        actor: 'U'.repeat(500),
        facts: { reason: 'r'.repeat(5_000), key: 'use AKIAIOSFODNN7EXAMPLE and xoxb-1234567890-abc please' },
      }),
      place,
      at,
    );
    expect(actor).toHaveLength(64);
    expect(facts['reason']).toBe(`${'r'.repeat(999)}…`);
    expect(facts['key']).toBe('use [secret] and [secret] please');
  });

  it('says how many facts were left out', () => {
    const facts = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`fact${index}`, index]));
    const sealed = sealEntry(event({ facts }), place, at);
    expect(Object.keys(sealed.facts)).toHaveLength(33);
    expect(sealed.facts['factsLeftOut']).toBe(8);
  });

  it('is whole and small whatever the facts are', () => {
    const anything = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 3_000 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('\ud800', '\u2028', '"\\', '\u0000', '𝒳'.repeat(2_000)),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: anyCharacter, maxLength: 200 }), anything, { maxKeys: 60 }),
        (facts) => {
          const entry = sealEntry(event({ facts, actor: '\udfff' }), place, at);
          const line = renderEntry(entry);
          const back = parseEntry(Buffer.from(line, 'utf8').toString('utf8'));
          expect(back).toEqual(entry);
          expect(back === null ? '' : hashOf(back)).toBe(entry.hash);
          expect(line.length).toBeLessThan(100_000);
          expect(line).not.toMatch(/[\r\n]/);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('canonical JSON', () => {
  it('orders names and leaves no blanks', () => {
    expect(canonicalJson({ b: [1, { z: null, a: 'ä' }], 10: true, 9: -0 })).toBe(
      '{"10":true,"9":0,"b":[1,{"a":"ä","z":null}]}',
    );
  });
});
