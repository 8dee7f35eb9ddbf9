/** Holds a fault that was met on some paths against the traffic of those very paths: what always fails fails all that goes to the origin. Pure. */
import type { AccessLogEvidence } from './evidence.js';
import { countFitting } from './explain.js';
import type { Explains, Finding } from './finding.js';
import { decisiveResults } from './log-results.js';
import { trafficOfPaths } from './path-traffic.js';
import { type Limit, trafficRules } from './weigh-traffic.js';
import { countOf, listOf } from './wording.js';

export const pathRules = {
  /**
   * The chance that each path of ours would have shown a fault which fails that part of its requests: below, the fault is taken for one that
   * only we meet, such as a limit of requests.
   */
  chance: 1 / 8,
  /** Requests are not spread evenly over addresses: so much of its part fails at least where only some of them have it. */
  uneven: 1 / 2,
} as const;

const decisive: readonly string[] = Object.values(decisiveResults).flat();

/**
 * A probe asks for a path as nobody else does: without a query, without a cookie, a few times within a second. An answer that it gets each time
 * is what viewers get where hardly any of theirs is good.
 */
export function weighPaths(
  { explains, citations }: Finding,
  logs: AccessLogEvidence | null,
  { mayBeServedElsewhere }: { readonly mayBeServedElsewhere: boolean },
): Limit | null {
  if (logs === null || logs.failures === 0 || explains?.paths === undefined || mayBeServedElsewhere) return null;
  if (citations.every(({ kind }) => kind !== 'probe')) return null;
  const traffic = trafficOfPaths(logs, explains);
  if (traffic === null) return isFitting(logs, explains) ? untold(explains.paths) : null;
  const { failed, answered, served } = traffic;
  const share = explains.addresses === undefined ? 1 : explains.addresses.among.length / explains.addresses.of;
  const least = share === 1 ? 1 / (1 + trafficRules.some) : share * pathRules.uneven;
  // Where it is not known what came from the cache, all of it may have, and all of it may have come from the origin.
  const part = failed / Math.max(1, failed + (served ?? answered));
  if (part >= least) return null;
  const isNamed = isFitting(logs, { ...explains, named: [], detailedResults: named(explains) });
  const chance = Math.min(1, part / share) ** explains.paths.length;
  return {
    strength: chance < pathRules.chance && served !== null && !isNamed ? 'possible' : 'supported',
    because: `It was met on ${listOf(explains.paths, 3)} alone, where ${served === null ? countOf(Math.round(answered), 'request') : `about ${countOf(Math.round(served), 'request')} to the origin`} got a good answer while ${countOf(Math.round(failed), 'other')} failed.`,
  };
}

/** The fault was met by methods that none of the 502s on its paths is of. */
export function weighMethods({ explains, metAt }: Finding, logs: AccessLogEvidence | null): Limit | null {
  if (logs === null || metAt !== 'http' || explains?.paths === undefined || explains.methods !== undefined) return null;
  const isOf = (methods: readonly string[]) => isFitting(logs, { ...explains, methods });
  const others = logs.dimensions.method.map(({ value }) => value).filter((method) => !['GET', 'HEAD'].includes(method));
  if (isOf(['GET', 'HEAD']) || !isOf(others)) return null;
  const failing = others.filter((method) => isOf([method]));
  return {
    strength: 'supported',
    because: `It was met by a GET, and the 502s on its paths are of ${listOf(failing, 3)}, which nobody tried.`,
  };
}

function untold(paths: readonly string[]): Limit {
  return {
    strength: 'supported',
    because: `It was met on ${listOf(paths, 3)} alone, and the logs do not tell how many requests for ${paths.length === 1 ? 'that' : 'those'} succeed.`,
  };
}

/** CloudFront's own words for the very fault. */
function named({ named: values = [] }: Explains): readonly string[] {
  return values.filter((value) => decisive.includes(value));
}

function isFitting(logs: AccessLogEvidence, explains: Explains): boolean {
  return countFitting(logs, explains) > 0;
}
