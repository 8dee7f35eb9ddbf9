import { describe, expect, it } from '@jest/globals';
import { shortOriginKeepalive } from '../../src/checks/short-origin-keepalive.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AccessLogEvidence, EvidenceMap, HeldConnection } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBalancer,
  aCell,
  aDistribution,
  aHeldConnection,
  aLab,
  anAddress,
  anAnswer,
  aProbe,
  blindVantage,
  collected,
  now,
  someLogs,
  someTraffic,
} from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const distribution = aDistribution();
const closing = (idleMs: number, differing: Partial<HeldConnection> = {}) =>
  aLab({ held: [aHeldConnection({ outcome: 'closed', idleMs, ...differing })] });

/** Load that swings; a race loses the same few requests a minute, saturation what is over 300. */
const load = (index: number): number => Math.round(250 + 200 * Math.sin(index / 6));
const race = (index: number) => ({
  requests: load(index),
  failures: 4,
  unrepeatable: Math.round(load(index) / 4),
  unrepeatableFailures: 4,
});
const even = (index: number) => ({ requests: load(index), failures: Math.round(load(index) * 0.016) });
/** The same POSTs fail at any load; only what else there is swings. */
const steadyPosts = (index: number) => ({ ...race(index), unrepeatable: 25 });
const rising = (index: number) => ({ requests: load(index), failures: Math.max(0, load(index) - 300) });

/** 240 502s of which `post` are POSTs, `fast` under a second. */
function logsOf(
  minutes: (index: number) => { readonly requests: number; readonly failures: number },
  { post = 220, fast = 1, quick = 0.6, detailedResult = 'OriginReadError', pathRequests = 15_000 } = {},
): AccessLogEvidence {
  const cell = (method: string, count: number) =>
    aCell({
      method,
      count,
      detailedResult,
      underTenMs: Math.round(count * quick),
      underOneSecond: Math.round(count * fast),
    });
  const logs = someLogs({
    requests: 15_000,
    cells: [cell('POST', post), cell('GET', 240 - post)],
    byBehaviour: [
      someTraffic({
        minutes,
        repeatable: { requests: 11_250, failures: 240 - post },
        unrepeatable: { requests: 3_750, failures: post },
      }),
    ],
  });
  const path = [{ value: '/', requests: pathRequests, failures: 240 }];
  return { ...logs, dimensions: { ...logs.dimensions, path } };
}
const evidence = (lab: EvidenceMap['keep-alive'], logs?: AccessLogEvidence, more: Partial<EvidenceMap> = {}) => ({
  'keep-alive': lab,
  distribution,
  ...(logs === undefined ? {} : { 'access-logs': logs }),
  ...more,
});

