/** Whether CloudFront turns to the second origin of a group at all: only where the first one fails in a way that the group names. Pure. */
import { isAsked } from './asked-paths.js';
import type { DistributionEvidence, EvidenceBag, HttpProbe, OriginGroup, OriginProbe } from './evidence.js';
import { dataOf } from './observed.js';
import { probeOf } from './weigh-probes.js';
import type { Limit } from './weigh-traffic.js';

/**
 * By what AWS counts a connection that fails and one that is never answered, among the codes of a group. The 502 page has connection attempts
 * that were exhausted too: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
const silenceCodes: readonly number[] = [502, 503, 504];

/** `serves`: every request ends at the first origin, as far as was seen. `silent`: it did not answer here, and may answer CloudFront. */
export type FirstOrigin = 'fails-over' | 'silent' | 'serves';

/**
 * What becomes of requests at the first origins of the groups of an origin that is only ever a second one; null for any other origin.
 *
 * @param failingOrigins those at which something was found that makes 502s.
 */
export function seeFirstOrigin(
  bag: EvidenceBag,
  originId: string | null,
  failingOrigins: ReadonlySet<string | null>,
): FirstOrigin | null {
  const distribution = dataOf(bag.distribution);
  if (distribution === null || originId === null) return null;
  if (distribution.behaviours.some(({ targetId }) => targetId === originId)) return null;
  const groups = distribution.originGroups.filter(({ memberOriginIds }) => memberOriginIds.includes(originId));
  if (groups.length === 0 || groups.some(({ memberOriginIds: [first] }) => first === undefined || first === originId))
    return null;
  const seen = groups.map((group) =>
    failingOrigins.has(group.memberOriginIds[0] ?? null) ? 'fails-over' : seeGroup(bag, distribution, group),
  );
  return (['fails-over', 'silent'] as const).find((one) => seen.includes(one)) ?? 'serves';
}

/** How sure a fault of a standby may be whose first origin did not answer here. */
export function weighStandby(first: FirstOrigin | null): Limit | null {
  return first === 'silent'
    ? {
        strength: 'supported',
        because:
          'CloudFront turns to this origin only when the first one of its group fails, and that one did not answer from here, which may be otherwise for CloudFront.',
      }
    : null;
}

function seeGroup(bag: EvidenceBag, { connections }: DistributionEvidence, group: OriginGroup): FirstOrigin {
  const [first] = group.memberOriginIds;
  const probes = connections.filter(({ originId }) => originId === first).flatMap(({ id }) => probeOf(bag, id) ?? []);
  if (probes.some((probe) => answersToFailOver(bag, probe, group))) return 'fails-over';
  const countsSilence = group.failoverStatusCodes.some((code) => silenceCodes.includes(code));
  return countsSilence && probes.some(isSilent) ? 'silent' : 'serves';
}

/** An error page for a path that nobody asks for, or for want of a header that CloudFront adds, tells nothing. */
function answersToFailOver(
  { accessLogs }: EvidenceBag,
  { addresses, vantage }: OriginProbe,
  { failoverStatusCodes }: OriginGroup,
): boolean {
  const logs = dataOf(accessLogs);
  const isTelling = ({ status, path, viewerPath }: HttpProbe): boolean =>
    status !== null &&
    (status >= 500 ||
      (vantage.afterHandshake === undefined && logs !== null && isAsked(logs, viewerPath ?? path) === true));
  return addresses.some(({ http }) =>
    http.some(
      (answer) =>
        answer.outcome === 'response' &&
        answer.status !== null &&
        failoverStatusCodes.includes(answer.status) &&
        isTelling(answer),
    ),
  );
}

function isSilent({ addresses }: OriginProbe): boolean {
  return (
    addresses.length > 0 &&
    addresses.every(
      ({ tcp, tls, http, blindBecause }) =>
        blindBecause === null &&
        (tcp.outcome === 'timed-out' ||
          tcp.outcome === 'unreachable' ||
          tls?.outcome === 'timed-out' ||
          (http.length > 0 && http.every(({ outcome }) => outcome === 'timed-out'))),
    )
  );
}
