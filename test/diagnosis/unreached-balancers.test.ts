/** Without rows, a balancer's equal total is no cause where CloudFront cannot come as far as the balancer. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag, OriginProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBalancer,
  aBehaviour,
  aCell,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anAnswer,
  aProbe,
  aResolution,
  aTls,
  blindVantage,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

const { metrics } = aBalancer();
const elb502PerMinute = [{ at: '2026-11-20T10:00:00.000Z', value: 300 }];
const balancer = aBalancer({ metrics: metrics && { ...metrics, elb502: 300, elb502PerMinute } });
const counted = someMetrics({ estimated502: 300, estimated5xx: 300 });

function causesOf(probe: OriginProbe, bag: Partial<Parameters<typeof aBag>[0]> = {}) {
  const all: EvidenceBag = aBag({
    logs: unavailable(),
    metrics: counted,
    balancers: [balancer],
    probes: [probe],
    ...bag,
  });
  return concludeVerdict(all, evaluateEvidence(checks, all, now), now).causes.map(
    ({ checkId, strength }) => `${checkId} ${strength}`,
  );
}

const gone = aProbe({ dns: aResolution({ outcome: 'nxdomain' }) });
const refusing = aProbe({ addresses: [aDeadAddress('refused')] });
const expired = aProbe({ addresses: [anAddress({ tls: aTls({ trustProblems: ['expired'] }) })] });

describe('a balancer that counts as many 502s as CloudFront', () => {
  it.each([
    ['its name does not resolve', gone, 'unresolvable-origin supported'],
    ['it refuses', refusing, 'refused-connection supported'],
    ['its certificate has expired', expired, 'expired-certificate supported'],
  ])('is no more than possible where %s', (_, probe, top) => {
    expect(causesOf(probe)).toEqual([top, 'balancer-made-502 possible']);
  });

  it.each([
    ['it answers', aProbe()],
    [
      'one of its addresses answers',
      aProbe({ addresses: [aDeadAddress('refused'), anAddress({ address: '192.0.2.11' })] }),
    ],
    ['it was not to be seen from here', aProbe({ addresses: [aDeadAddress('refused')], vantage: blindVantage })],
    [
      'the fault is one of its answers',
      aProbe({ addresses: [anAddress({ http: [anAnswer({ outcome: 'malformed-head', status: null })] })] }),
    ],
  ])('is the likeliest account where %s', (_, probe) => {
    expect(causesOf(probe)).toContain('balancer-made-502 supported');
  });

  it('is the likeliest account where a function may have sent the requests elsewhere', () => {
    const route = {
      event: 'viewer-request',
      runtime: 'cloudfront-function',
      arn: 'arn:aws:cloudfront::1:function/route',
    } as const;
    const distribution = aDistribution({ behaviours: [aBehaviour({ edgeFunctions: [route] })] });
    expect(causesOf(gone, { distribution })).toContain('balancer-made-502 supported');
  });

  it('may be what was met before the certificate expired in the window', () => {
    const tls = aTls({ trustProblems: ['expired'] });
    const [leaf, ...rest] = tls.chain;
    const chain = leaf === undefined ? [] : [{ ...leaf, validTo: '2026-11-20T10:00:00.000Z' }, ...rest];
    expect(causesOf(aProbe({ addresses: [anAddress({ tls: { ...tls, chain } })] }))).toContain(
      'balancer-made-502 supported',
    );
  });

  it('is judged by the rows where there are some', () => {
    const logs = someLogs({ cells: [aCell({ detailedResult: 'OriginError', count: 300 })] });
    expect(causesOf(refusing, { logs })[0]).toBe('balancer-made-502 proven');
  });

  it('of another origin comes after a certain fault', () => {
    const other = aConnection({ originId: 'web', domainName: 'web.example.com' });
    const own = aConnection({ behaviours: ['/api/*'] });
    const distribution = aDistribution({
      behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
      connections: [own, other],
    });
    const probes = [
      aProbe({ connection: own }),
      aProbe({ connection: other, dns: aResolution({ outcome: 'nxdomain' }) }),
    ];
    expect(causesOf(gone, { distribution, probes })).toEqual([
      'unresolvable-origin supported',
      'balancer-made-502 supported',
    ]);
  });
});
