/** A fault of some of the addresses behind a name accounts for their part of the requests, and the report says where there is more. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AddressProbe } from '../../src/diagnosis/evidence.js';
import { addByAddress } from '../../src/diagnosis/weigh-addresses.js';
import {
  aBag,
  aCell,
  aConnection,
  aDeadAddress,
  anAddress,
  aProbe,
  aResolution,
  aTls,
  now,
  someLogs,
} from '../builders/evidence.js';

const expired = (address: string) => anAddress({ address, tls: aTls({ trustProblems: ['expired'] }) });
const sound = (address: string) => anAddress({ address });
const [a, b, c] = ['192.0.2.10', '192.0.2.11', '192.0.2.12'] as const;

/** An hour of requests to the origin, all alike, of which a part fails. */
function hour(failures: number, served: number) {
  const perMinute = Array.from({ length: 60 }, (_, index) => ({
    minute: new Date(Date.parse('2026-11-20T09:15:00Z') + index * 60_000).toISOString(),
    requests: failures + served,
    failures,
    served,
  }));
  const repeatable = { requests: 60 * (failures + served), failures: 60 * failures };
  const unrepeatable = { requests: 0, failures: 0 };
  return someLogs({
    requests: repeatable.requests,
    cells: [aCell({ count: repeatable.failures })],
    perMinute,
    byBehaviour: [{ behaviour: '*', repeatable, unrepeatable, otherServerErrors: 0, slow: 0, perMinute }],
  });
}

function verdictOf(addresses: readonly AddressProbe[], logs: ReturnType<typeof someLogs>, more = {}) {
  const resolved = addresses.map(({ address }) => ({ address, family: 4 as const, ttlSeconds: 60 }));
  const bag = aBag({ logs, probes: [aProbe({ addresses, dns: aResolution({ addresses: resolved }), ...more })] });
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}

describe('a certificate that has expired on some addresses', () => {
  it.each([
    ['one of two, and half of the requests fail', [expired(a), sound(b)], hour(10, 10), 'proven', 600],
    ['one of two, and fewer fail than meet it', [expired(a), sound(b)], hour(4, 16), 'proven', 240],
    ['one of two that is asked more often', [expired(a), sound(b)], hour(13, 7), 'proven', 780],
    ['one of two, and all fail', [expired(a), sound(b)], hour(20, 0), 'supported', 600],
    ['two of three, and all fail', [expired(a), expired(b), sound(c)], hour(21, 0), 'supported', 840],
    ['two of three, and two thirds fail', [expired(a), expired(b), sound(c)], hour(14, 7), 'proven', 840],
    ['one of three, and hardly any fail', [expired(a), sound(b), sound(c)], hour(1, 199), 'supported', 60],
    [
      'one of two, of which the other was not seen',
      [expired(a), aDeadAddress('timed-out', b)],
      hour(20, 0),
      'proven',
      1_200,
    ],
  ] as const)('accounts for its part: %s', (_, addresses, logs, strength, count) => {
    const { causes } = verdictOf(addresses, logs);
    expect(causes[0]).toMatchObject({ checkId: 'expired-certificate', strength, explained: { count } });
  });

  it('says that more is wrong where more fails', () => {
    const verdict = verdictOf([expired(a), sound(b)], hour(20, 0));
    expect(verdict.causes[0]?.cappedBecause).toBe(
      'It is of 1 of 2 addresses, and 100 % of what went to the origin failed when it was worst: more is wrong than that.',
    );
    expect(verdict.headline).toContain('explains 600 of 1,200');
    expect(verdict.unexplained).toBe(600);
    expect(verdict.nextTest).toMatch(/^Of the 502s that remain, 600 are OriginConnectError/);
  });

  it('leaves the rest to a fault of the other one: together they account for all, and neither is doubted', () => {
    const verdict = verdictOf([expired(a), aDeadAddress('refused', b)], hour(20, 0));
    expect(verdict.causes).toMatchObject([
      { strength: 'proven', explained: { count: 600 } },
      { strength: 'proven', explained: { count: 600 } },
    ]);
    expect(verdict.causes.map(({ checkId }) => checkId).sort()).toEqual(['expired-certificate', 'refused-connection']);
    expect(verdict.unexplained).toBe(0);
  });

  it('is not proven where the other one fails too, and half of the requests were served all the same', () => {
    const { causes } = verdictOf([expired(a), aDeadAddress('refused', b)], hour(10, 10));
    expect(causes).toMatchObject([{ strength: 'supported' }, { strength: 'supported' }]);
    expect(causes[0]?.cappedBecause).toBe(
      'Each of the 2 addresses fails now, and 300 requests got a good answer from there while 300 others failed.',
    );
  });

  it('does not add up with another fault of the same address', () => {
    const both = anAddress({ address: a, tls: aTls({ trustProblems: ['expired', 'self-signed'] }) });
    expect(verdictOf([both, sound(b)], hour(20, 0)).unexplained).toBe(600);
  });

  it('is held against the requests of its own host, where the Host is forwarded', () => {
    const connection = aConnection({ host: 'www.example.com' });
    expect(verdictOf([expired(a), sound(b)], hour(20, 0), { connection }).causes[0]).toMatchObject({
      strength: 'supported',
      explained: { count: 600 },
    });
  });

  it('is not bounded by four requests, nor where nobody counted what was served', () => {
    const few = someLogs({ cells: [aCell({ count: 4 })] });
    expect(verdictOf([expired(a), sound(b)], few).causes[0]).toMatchObject({
      strength: 'proven',
      explained: { count: 4 },
    });
  });

  it('counts addresses that were not probed among those that may have it', () => {
    const more = {
      dns: aResolution({ addresses: [a, b, c].map((address) => ({ address, family: 4 as const, ttlSeconds: 60 })) }),
    };
    expect(verdictOf([expired(a), sound(b)], hour(13, 7), more).causes[0]?.explains?.addresses).toEqual({
      among: [a, c],
      of: 3,
    });
  });
});

describe('addByAddress', () => {
  it.each([
    [
      'different addresses',
      [
        [[0.5, 0.2], ['a']],
        [[0.5, 0.1], ['b']],
      ],
      [1, 0.3],
    ],
    [
      'one address',
      [
        [[0.5, 0.2], ['a']],
        [[0.4, 0.3], ['a']],
      ],
      [0.5, 0.3],
    ],
    [
      'no more than all',
      [
        [[1, 1], ['a']],
        [
          [1, 0],
          ['b', 'c'],
        ],
      ],
      [1, 1],
    ],
  ] as const)('adds up %s', (_, causes, expected) => {
    const sums = addByAddress(
      causes.map(([shares, among]) => ({ shares, among })),
      2,
    );
    for (const [index, sum] of sums.entries()) expect(sum).toBeCloseTo(expected[index] ?? Number.NaN);
  });
});
