/** How sure one finding may be, by all that is known: its ground, the rows that agree, and what speaks against it. Pure. */
import { weighAskedPaths } from './asked-paths.js';
import { weighComingAndGoing } from './comes-and-goes.js';
import type { Subject } from './evaluate.js';
import type { AccessLogEvidence, DistributionEvidence, EvidenceBag } from './evidence.js';
import { countShares, type Shares } from './explain.js';
import type { Finding } from './finding.js';
import { isUncategorised } from './log-results.js';
import { dataOf, type Observed } from './observed.js';
import { seeFirstOrigin, weighStandby } from './standby.js';
import { type CappedStrength, capStrength, type StrengthFacts } from './strength.js';
import { weighAddresses } from './weigh-addresses.js';
import { weighMethods, weighPaths } from './weigh-paths.js';
import { probeOf, weighHeaders, weighNone, weighProbes } from './weigh-probes.js';
import { weighTimeout, weighTraffic, weighUnfailing, weighUnseen } from './weigh-traffic.js';

/** Of the 502s that fit, the part that CloudFront puts down to more than an error: the rest may be those same errors, served from the cache. */
const leastNamedPart = 0.05;

/** What is known of all findings together. */
export interface FindingsAtOnce {
  /** Origins at which something was found to fail. */
  readonly failingOrigins: ReadonlySet<string | null>;
  /** By connection, the addresses at which any fault was found. */
  readonly faultyAddresses: ReadonlyMap<string, ReadonlySet<string>>;
}

/** @param agreement of the 502s with the finding and others of its check and origin, see `agreementOf`. */
export function capFinding(
  bag: EvidenceBag,
  { subject, finding }: { readonly subject: Subject; readonly finding: Finding },
  observed: Observed,
  agreement: Pick<StrengthFacts, 'agreement' | 'agreementMissing'>,
  { failingOrigins, faultyAddresses }: FindingsAtOnce,
): CappedStrength {
  const connectionId = finding.connectionId ?? subject.connectionId;
  const probe = connectionId === null ? null : probeOf(bag, connectionId);
  const logs = dataOf(bag.accessLogs);
  const distribution = dataOf(bag.distribution);
  const originId = originOf({ subject, finding });
  const first = seeFirstOrigin(bag, originId, failingOrigins);
  const elsewhere = { mayBeServedElsewhere: isGrouped(distribution, originId) };
  const limits = [
    weighTraffic(finding, logs, elsewhere),
    weighMethods(finding, logs),
    weighPaths(finding, logs, elsewhere),
    weighUnfailing(bag, finding, observed),
    weighTimeout(finding, logs, observed),
    weighAddresses(finding, logs, faultyAddresses.get(connectionId ?? '') ?? new Set(), elsewhere),
    weighProbes(bag, finding, connectionId),
    weighHeaders(finding, probe, logs),
    weighNone(finding, observed),
    weighUnseen(bag, finding, connectionId, observed),
    weighAskedPaths(bag, finding),
    weighStandby(first),
    weighComingAndGoing(finding, logs),
  ];
  return capStrength(finding, {
    vantage: probe?.vantage ?? null,
    rewrittenBehaviours: rewrittenBehaviours(distribution, finding),
    isIdleStandby: first === 'serves',
    limits: limits.filter((limit) => limit !== null),
    ...agreement,
  });
}

/** Whether the 502s that were seen agree with a cause; `shares` are those that it accounts for, null without logged ones. */
export function agreementOf(
  { failures }: Observed,
  logs: AccessLogEvidence | null,
  shares: Shares | null,
): Pick<StrengthFacts, 'agreement' | 'agreementMissing'> {
  if (logs !== null && shares !== null) {
    const explained = countShares(logs, shares);
    if (explained === 0) return { agreement: 'none', agreementMissing: 'None of the logged 502s fit it.' };
    const named = countShares(
      logs,
      shares.map((share, index) => (isUncategorised(logs.failureCells[index]?.detailedResult ?? '') ? 0 : share)),
    );
    return named >= explained * leastNamedPart
      ? { agreement: 'logs', agreementMissing: '' }
      : {
          agreement: 'vague',
          agreementMissing:
            'What CloudFront logged for the 502s that it would explain is “Error”, which fits any cause.',
        };
  }
  if (failures === null)
    return { agreement: 'none', agreementMissing: 'Neither logs nor metrics say whether there were 502s that fit it.' };
  if (failures.count === 0)
    return { agreement: 'none', agreementMissing: 'No 502s were counted that it could explain.' };
  return {
    agreement: 'metrics',
    agreementMissing: 'CloudWatch counts 502s, but without log rows it cannot be seen whether they fit.',
  };
}

/**
 * Behaviours of the finding on which a function may have changed what the fault is of. The configured name is resolved before an origin-request
 * function runs, which a name that does not resolve keeps from running at all: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
 */
export function rewrittenBehaviours(
  distribution: DistributionEvidence | null,
  { explains, metAt }: Finding,
): readonly string[] {
  const patterns = explains?.behaviours ?? [];
  return (distribution?.behaviours ?? [])
    .filter(
      ({ pathPattern, edgeFunctions }) =>
        patterns.includes(pathPattern) &&
        edgeFunctions.some(
          ({ event, runtime }) =>
            (event === 'origin-request' && metAt !== 'dns') ||
            (event === 'viewer-request' && runtime === 'cloudfront-function'),
        ),
    )
    .map(({ pathPattern }) => pathPattern);
}

/** Whether another origin may answer in the place of this one. */
function isGrouped(distribution: DistributionEvidence | null, originId: string | null): boolean {
  return (
    distribution?.originGroups.some(
      ({ memberOriginIds }) => originId !== null && memberOriginIds.includes(originId) && memberOriginIds.length > 1,
    ) ?? false
  );
}

/** The origin that a finding is of; null for the distribution as a whole. */
export function originOf({
  subject,
  finding,
}: {
  readonly subject: Subject;
  readonly finding: Finding;
}): string | null {
  return finding.originId ?? subject.originId;
}