describeCheck(shortOriginKeepalive, {
  found: [
    [
      'a close as late as CloudFront’s, with all three signs in the logs',
      evidence(closing(5_000, { announcedTimeoutSeconds: 5 }), logsOf(race), { 'origin-probe': aProbe() }),
      /^origin\.example\.com closes idle connections after 5 s, and CloudFront keeps them for 5 s/,
      {
        strength: 'proven',
        layer: 'cloudfront-to-origin',
        explains: expect.objectContaining({ behaviours: ['*'], atMost: 240 }),
        remedy: expect.stringMatching(
          /^Lower CloudFront's keep-alive timeout for this origin to 4 s, below .* Do not raise/,
        ),
        citations: expect.arrayContaining([
          expect.objectContaining({ kind: 'probe', fact: 'closed after 5 s idle, announced Keep-Alive: timeout=5' }),
          expect.objectContaining({ kind: 'access-log', fact: '240 502s of 240 took less than a second' }),
        ]),
      },
    ],
    [
      'two of three signs: no more than supported',
      evidence(closing(2_000), logsOf(even)),
      /after 2 s/,
      { strength: 'supported', remedy: expect.stringContaining('to 1 s') },
    ],
    [
      'a fault on fresh connections too: no proof of a race',
      evidence(closing(2_000), logsOf(race), {
        'origin-probe': aProbe({ addresses: [anAddress({ http: [anAnswer({ outcome: 'reset', status: null })] })] }),
      }),
      /after 2 s/,
      { strength: 'supported' },
    ],
    [
      'a setting to mend where no 502 was',
      evidence(closing(5_900), someLogs()),
      /after 5\.9 s/,
      { strength: 'possible', explains: null },
    ],
    [
      'a setting to mend where the 502s were slow',
      evidence(closing(4_000), logsOf(race, { fast: 0.1 })),
      /after 4 s/,
      { explains: null },
    ],
    [
      'a setting to mend where the 502s rise with the load',
      evidence(closing(4_000), logsOf(rising)),
      /after 4 s/,
      { explains: null },
    ],
    [
      'a setting to mend where most requests fail',
      evidence(closing(4_000), {
        ...logsOf(race),
        byBehaviour: [
          someTraffic({
            minutes: (index) => ({ requests: load(index), failures: Math.round(load(index) / 2) }),
          }),
        ],
      }),
      /after 4 s/,
      { explains: null },
    ],
    [
      'a setting to mend where most of the POSTs to the path fail, however little that is of all traffic',
      evidence(closing(2_000), logsOf(race, { post: 240, pathRequests: 240 })),
      /after 2 s/,
      { explains: null },
    ],
    [
      'POSTs that fail at the same rate under any load, while other requests swing: no proof',
      evidence(closing(2_000), logsOf(steadyPosts)),
      /after 2 s/,
      {
        strength: 'supported',
        citations: expect.not.arrayContaining([expect.objectContaining({ fact: expect.stringContaining('load') })]),
      },
    ],
    [
      'a setting to mend where nothing could be connected, which no open connection does',
      evidence(closing(2_000), logsOf(race, { detailedResult: 'OriginConnectError' })),
      /after 2 s/,
      { explains: null },
    ],
    [
      'a setting to mend where they took most of a second',
      evidence(closing(2_000), logsOf(race, { quick: 0 })),
      /after 2 s/,
      { explains: null },
    ],
    [
      'one further sign alone: a possibility',
      evidence(closing(2_000), logsOf(even, { post: 60 })),
      /after 2 s/,
      { strength: 'possible', explains: expect.anything() },
    ],
    [
      'a setting to mend where three rows fit',
      evidence(closing(4_000), someLogs({ cells: [aCell({ count: 3, method: 'POST', underOneSecond: 3 })] })),
      /after 4 s/,
      { explains: null },
    ],
    [
      'a close right after the answer',
      evidence(closing(3), logsOf(race)),
      /closes the connection right after its answer/,
      { remedy: expect.stringMatching(/^At the origin, raise/) },
    ],
    [
      'a reset, and what a request met just after it',
      evidence(
        closing(2_500, {
          outcome: 'reset',
          reuses: [{ moment: 'before-close', idleMs: 2_300, outcome: 'answered' }],
        }),
      ),
      /after 2\.5 s/,
      {
        citations: [expect.objectContaining({ fact: 'reset after 2.5 s idle; a request after 2.3 s idle: answered' })],
      },
    ],
    [
      'an announcement that comes before CloudFront, where nothing could be held as long',
      evidence(
        aLab({
          keepAliveTimeoutSeconds: 60,
          holdMs: 12_000,
          held: [aHeldConnection({ idleMs: 12_000, announcedTimeoutSeconds: 20 })],
        }),
        logsOf(race),
      ),
      /announces that it closes idle connections after 20 s/,
      { strength: 'supported' },
    ],
    [
      'a load balancer that closes first, also from a blind vantage',
      evidence(aLab({ keepAliveTimeoutSeconds: 60, held: [], vantage: blindVantage }), logsOf(race), {
        'load-balancer': aBalancer({ idleTimeoutSeconds: 60 }),
      }),
      /is a load balancer that closes idle connections after 60 s/,
      { strength: 'proven', citations: expect.arrayContaining([expect.objectContaining({ kind: 'load-balancer' })]) },
    ],
  ],
  ruledOut: [
    ['connections that outlast CloudFront', evidence(aLab()), /keeps idle connections longer than CloudFront with 5 s/],
    [
      'an answer that says that it closes',
      evidence(aLab({ held: [aHeldConnection({ outcome: 'not-persistent' })] })),
      /says so/,
    ],
    [
      'a load balancer that keeps them for long',
      evidence(aLab({ held: [], vantage: blindVantage }), undefined, { 'load-balancer': aBalancer() }),
      /load balancer keeps idle connections for 60 s/,
    ],
    [
      'an origin that takes no connection at all',
      evidence(aLab({ held: [aHeldConnection({ outcome: 'no-exchange', idleMs: null, because: 'TCP refused' })] })),
      /no connection/,
    ],
  ],
  inconclusive: [
    [
      'a blind vantage',
      evidence(aLab({ held: [], vantage: blindVantage })),
      /could not be measured from here: no address answered/,
    ],
    [
      'a close seen from a vantage that does not count',
      evidence({ ...closing(1_000), vantage: { class: 'misleading', because: 'CloudFront presents a certificate.' } }),
      /could not be measured/,
      /^From here origin\.example\.com closes idle connections after 1 s\.$/,
    ],
    [
      'a hold shorter than CloudFront’s timeout',
      evidence(aLab({ keepAliveTimeoutSeconds: 60, holdMs: 12_000, held: [aHeldConnection({ idleMs: 12_000 })] })),
      /kept an idle connection for 12 s.*CloudFront keeps it for 60 s/,
    ],
    [
      'no answer in time',
      evidence(
        aLab({ held: [aHeldConnection({ outcome: 'no-exchange', idleMs: null, because: 'no complete answer' })] }),
      ),
      /no complete answer/,
    ],
  ],
});

describe('short-origin-keepalive in a verdict', () => {
  it('does not disturb a healthy distribution, and is worth mending', () => {
    const lab = closing(5_000);
    const bag = { ...aBag(), keepAliveLabs: { [lab.connection.id]: collected(lab) } };
    const verdict = concludeVerdict(bag, evaluateEvidence([shortOriginKeepalive], bag, now), now);
    expect(verdict).toMatchObject({
      outcome: 'no-502s',
      causes: [],
      alsoSeen: [{ checkId: 'short-origin-keepalive' }],
    });
  });

  it('explains the fast 502s of the origin and no more', () => {
    const lab = closing(5_000);
    const logs = logsOf(race);
    const bag = { ...aBag({ logs }), keepAliveLabs: { [lab.connection.id]: collected(lab) } };
    const verdict = concludeVerdict(bag, evaluateEvidence([shortOriginKeepalive], bag, now), now);
    expect(verdict).toMatchObject({
      outcome: 'cause-found',
      causes: [{ strength: 'proven', explained: { count: 240, of: 240 } }],
    });
  });

  it('says that nothing was held where there is no lab', () => {
    expect(evaluateEvidence([shortOriginKeepalive], aBag(), now)).toMatchObject([
      { outcome: { state: 'inconclusive', missing: [{ message: 'No idle connection was held.' }] } },
    ]);
  });
});
