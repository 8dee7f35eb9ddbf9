/** How the health of a balancer's targets is read. Pure. */
import type { LoadBalancerEvidence, TargetHealth } from './evidence.js';
import type { Citation, Outcome } from './finding.js';
import { countOf } from './wording.js';

type TargetGroup = LoadBalancerEvidence['targetGroups'][number];

export interface WorstGroup {
  /** Sentence without its full stop. */
  readonly claim: string;
  readonly citation: Citation;
}

/**
 * AWS's words for why a target is unhealthy, in plain ones.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
 */
const reasons: Readonly<Record<string, string>> = {
  'Target.ResponseCodeMismatch': 'the health check gets another status than it wants',
  'Target.Timeout': 'the health check gets no answer in time',
  'Target.FailedHealthChecks': 'the health check cannot connect, or gets a malformed answer',
  'Target.InvalidState': 'the instance is stopped or terminated',
  'Target.IpUnusable': 'the address is used by a load balancer',
};

/** null where no target of any group is unhealthy. */
export function findWorstGroup(groups: readonly TargetGroup[]): WorstGroup | null {
  const [worst] = groups
    .map((group) => ({ group, sick: group.targets.filter(isSick) }))
    .filter(({ sick }) => sick.length > 0)
    .sort((a, b) => b.sick.length - a.sick.length);
  if (worst === undefined) return null;
  const { group, sick } = worst;
  const reason = sick[0]?.reason ?? null;
  const words = reason === null ? null : reasons[reason];
  const why = reason === null ? 'no reason given' : words === undefined ? reason : `${reason}: ${words}`;
  return {
    claim: `${sick.length} of ${group.targets.length} targets in ${group.name} are unhealthy (${why})${failingOpen(group)}`,
    citation: citeTargets(group),
  };
}

/** What the balancer does about it: with fewer healthy ones than the minimum it sends to all of them. */
function failingOpen({ targets, minimumHealthyTargets }: TargetGroup): string {
  const healthy = targets.filter(({ state }) => state === 'healthy').length;
  const minimum = minimumHealthyTargets ?? 1;
  if (healthy >= minimum) return '';
  return healthy === 0
    ? '; with all of them unhealthy the balancer tries every one'
    : `; with ${countOf(healthy, 'healthy one', 'healthy ones')} where ${minimum} are wanted the balancer tries every one`;
}

function isSick({ state }: TargetHealth): boolean {
  return state === 'unhealthy' || state === 'unhealthy.draining';
}

export function citeTargets({ arn, targets }: TargetGroup): Citation {
  const states = targets
    .slice(0, 6)
    .map(({ id, state, reason }) => `${id} ${state}${reason === null ? '' : ` (${reason})`}`);
  return { kind: 'load-balancer', ref: arn, fact: states.join(', ') || 'no targets' };
}

/** What to say of a balancer without an unhealthy target that has a group without a healthy one either; null where it has none such. */
export function judgeWithoutHealth({ targetGroups, gaps, originId }: LoadBalancerEvidence): Outcome | null {
  const unseen = targetGroups.find(({ targets }) => !targets.some(hasKnownHealth));
  if (unseen === undefined) return null;
  const gap = gaps.find(({ message, remedy }) => /TargetHealth/.test(`${message} ${remedy ?? ''}`));
  if (unseen.targets.length > 0 || gap !== undefined) {
    const message = `Whether the targets in ${unseen.name} are healthy is not known.`;
    const remedy =
      'Look at the targets in the EC2 console; a group that no listener uses, or without health checks, has no health.';
    return { state: 'inconclusive', missing: [gap ?? { kind: 'not-seen', message, remedy }] };
  }
  const finding = {
    claim: `No target is registered in ${unseen.name}: for requests to it the balancer answers 503 and not 502`,
    layer: 'target',
    strength: 'supported',
    originId,
    connectionId: null,
    citations: [citeTargets(unseen)],
    explains: null,
    remedy: 'Register targets, or find out what took them out (a deployment, a scaling group that is at zero).',
  } as const;
  return { state: 'found', findings: [finding] };
}

/** Of targets that are unused or outside of health checks AWS does not say how they are. */
function hasKnownHealth({ state }: TargetHealth): boolean {
  return state === 'healthy' || state === 'initial' || state === 'draining';
}
