/** What one probe may rule out: nothing that comes and goes while the logs name it, and nothing behind an answer that never came. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { FailureCell, OriginProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aCell,
  aDistribution,
  aFailedTls,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  aTls,
  blindVantage,
  now,
  someLogs,
} from '../builders/evidence.js';

function conclude(cells: readonly FailureCell[], probe: OriginProbe = aProbe()) {
  const bag = aBag({ logs: someLogs({ cells }), probes: [probe] });
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}

describe('a fault that comes and goes', () => {
  it.each([
    ['reset-connection', 'OriginReadError'],
    ['premature-close', 'OriginReadError'],
    ['refused-connection', 'OriginConnectError'],
    ['rejected-handshake', 'OriginConnectError'],
    ['relayed-502', 'OriginError'],
  ])('(%s) is not ruled out by one good answer beside rows of %s', (checkId, detailedResult) => {
    const { inconclusive, ruledOut } = conclude([aCell({ detailedResult, count: 400 })]);
    const found = inconclusive.find((one) => one.checkId === checkId);
    expect(found?.lead).toMatch(new RegExp(`^400 rows say ${detailedResult}, not seen in \\d+ probes? from here\\.$`));
    expect(ruledOut.map((one) => one.checkId)).not.toContain(checkId);
  });

  it.each([
    ['of another kind', { detailedResult: 'OriginDnsError' }],
    ['that say no more than Error', { detailedResult: 'Error' }],
    ['of behaviours that lead elsewhere', { detailedResult: 'OriginReadError', behaviour: '/other/*' }],
  ])('is ruled out beside rows %s', (_, cell) => {
    const { ruledOut } = conclude([aCell({ count: 400, ...cell })]);
    expect(ruledOut.map(({ checkId }) => checkId)).toContain('reset-connection');
  });

  it('is ruled out once causes account for the rows', () => {
    const probe = aProbe({
      addresses: [anAddress({ http: [anAnswer({ outcome: 'closed-before-head', status: null })] })],
    });
    const verdict = conclude([aCell({ detailedResult: 'OriginReadError', count: 400 })], probe);
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['premature-close']);
    expect(verdict.ruledOut.map(({ checkId }) => checkId)).toContain('reset-connection');
  });
});

describe('a fault of the handshake', () => {
  const named = [
    'expired-certificate',
    'not-yet-valid-certificate',
    'self-signed-certificate',
    'incomplete-certificate-chain',
    'misordered-certificate-chain',
    'untrusted-certificate',
    'unsupported-certificate-key',
    'mismatched-certificate-name',
    'incompatible-tls-protocol',
    'incompatible-tls-cipher',
    'client-certificate-required',
    'plaintext-on-tls-port',
  ];

  it.each(named)('(%s) may be of a server that did not answer us, where rows name failed connections', (checkId) => {
    const { inconclusive, ruledOut } = conclude([aCell({ detailedResult: 'OriginConnectError', count: 400 })]);
    expect(ruledOut.map((one) => one.checkId)).not.toContain(checkId);
    expect(inconclusive.find((one) => one.checkId === checkId)).toMatchObject({
      lead: null,
      missing: [{ message: expect.stringMatching(/^1 handshake with the address of .* 400 logged 502s name/) }],
    });
  });

  it.each([
    ['two of them', { detailedResult: 'OriginConnectError', count: 2 }],
    ['rows of another kind', { detailedResult: 'OriginReadError', count: 400 }],
    ['rows that say no more than Error', { detailedResult: 'Error', count: 400 }],
    ['rows of behaviours that lead elsewhere', { behaviour: '/other/*', count: 400 }],
  ])('is ruled out beside %s', (_, cell) => {
    const { ruledOut } = conclude([aCell(cell)]);
    expect(ruledOut.map(({ checkId }) => checkId)).toEqual(expect.arrayContaining(named));
  });

  it('is ruled out once another cause accounts for the rows', () => {
    const address = anAddress({ tls: aTls({ trustProblems: ['expired'] }) });
    const { causes, ruledOut } = conclude([aCell({ count: 400 })], aProbe({ addresses: [address] }));
    expect(causes.map(({ checkId }) => checkId)).toEqual(['expired-certificate']);
    expect(ruledOut.map(({ checkId }) => checkId)).toEqual(expect.arrayContaining(named.slice(1)));
  });

  it('is one of every request where some attempts failed before they came to it', () => {
    const attempts = [
      { outcome: 'connected', count: 3 },
      { outcome: 'reset', count: 1 },
    ] as const;
    const tcp = { outcome: 'connected', errorCode: null, elapsedMs: 8, attempts } as const;
    const address = anAddress({ tcp, tls: aFailedTls('reset'), http: [] });
    const { causes } = conclude([aCell({ count: 400 })], aProbe({ addresses: [address] }));
    expect(causes).toMatchObject([{ checkId: 'reset-connection', failsEveryRequest: true, metAt: 'tls' }]);
  });
});

describe('a fault of some paths', () => {
  const bad = anAnswer({ path: '/orders/8812', status: 502 });
  const cells = [
    aCell({ path: '/orders/{number}', detailedResult: 'OriginError', count: 30 }),
    aCell({ path: '/', detailedResult: 'OriginError', count: 20 }),
  ];

  it('explains the 502s of these, where others are answered well', () => {
    const verdict = conclude(cells, aProbe({ addresses: [anAddress({ http: [anAnswer(), bad] })] }));
    expect(verdict.causes).toMatchObject([{ checkId: 'relayed-502', explained: { count: 30, of: 50 } }]);
  });

  it('explains all where no path is answered well', () => {
    const verdict = conclude(cells, aProbe({ addresses: [anAddress({ http: [bad] })] }));
    expect(verdict.causes).toMatchObject([{ checkId: 'relayed-502', explained: { count: 50, of: 50 } }]);
  });

  it('is known in the logs without the origin path', () => {
    const origins = [anOrigin({ originPath: '/app' })];
    const http = [anAnswer({ path: '/app/' }), { ...bad, path: '/app/orders/8812' }];
    const probe = aProbe({ addresses: [anAddress({ http })] });
    const bag = aBag({ distribution: aDistribution({ origins }), logs: someLogs({ cells }), probes: [probe] });
    const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    expect(verdict.causes).toMatchObject([{ explained: { count: 30, of: 50 } }]);
  });

  it('explains none where those that fail in the logs are answered well', () => {
    const home = anAnswer({ path: '/health', status: 502 });
    const verdict = conclude(cells, aProbe({ addresses: [anAddress({ http: [anAnswer(), home] })] }));
    expect(verdict.causes).toEqual([]);
  });
});

describe('an origin that takes the request and does not answer', () => {
  const silent = anAnswer({ outcome: 'timed-out', status: null, elapsedMs: 20_000 });
  const missingOf = (probe: OriginProbe) =>
    conclude([], probe).inconclusive.find(({ checkId }) => checkId === 'relayed-502')?.missing[0];

  it.each([
    ['at its only address', [anAddress({ http: [silent] })]],
    ['at one of two', [anAddress(), anAddress({ address: '192.0.2.11', http: [silent] })]],
  ])('is told apart from a shut door, %s', (_, addresses) => {
    expect(missingOf(aProbe({ addresses }))).toMatchObject({
      message: 'origin.example.com took the request for / and did not answer within 20 s.',
      remedy: expect.stringMatching(/504 and not 502/),
    });
  });

  it('is not said of one that cannot be seen', () => {
    const addresses = [anAddress({ tls: aFailedTls('timed-out'), http: [] })];
    expect(missingOf(aProbe({ addresses }))?.remedy).toMatch(/^Open /);
    expect(missingOf(aProbe({ addresses, vantage: blindVantage }))?.remedy).toMatch(/^Run cf502 where/);
  });
});
