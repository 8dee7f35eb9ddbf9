import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bindChange, canonicalJson, compareBinding, hashJson } from '../../src/remediation/binding.js';
import type { LiveConfig } from '../../src/remediation/live-config.js';
import type { Change } from '../../src/remediation/proposal.js';
import { anyCharacter } from '../builders/any-character.js';
import { aBag } from '../builders/evidence.js';

const change: Change = {
  target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' },
  field: 'read-timeout',
  before: 30,
  after: 60,
};
const api = { Id: 'api', DomainName: 'api.example.com', CustomOriginConfig: { OriginReadTimeout: 30 } };
const files = { Id: 'files', DomainName: 'files.example.com' };
/** A configuration holds far more than is read here. */
const whole = <Config extends LiveConfig>(all: Config): LiveConfig => all;
const config = { Comment: '', Origins: { Quantity: 2, Items: [api, files] } };
const bound = bindChange(change, config, 'ETAG1', null);

describe('a binding', () => {
  it.each([
    ['the same configuration', bindChange(change, config, 'ETAG1', null), 'same'],
    ['the same with other evidence', bindChange(change, config, 'ETAG1', aBag()), 'same'],
    ['another comment', bindChange(change, whole({ ...config, Comment: 'x' }), 'ETAG2', null), 'unrelated-move'],
    [
      'another origin changed, and the order too',
      bindChange(
        change,
        whole({ ...config, Origins: { Quantity: 2, Items: [{ ...files, OriginPath: '/x' }, api] } }),
        'ETAG2',
        null,
      ),
      'unrelated-move',
    ],
    [
      'the origin itself changed',
      bindChange(
        change,
        whole({ ...config, Origins: { Quantity: 1, Items: [{ ...api, DomainName: 'b' }] } }),
        'ETAG2',
        null,
      ),
      'related-move',
    ],
    ['the origin gone', bindChange(change, { Origins: { Items: [files] } }, 'ETAG2', null), 'related-move'],
    ['another value wished', bindChange({ ...change, after: 90 }, config, 'ETAG1', null), 'related-move'],
  ] as const)('%s', (_what, live, expected) => {
    expect(compareBinding(bound, live)).toBe(expected);
  });

  it('of a balancer is to all its attributes, in any order', () => {
    const target = { kind: 'balancer', distributionId: 'E1', arn: 'arn:1', region: 'us-east-1', name: 'a' } as const;
    const wish: Change = { target, field: 'balancer-idle-timeout', before: 60, after: 90 };
    const [one, two] = [
      { Key: 'a', Value: '1' },
      { Key: 'idle_timeout.timeout_seconds', Value: '60' },
    ];
    const binding = bindChange(wish, [one, two], null, null);
    expect(binding.etag).toBe(binding.subjectHash);
    expect(compareBinding(binding, bindChange(wish, [two, one], null, null))).toBe('same');
    expect(compareBinding(binding, bindChange(wish, [{ ...one, Value: '2' }, two], null, null))).toBe('related-move');
  });

  it('holds the hash of the evidence', () => {
    expect(bound.evidenceHash).toBeNull();
    expect(bindChange(change, config, 'ETAG1', aBag()).evidenceHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys, nor on what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [{ d: undefined, c: null }] })).toBe('{"a":[{"c":null}],"b":1}');
    expect(hashJson({ b: 1, a: 2 })).toBe(hashJson({ a: 2, b: 1, c: undefined }));
  });

  it('tells values apart', () => {
    expect(hashJson({ a: '1' })).not.toBe(hashJson({ a: 1 }));
    expect(hashJson([1, 2])).not.toBe(hashJson([2, 1]));
    expect(hashJson(new Date(0))).not.toBe(hashJson(new Date(1)));
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
    expect(() => canonicalJson(() => 1)).toThrow();
  });

  it('reads back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
