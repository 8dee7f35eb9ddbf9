/** Whether more than one target in more than one zone stands behind each origin. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, isRunByAws, nameOrigins, originsInUse } from '../diagnosis/audit-reading.js';
import type { LoadBalancerEvidence } from '../diagnosis/evidence.js';
import { countOf } from '../diagnosis/wording.js';

type TargetGroup = LoadBalancerEvidence['targetGroups'][number];

export const redundantTargets = defineAuditItem({
  id: 'redundant-targets',
  title: 'Several targets in several zones',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html',
  matters:
    'With one target every restart, deployment and crash is an outage: connections are reset and the balancer answers 502.',
  offers:
    'A balancer takes unhealthy targets out and sends to all of them when none is healthy. Without any registered target it answers 503, not 502.',
  needs: ['distribution', 'load-balancers'],
  evaluate: ({ distribution, 'load-balancers': balancers }) => {
    const origins = originsInUse(distribution).filter((origin) => !isRunByAws(origin));
    const read = new Map(balancers.collected.map(({ subject, data }) => [subject, data]));
    const groups = balancers.collected.flatMap(({ data }) =>
      data.targetGroups.map((group) => ({ name: data.name, group })),
    );
    const citations = [
      ...groups.slice(0, 6).map(
        ({ name, group }) =>
          ({
            kind: 'load-balancer',
            ref: 'elasticloadbalancing:DescribeTargetHealth',
            fact: `${name}/${group.name}: ${describe(group)}`,
          }) as const,
      ),
    ];
    const flawed = groups.flatMap(({ name, group }) => {
      const flaw = flawOf(group);
      return flaw === null ? [] : [`${group.name} of ${name} ${flaw}.`];
    });
    const [first = fromConfiguration(`origins: ${nameOrigins(origins)}`), ...others] = citations;
    if (flawed.length > 0)
      return {
        state: 'at-risk',
        because: flawed.slice(0, 4).join(' '),
        citations: [first, ...others],
        fix: {
          action: 'Run at least two healthy targets in at least two zones, and replace them one after the other.',
          terraform:
            'resource "aws_autoscaling_group" "web" {\n  min_size            = 2\n  vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]\n}',
          cloudFormation: 'AWS::AutoScaling::AutoScalingGroup: MinSize 2, VPCZoneIdentifier with two subnets',
        },
      };
    const open = origins.filter(({ id }) => (read.get(id)?.targetGroups.length ?? 0) === 0);
    if (open.length > 0)
      return {
        state: 'unknown',
        because: `What stands behind ${nameOrigins(open)} could not be seen.`,
        missing: [
          balancers.missing.find(({ subject }) => open.some(({ id }) => id === subject))?.reason ?? {
            kind: 'not-observable',
            message: 'An address does not tell how many servers are behind it.',
            remedy: `Ask the owners of ${nameOrigins(open)}, or put a load balancer in front that cf502 can read.`,
          },
        ],
        citations,
      };
    return {
      state: 'in-place',
      because:
        origins.length === 0
          ? 'Every origin is a service that AWS runs in several zones.'
          : 'Every target group has several healthy targets in several zones.',
      citations: [first, ...others],
    };
  },
});

/** Functions and balancers behind a balancer are as redundant as AWS makes them. */
function flawOf(group: TargetGroup): string | null {
  if (group.targetType === 'lambda' || group.targetType === 'alb' || group.targets.length === 0) return null;
  const healthy = group.targets.filter(({ state }) => state === 'healthy');
  if (healthy.length === 0) return `has none healthy of ${countOf(group.targets.length, 'target')}`;
  if (healthy.length === 1)
    return `has a single healthy target${group.targets.length > 1 ? ` of ${group.targets.length}` : ''}`;
  const zones = new Set(healthy.flatMap(({ zone }) => (zone === null || zone === 'all' ? [] : [zone])));
  return zones.size === 1 ? `has all its healthy targets in ${[...zones][0]}` : null;
}

function describe({ targets }: TargetGroup): string {
  const zones = new Set(targets.flatMap(({ zone }) => zone ?? []));
  return `${targets.filter(({ state }) => state === 'healthy').length} of ${countOf(targets.length, 'target')} healthy, ${countOf(zones.size, 'zone')}`;
}
