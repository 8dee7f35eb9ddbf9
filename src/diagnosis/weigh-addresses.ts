/** A fault of some of the addresses behind a name fails no more than their part of the requests: what is more than that is of something else. Pure. */
import type { AccessLogEvidence } from './evidence.js';
import { countFitting, type Shares } from './explain.js';
import type { Explains, Finding } from './finding.js';
import { isUncategorised } from './log-results.js';
import { trafficOfPaths } from './path-traffic.js';
import { fittingPart, partOfFailingHosts, partOfHosts, pointsOf, stretchOf, sumOf } from './traffic-stretch.js';
import { type Limit, trafficRules } from './weigh-traffic.js';
import { countOf, percentOf } from './wording.js';

/** When a part of failing requests no longer fits a part of the addresses. */
export const addressRules = {
  /** Requests are not spread evenly over addresses: of the part of the sound ones, so much may still go to those that fail. */
  uneven: 0.3,
  /** Standard deviations of chance that are left on top. */
  deviations: 3,
  /**
   * CloudFront tries to connect up to three times (`ConnectionAttempts`), perhaps at another address each time: below this part of what is left
   * when all three meet one that fails, too few requests fail.
   */
  attempts: 3,
  rare: 0.3,
} as const;

/** Of the requests that went to the origin in the time of the fault, those that failed so; null where the logs do not tell. */
function failingPart(logs: AccessLogEvidence | null, explains: Explains, when: 'at its worst' | 'since the first') {
  if (logs === null || logs.failures === 0) return null;
  if (explains.paths !== undefined) return failingPartOfPaths(logs, explains);
  const all502s = pointsOf(logs, explains);
  const first = all502s.findIndex(({ failures }) => failures > 0);
  const points = when === 'at its worst' ? stretchOf(all502s, explains) : all502s.slice(Math.max(0, first));
  if (points.length === 0 || points.some(({ served }) => served === null)) return null;
  const named = withoutUncategorised(explains);
  // A row that says no more than `Error` may be a copy from the cache, which met no address at all.
  const isNamed = fittingPart(logs, named) > 0;
  const all = sumOf(points, ({ failures }) => failures);
  const failed = all * fittingPart(logs, isNamed ? named : explains) * partOfFailingHosts(logs, explains);
  const served = sumOf(points, ({ served: count }) => count ?? 0) * partOfHosts(logs, explains);
  const requests = failed + served;
  return failed === 0 ? null : { requests, part: failed / requests, failures: all, served };
}

function failingPartOfPaths(logs: AccessLogEvidence, explains: Explains) {
  const traffic = trafficOfPaths(logs, explains);
  if (traffic === null || traffic.served === null || traffic.failed === 0) return null;
  const { failed, served } = traffic;
  return { requests: failed + served, part: failed / (failed + served), failures: failed, served };
}

function withoutUncategorised(explains: Explains): Explains {
  const { detailedResults } = explains;
  return detailedResults === undefined
    ? explains
    : { ...explains, detailedResults: detailedResults.filter((result) => !isUncategorised(result)) };
}

/** What so many of the addresses can fail at most, of so many requests. */
function mostOf(share: number, requests: number): number {
  const { uneven, deviations } = addressRules;
  return share + (1 - share) * uneven + deviations * Math.sqrt((share * (1 - share)) / requests);
}

/** The finding with no more 502s to account for than its addresses can have failed, where there are clearly more. */
export function boundByAddresses(finding: Finding, logs: AccessLogEvidence | null): Finding {
  const { explains } = finding;
  if (logs === null || explains?.addresses === undefined) return finding;
  const failing = failingPart(logs, explains, 'at its worst');
  const share = explains.addresses.among.length / explains.addresses.of;
  if (failing === null || failing.part <= mostOf(share, failing.requests)) return finding;
  const own = Math.floor((countFitting(logs, explains) * share) / failing.part);
  return { ...finding, explains: { ...explains, atMost: Math.min(own, explains.atMost ?? own) } };
}

/** @param known all addresses of the connection at which any fault was found: several faults may share the requests among them. */
export function weighAddresses(
  { explains }: Finding,
  logs: AccessLogEvidence | null,
  known: ReadonlySet<string>,
  { mayBeServedElsewhere }: { readonly mayBeServedElsewhere: boolean },
): Limit | null {
  if (explains?.addresses === undefined) return null;
  const { among, of } = explains.addresses;
  const failing = failingPart(logs, explains, 'at its worst');
  const whole = failingPart(logs, explains, 'since the first');
  if (failing === null || whole === null) return null;
  const together = Math.min(1, new Set([...among, ...known]).size / of);
  const what = `It is of ${among.length} of ${of} addresses, and`;
  if (failing.part > mostOf(together, failing.requests))
    return {
      strength: 'supported',
      because: `${what} ${percentOf(failing.part)} of what went to the origin failed when it was worst: more is wrong than that.`,
    };
  // Where each of them has a fault now, they leave none that could have answered.
  if (together === 1 && !mayBeServedElsewhere && failing.served > failing.failures * trafficRules.some)
    return {
      strength: 'supported',
      because: `Each of the ${of} addresses fails now, and ${countOf(Math.round(failing.served), 'request')} got a good answer from there while ${countOf(Math.round(failing.failures), 'other')} failed.`,
    };
  const { attempts, rare } = addressRules;
  return whole.part < (among.length / of) ** attempts * rare
    ? {
        strength: 'supported',
        because: `${what} only ${percentOf(whole.part)} of ${countOf(whole.requests, 'request')} to the origin failed so.`,
      }
    : null;
}

/** What faults of different addresses of one origin account for together: they add up, and those of the same address do not. */
export function addByAddress(
  causes: readonly { readonly shares: Shares; readonly among: readonly string[] }[],
  cells: number,
): Shares {
  return Array.from({ length: cells }, (_, index) => {
    const most = new Map<string, number>();
    for (const { shares, among } of causes)
      for (const address of among)
        most.set(address, Math.max(most.get(address) ?? 0, (shares[index] ?? 0) / among.length));
    return Math.min(
      1,
      [...most.values()].reduce((sum, share) => sum + share, 0),
    );
  });
}
