/** Targets of the load balancer fail their health checks. That alone is no 502, so it is never more than support. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { LoadBalancerEvidence } from '../diagnosis/evidence.js';
import type { Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { citeTargets, findWorstGroup, judgeWithoutHealth } from '../diagnosis/target-health.js';

const noPermission = 'Allow elasticloadbalancing:DescribeTargetGroups and elasticloadbalancing:DescribeTargetHealth.';

export const unhealthyTargets = defineCheck({
  id: 'unhealthy-targets',
  title: 'Unhealthy targets',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html',
  // The balancer's own count of the 502s says more than the health of a target.
  role: 'amplifier',
  needs: ['load-balancer', 'distribution'],
  evaluate: ({ 'load-balancer': balancer, distribution }): Outcome => {
    const { name, originId, targetGroups, gaps } = balancer;
    const [first, ...rest] = targetGroups.map(citeTargets);
    if (first === undefined) {
      const message = `The targets of ${name} could not be read.`;
      const missing = { kind: 'access-denied', message, remedy: noPermission };
      return { state: 'inconclusive', missing: [gaps.find(({ remedy }) => remedy !== undefined) ?? missing] };
    }
    const worst = findWorstGroup(targetGroups);
    if (worst === null)
      return (
        judgeWithoutHealth(balancer) ?? {
          state: 'ruled-out',
          because: `No target of ${name} is unhealthy.`,
          citations: [first, ...rest],
        }
      );
    const hasErrors = showsErrors(balancer);
    const finding = {
      claim: worst.claim,
      layer: 'target' as const,
      strength: hasErrors ? ('supported' as const) : ('possible' as const),
      originId,
      connectionId: null,
      citations: [worst.citation, ...[first, ...rest].filter(({ ref }) => ref !== worst.citation.ref)] as const,
      // Without errors at the balancer there is nothing that these targets could have answered for.
      explains: hasErrors
        ? {
            behaviours: behavioursOf(distribution, originId),
            ...(balancer.type === 'network'
              ? { detailedResults: resultsOf.connect }
              : { detailedResults: resultsOf.relayed, atMost: countErrors(balancer) }),
          }
        : null,
      remedy: 'Look at why the targets fail their health check: the reason is AWS’s own word for it.',
    };
    return { state: 'found', findings: [finding] };
  },
});

/** A network balancer has no errors of HTTP; a connection that it ends itself is what CloudFront sees of targets that are gone. */
function showsErrors({ metrics, networkMetrics }: LoadBalancerEvidence): boolean {
  if (networkMetrics) return networkMetrics.balancerResets > 0;
  return countErrors({ metrics }) > 0;
}

function countErrors({ metrics }: Pick<LoadBalancerEvidence, 'metrics'>): number {
  return (metrics?.elb502 ?? 0) + (metrics?.target5xx ?? 0);
}
