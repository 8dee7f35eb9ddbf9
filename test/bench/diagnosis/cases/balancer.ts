/** Load balancers: who made the 502, and what the balancer's own settings rule out. */
import { relayedBadGateway } from '../../../world/origin-answers.js';
import type { BalancerSketch, BenchCase, Expected, HostSketch, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const relayed = [{ share: 0.4, detailedResult: 'OriginError' }];
const allOfThem = { of: 'failures', times: 1 } as const;

function behind(
  what: string,
  expected: Expected,
  balancer: BalancerSketch,
  host: HostSketch = {},
  world: Partial<WorldSketch> = {},
): BenchCase {
  return {
    id: `balancer/${what}`,
    family: 'balancer',
    world: { origins: [{ label: 'web', scheme: 'http', hosts: [host], balancer }], failures: relayed, ...world },
    expected,
  };
}

const madeByBalancer: Expected = {
  outcome: 'cause-found',
  top: 'balancer-made-502',
  causes: ['balancer-made-502'],
  mayAlsoSay: ['relayed-502'],
};
const sick = [
  { id: 'i-0aa11bb22cc33dd44', state: 'unhealthy', reason: 'Target.FailedHealthChecks' },
  { id: 'i-0ee55ff66aa77bb88', state: 'unhealthy', reason: 'Target.FailedHealthChecks' },
] as const;
const byBalancer = { answer: relayedBadGateway('awselb/2.0') };
const made = { metrics: { HTTPCode_ELB_502_Count: allOfThem, HTTPCode_ELB_5XX_Count: allOfThem } };
const badTargets: BalancerSketch = {
  metrics: { ...made.metrics, TargetConnectionErrorCount: allOfThem },
  targetGroups: [{ name: 'sick', targets: sick }],
};

export const balancerCases: readonly BenchCase[] = [
  behind('made-by-balancer', madeByBalancer, made, byBalancer),
  behind('made-by-balancer/not-now', madeByBalancer, made),
  behind('made-by-balancer/without-logs', madeByBalancer, made, byBalancer, { logs: 'off' }),
  behind(
    'made-by-balancer/unhealthy-targets',
    { ...madeByBalancer, mayAlsoSay: ['relayed-502', 'unhealthy-targets'] },
    badTargets,
    byBalancer,
  ),
  behind(
    'made-by-target',
    {
      outcome: 'cause-found',
      top: 'target-reported-5xx',
      orTop: ['relayed-502'],
      causes: ['target-reported-5xx'],
      mayAlsoSay: ['relayed-502'],
      mustNotSay: ['balancer-made-502'],
    },
    { metrics: { HTTPCode_Target_5XX_Count: allOfThem } },
    { answer: relayedBadGateway('nginx/1.27.0') },
  ),
  behind(
    'made-by-target/not-now',
    {
      outcome: 'cause-found',
      top: 'target-reported-5xx',
      causes: ['target-reported-5xx'],
      mustNotSay: ['balancer-made-502'],
    },
    { metrics: { HTTPCode_Target_5XX_Count: allOfThem } },
  ),
  behind(
    'no-permission-on-balancer',
    {
      outcome: 'cause-found',
      top: 'relayed-502',
      causes: ['relayed-502'],
      mayAlsoSay: ['balancer-made-502'],
    },
    { denied: true },
    byBalancer,
  ),
  behind(
    'unforwarded-host',
    expectCause({ cause: 'unforwarded-host-on-balancer-name', mayAlsoSay: ['mismatched-certificate-name'] }),
    {},
    {},
    {
      origins: [{ label: 'web', balancer: {} }],
      failures: [{ share: 0.9, detailedResult: 'OriginConnectError' }],
    },
  ),
  behind(
    'unforwarded-host/one-behaviour',
    expectCause({ cause: 'unforwarded-host-on-balancer-name', mayAlsoSay: ['mismatched-certificate-name'] }),
    {},
    {},
    {
      origins: [{ label: 'web' }, { label: 'api', balancer: {} }],
      behaviours: [{ path: '/api/*', origin: 'api' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: 'OriginConnectError' }],
    },
  ),
  // The same balancer under a behaviour that forwards the Host and one that does not: only the latter fails.
  behind(
    'unforwarded-host/other-behaviour-forwards',
    expectCause({ cause: 'unforwarded-host-on-balancer-name', mayAlsoSay: ['mismatched-certificate-name'] }),
    {},
    {},
    {
      origins: [{ label: 'web', balancer: {} }],
      forwardsHost: true,
      behaviours: [{ path: '/api/*', origin: 'web' }],
      failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: 'OriginConnectError' }],
    },
  ),
];
