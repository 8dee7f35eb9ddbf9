/** Whether behaviours fail over to a second origin, for the codes and methods that matter. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, nameBehaviours } from '../diagnosis/audit-reading.js';
import type { DistributionEvidence, OriginGroup } from '../diagnosis/evidence.js';
import { listOf } from '../diagnosis/wording.js';

/** A failed connection counts as 503 and a time-out as 504 for the criteria, whatever the viewer would have been told. */
const wanted = [500, 502, 503, 504];
/** CloudFront fails over for these methods only, and for OPTIONS only where it is cached. */
const failoverMethods = ['GET', 'HEAD', 'OPTIONS'];

export const originFailover = defineAuditItem({
  id: 'origin-failover',
  title: 'Origin failover',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html',
  matters: 'With a second origin a failing first one costs the viewer a moment and no 502.',
  offers:
    'A group of exactly two origins, for GET, HEAD and cached OPTIONS only. A failed connection counts as 503 and a time-out as 504, so a group with 502 alone misses both. Every request tries the first origin again: it has no memory and is no circuit breaker.',
  needs: ['distribution'],
  evaluate: ({ distribution }) => {
    const { behaviours, originGroups } = distribution;
    const groups = new Map(originGroups.map((group) => [group.id, group]));
    const covered = behaviours.filter(({ targetId }) => groups.has(targetId));
    const used = originGroups.filter(({ id }) => covered.some(({ targetId }) => targetId === id));
    const citations = [fromConfiguration(describe(distribution))] as const;
    if (covered.length === 0)
      return {
        state: 'missing',
        because:
          originGroups.length === 0
            ? 'The distribution has no origin group: when its origin fails, the viewer gets the error.'
            : `No behaviour uses the origin group${originGroups.length === 1 ? '' : 's'} ${listOf(originGroups.map(({ id }) => id))}.`,
        citations,
        fix: fix(originGroups[0]),
      };
    const flaws = used.flatMap((group) => flawsOf(group, distribution));
    const uncovered = behaviours.filter((behaviour) => !covered.includes(behaviour));
    if (uncovered.length > 0) flaws.push(`there is a single origin behind ${nameBehaviours(uncovered)}`);
    const others = listMethods(covered.flatMap(({ allowedMethods }) => allowedMethods));
    const remark = others.length === 0 ? '' : ` Requests by ${listOf(others)} never fail over.`;
    if (flaws.length > 0)
      return { state: 'at-risk', because: `${capital(listOf(flaws))}.${remark}`, citations, fix: fix(used[0]) };
    return {
      state: 'in-place',
      because: `Every behaviour fails over on ${listOf(wanted.map(String))}.${remark}`,
      citations,
    };
  },
});

function flawsOf(group: OriginGroup, { origins }: DistributionEvidence): string[] {
  const lacking = wanted.filter((code) => !group.failoverStatusCodes.includes(code));
  const names = group.memberOriginIds.map((id) => origins.find((origin) => origin.id === id)?.domainName ?? id);
  return [
    ...(lacking.length > 0
      ? [`group ${group.id} does not fail over on ${listOf(lacking.map(String))}${explain(lacking)}`]
      : []),
    ...(new Set(names).size < 2 ? [`both origins of group ${group.id} are ${names[0] ?? 'the same'}`] : []),
  ];
}

function explain(lacking: readonly number[]): string {
  const missed = [
    ...(lacking.includes(503) ? ['failed connections'] : []),
    ...(lacking.includes(504) ? ['time-outs'] : []),
  ];
  return missed.length === 0 ? '' : `, so it misses ${listOf(missed)}`;
}

function listMethods(methods: readonly string[]): readonly string[] {
  return [...new Set(methods)].filter((method) => !failoverMethods.includes(method));
}

function describe({ behaviours, originGroups }: DistributionEvidence): string {
  const groups = originGroups.map(({ id, failoverStatusCodes }) => `${id} on ${failoverStatusCodes.join(', ')}`);
  return `${behaviours.length} behaviours; origin groups: ${groups.length === 0 ? 'none' : groups.join('; ')}`;
}

function fix(group: OriginGroup | undefined) {
  const id = JSON.stringify(group?.id ?? 'failover');
  const [first = 'first', second = 'second'] = group?.memberOriginIds ?? [];
  return {
    action:
      'Put the origin and a second one into an origin group with the codes 500, 502, 503 and 504, and let every behaviour that reads target the group.',
    terraform: `origin_group {\n  origin_id = ${id}\n  failover_criteria { status_codes = [500, 502, 503, 504] }\n  member { origin_id = ${JSON.stringify(first)} }\n  member { origin_id = ${JSON.stringify(second)} }\n}\n# in the behaviours: target_origin_id = ${id}`,
    cloudFormation: 'DistributionConfig.OriginGroups.Items[].FailoverCriteria.StatusCodes.Items = [500, 502, 503, 504]',
  };
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
