/** Defects where nothing failed, or where it is not known what failed: they are said, and no cause is made of them. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCertificate,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anOrigin,
  aProbe,
  aTls,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

const conclude = (bag: EvidenceBag) => concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
const expiredAt = (validTo: string) =>
  aProbe({
    addresses: [anAddress({ tls: aTls({ chain: [aCertificate({ validTo })], trustProblems: ['expired'] }) })],
  });
const noLogs = unavailable();

describe('a defect where there are no 502s', () => {
  it.each([
    ['logs', {}],
    ['CloudWatch', { logs: noLogs }],
    [
      'CloudWatch, which counts other 5xx',
      { logs: noLogs, metrics: someMetrics({ estimated502: 0, estimated5xx: 30 }) },
    ],
    ['logs alone', { metrics: unavailable() }],
  ])('by %s is worth mending and no cause', (_, seen) => {
    expect(conclude(aBag({ ...seen, probes: [aProbe({ addresses: [aDeadAddress('refused')] })] }))).toMatchObject({
      outcome: 'no-502s',
      layer: null,
      headline:
        'No 502s seen. Worth mending before requests need it: origin.example.com refuses connections on port 443.',
      causes: [],
      alsoSeen: [{ checkId: 'refused-connection', strength: 'supported' }],
      nextTest: null,
    });
  });

  it('does not keep other server errors from being said', () => {
    const logs = someLogs({ byStatus: [{ status: '503', count: 400 }] });
    expect(conclude(aBag({ logs, probes: [expiredAt('2026-11-19T00:00:00.000Z')] })).headline).toBe(
      'No 502s in 10,000 requests; but 400 of them a 503. Worth mending before requests need it: expired certificate.',
    );
  });

  it.each([
    [
      'after the newest row',
      '2026-11-20T10:14:50.000Z',
      {},
      /^No 502s seen\. Requests will fail from now on: the certif/,
    ],
    ['before it', '2026-11-20T10:10:00.000Z', {}, /^No 502s seen\. Worth mending before/],
    ['in the last minutes', '2026-11-20T10:11:00.000Z', { logs: noLogs }, /Requests will fail from now on/],
    ['before the last minutes', '2026-11-20T10:09:00.000Z', { logs: noLogs }, /Worth mending before/],
  ] as const)('that began %s', (_, validTo, seen, headline) => {
    expect(conclude(aBag({ ...seen, probes: [expiredAt(validTo)] }))).toMatchObject({
      outcome: 'no-502s',
      headline: expect.stringMatching(headline),
      causes: [],
    });
  });
});

describe('a defect of one behaviour among several, without logged 502s', () => {
  const behaviours = [aBehaviour({ targetId: 'web' }), aBehaviour({ pathPattern: '/old/*' })];
  const origins = [anOrigin({ id: 'web', domainName: 'web.example.com' }), anOrigin()];
  const connections = [
    aConnection({ originId: 'web', domainName: 'web.example.com', behaviours: ['*'] }),
    aConnection({ behaviours: ['/old/*'] }),
  ];
  const distribution = aDistribution({ origins, behaviours, connections });
  const refused = (connection: (typeof connections)[number] | undefined) =>
    aProbe({ ...(connection === undefined ? {} : { connection }), addresses: [aDeadAddress('refused')] });
  const [web, old] = connections;
  const counted = { distribution, logs: noLogs, metrics: someMetrics({ estimated502: 120 }) };

  it.each([
    ['CloudWatch alone counts 502s', counted],
    ['nothing counts them', { ...counted, metrics: someMetrics({ estimated502: null, estimated5xx: 900 }) }],
  ])('is a lead where %s', (_, seen) => {
    expect(conclude(aBag({ ...seen, probes: [refused(old)] }))).toMatchObject({
      outcome: 'inconclusive',
      headline: expect.stringContaining('strongest lead: origin.example.com refuses'),
      causes: [{ strength: 'possible', cappedBecause: expect.stringContaining('behaviour /old/* alone') }],
    });
  });

  it('is none where CloudWatch counts other 5xx only', () => {
    const metrics = someMetrics({ estimated502: 0, estimated5xx: 900 });
    expect(conclude(aBag({ ...counted, metrics, probes: [refused(old)] }))).toMatchObject({
      outcome: 'no-502s',
      causes: [],
    });
  });

  it('is supported where it is the default one, or the path that was asked for', () => {
    for (const bag of [
      aBag({ ...counted, probes: [refused(web)] }),
      { ...aBag({ ...counted, probes: [refused(old)] }), pathPattern: '/old/*' },
    ])
      expect(conclude(bag)).toMatchObject({ outcome: 'cause-found', causes: [{ strength: 'supported' }] });
  });
});
