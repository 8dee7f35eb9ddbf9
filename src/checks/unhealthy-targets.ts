/** Targets of the load balancer fail their health checks. That alone is no 502, so it is never more than support. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { TargetHealth } from '../diagnosis/evidence.js';
import type { Citation, Finding, Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const unhealthyTargets = defineCheck({
  id: 'unhealthy-targets',
  title: 'Unhealthy targets',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html',
  needs: ['load-balancer', 'distribution'],
  evaluate: ({ 'load-balancer': balancer, distribution }): Outcome => {
    const groups = balancer.targetGroups.map((group) => ({ ...group, sick: group.targets.filter(isSick) }));
    const [worst, ...others] = groups
      .filter(({ sick }) => sick.length > 0)
      .sort((a, b) => b.sick.length - a.sick.length);
    if (worst === undefined) {
      if (balancer.targetGroups.length === 0)
        return {
          state: 'inconclusive',
          missing: [
            balancer.gaps[0] ?? {
              kind: 'access-denied',
              message: `The targets of ${balancer.name} could not be read.`,
              remedy: 'Allow elasticloadbalancing:DescribeTargetGroups and elasticloadbalancing:DescribeTargetHealth.',
            },
          ],
        };
      return {
        state: 'ruled-out',
        because: `No target of ${balancer.name} is unhealthy.`,
        citations: groups.map((group) => cite(group.arn, group.targets)),
      };
    }
    const made502 = (balancer.metrics?.elb502 ?? 0) > 0 || (balancer.metrics?.target5xx ?? 0) > 0;
    const all =
      worst.sick.length === worst.targets.length ? '; with all of them unhealthy the balancer tries every one' : '';
    const finding: Finding = {
      claim: `${worst.sick.length} of ${worst.targets.length} targets in ${worst.name} are unhealthy (${worst.sick[0]?.reason ?? 'no reason given'})${all}`,
      layer: 'target',
      strength: made502 ? 'supported' : 'possible',
      originId: balancer.originId,
      connectionId: null,
      citations: [cite(worst.arn, worst.targets), ...others.map((group) => cite(group.arn, group.targets))],
      // Without errors at the balancer there is nothing that these targets could have answered for.
      explains: made502
        ? { behaviours: behavioursOf(distribution, balancer.originId), detailedResults: resultsOf.relayed }
        : null,
      remedy: 'Look at why the targets fail their health check: the reason is AWS’s own word for it.',
    };
    return { state: 'found', findings: [finding] };
  },
});

function isSick({ state }: TargetHealth): boolean {
  return state === 'unhealthy' || state === 'unhealthy.draining';
}

function cite(arn: string, targets: readonly TargetHealth[]): Citation {
  const states = targets
    .slice(0, 6)
    .map(({ id, state, reason }) => `${id} ${state}${reason === null ? '' : ` (${reason})`}`);
  return { kind: 'load-balancer', ref: arn, fact: states.join(', ') || 'no targets' };
}
