/** From findings to causes: the same one over several connections merged, its strength capped, ranked, and those that explain nothing apart. */
import { toViewerPath, weighAskedPaths } from './asked-paths.js';
import type { CheckOutcome, Subject } from './evaluate.js';
import type { AccessLogEvidence, DistributionEvidence, EvidenceBag } from './evidence.js';
import { countShares, type Shares, shareOf } from './explain.js';
import type { Citation, Explains, Finding, Layer } from './finding.js';
import { isUncategorised } from './log-results.js';
import { dataOf, type Observed, sawNone } from './observed.js';
import { accountsForFailures, type CandidateCause, dropRefined, isMerelyProlonging } from './overlapping-causes.js';
import { type CappedStrength, capStrength, type StrengthFacts } from './strength.js';
import { type Cause, strengthOrder } from './verdict.js';
import { weighNone, weighProbes } from './weigh-probes.js';
import { weighTraffic, weighUnseen } from './weigh-traffic.js';
import { listOf } from './wording.js';

export interface RankedCauses {
  /** Best first. */
  readonly causes: readonly Cause[];
  readonly alsoSeen: readonly Cause[];
  /** What each cause that is more than possible accounts for; empty without logged 502s. */
  readonly shares: readonly Shares[];
}

interface Found {
  readonly check: CheckOutcome['check'];
  readonly subject: Subject;
  readonly finding: Finding;
}

/** The most specific layer first, where strength and share are the same. */
const layerOrder: readonly Layer[] = [
  'cloudfront',
  'edge-function',
  'target',
  'load-balancer',
  'cloudfront-to-origin',
  'viewer',
  'configuration',
];
const maxCitations = 20;
/** Of the 502s that fit, the part that CloudFront puts down to more than an error: the rest may be those same errors, served from the cache. */
const leastNamedPart = 0.05;

export function rankCauses(bag: EvidenceBag, outcomes: readonly CheckOutcome[], observed: Observed): RankedCauses {
  const found = outcomes.flatMap(({ check, subject, outcome }) =>
    outcome.state === 'found'
      ? outcome.findings.map((finding): Found => ({ check, subject, finding: asLogged(bag, finding) }))
      : [],
  );
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = JSON.stringify([one.check.id, one.finding.originId ?? one.subject.originId]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const failing = new Set(found.filter(({ finding }) => finding.explains !== null).map(originOf));
  const merged = [...groups.values()].map((group) => mergeGroup(bag, group, observed, failing));
  const ranked = [...dropRefined(merged)].sort(
    ({ cause: a, role: roleA }, { cause: b, role: roleB }) =>
      strengthOrder[a.strength] - strengthOrder[b.strength] ||
      Number(roleA !== null) - Number(roleB !== null) ||
      (b.explained?.count ?? 0) - (a.explained?.count ?? 0) ||
      layerOrder.indexOf(a.layer) - layerOrder.indexOf(b.layer),
  );
  const logs = logsWithFailures(bag);
  // Where it is known that nothing failed, no defect is the cause of anything: it is one to mend.
  const hasCauses = !sawNone(observed);
  const isCause = (one: CandidateCause) =>
    hasCauses && accountsForFailures(one) && !isMerelyProlonging(one, ranked, logs);
  return {
    causes: ranked.filter(isCause).map(({ cause }) => cause),
    alsoSeen: ranked.filter((one) => !isCause(one)).map(({ cause }) => cause),
    shares: ranked
      .filter((one) => isCause(one) && one.cause.strength !== 'possible')
      .flatMap(({ shares }) => (shares === null ? [] : [shares])),
  };
}

function mergeGroup(
  bag: EvidenceBag,
  group: readonly Found[],
  observed: Observed,
  failingOrigins: ReadonlySet<string | null>,
): CandidateCause {
  const logs = logsWithFailures(bag);
  const selectors = group.flatMap(({ finding }) => (finding.explains === null ? [] : [finding.explains]));
  const shares = logs === null || selectors.length === 0 ? null : shareOf(logs, selectors);
  const explained = logs === null || shares === null ? null : { count: countShares(logs, shares), of: logs.failures };
  const capped = group.map((one) => ({
    ...one,
    ...capOne(bag, one, observed, agreementOf(observed, logs, shares), failingOrigins),
  }));
  const best = [...capped].sort((a, b) => strengthOrder[a.strength] - strengthOrder[b.strength])[0];
  if (best === undefined) throw new Error('a group of findings is never empty');
  const connections = new Set(group.map(({ subject }) => subject.connectionId));
  return {
    shares,
    refines: best.check.refines ?? [],
    role: best.check.role ?? null,
    cause: {
      ...best.finding,
      checkId: best.check.id,
      title: best.check.title,
      why: best.check.why,
      claim: mergeClaims(best, group),
      strength: best.strength,
      cappedBecause: best.cappedBecause,
      connectionId: connections.size === 1 ? best.finding.connectionId : null,
      citations: mergeCitations(best.finding, group),
      explains: selectors.length === 0 ? null : mergeSelectors(selectors),
      explained,
    },
  };
}

/** Null without logs, and where they hold no 502: then there is nothing to account for. */
function logsWithFailures(bag: EvidenceBag): AccessLogEvidence | null {
  const logs = dataOf(bag.accessLogs);
  return logs === null || logs.failures === 0 ? null : logs;
}

function capOne(
  bag: EvidenceBag,
  { subject, finding }: Found,
  observed: Observed,
  agreement: Pick<StrengthFacts, 'agreement' | 'agreementMissing'>,
  failingOrigins: ReadonlySet<string | null>,
): CappedStrength {
  const connectionId = finding.connectionId ?? subject.connectionId;
  const probe = connectionId === null ? undefined : bag.originProbes[connectionId];
  const distribution = dataOf(bag.distribution);
  const originId = originOf({ subject, finding });
  const limits = [
    weighTraffic(finding, dataOf(bag.accessLogs), { mayBeServedElsewhere: isGrouped(distribution, originId) }),
    weighProbes(bag, finding, connectionId),
    weighNone(finding, observed),
    weighUnseen(bag, finding, connectionId, observed),
    weighAskedPaths(bag, finding),
  ];
  return capStrength(finding, {
    vantage: probe === undefined ? null : (dataOf(probe)?.vantage ?? null),
    rewrittenBehaviours: rewritten(distribution, finding.explains?.behaviours ?? []),
    isIdleStandby: isIdleStandby(distribution, originId, failingOrigins),
    limits: limits.filter((limit) => limit !== null),
    ...agreement,
  });
}

function agreementOf(
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

function rewritten(distribution: DistributionEvidence | null, patterns: readonly string[]): readonly string[] {
  return (distribution?.behaviours ?? [])
    .filter(
      ({ pathPattern, edgeFunctions }) =>
        patterns.includes(pathPattern) &&
        edgeFunctions.some(
          ({ event, runtime }) =>
            event === 'origin-request' || (event === 'viewer-request' && runtime === 'cloudfront-function'),
        ),
    )
    .map(({ pathPattern }) => pathPattern);
}

/** Whether an origin is only ever the second of its groups, behind a first one at which nothing was found. */
function isIdleStandby(
  distribution: DistributionEvidence | null,
  originId: string | null,
  failingOrigins: ReadonlySet<string | null>,
): boolean {
  if (distribution === null || originId === null) return false;
  if (distribution.behaviours.some(({ targetId }) => targetId === originId)) return false;
  const groups = distribution.originGroups.filter(({ memberOriginIds }) => memberOriginIds.includes(originId));
  return (
    groups.length > 0 &&
    groups.every(
      ({ memberOriginIds: [first] }) => first !== undefined && first !== originId && !failingOrigins.has(first),
    )
  );
}

/** Whether another origin may answer in the place of this one. */
function isGrouped(distribution: DistributionEvidence | null, originId: string | null): boolean {
  return (
    distribution?.originGroups.some(
      ({ memberOriginIds }) => originId !== null && memberOriginIds.includes(originId) && memberOriginIds.length > 1,
    ) ?? false
  );
}

/** The paths of a probe hold the origin path, which CloudFront adds; those of the logs do not. */
function asLogged(bag: EvidenceBag, finding: Finding): Finding {
  const { explains, originId, connectionId } = finding;
  const originPath = dataOf(bag.distribution)?.origins.find(({ id }) => id === originId)?.originPath ?? '';
  if (explains?.paths === undefined) return finding;
  const paths = explains.paths.map(
    (path) =>
      toViewerPath(bag, connectionId, path) ??
      (originPath !== '' && path.startsWith(`${originPath}/`) ? path.slice(originPath.length) : path),
  );
  return { ...finding, explains: { ...explains, paths } };
}

function originOf({ subject, finding }: Pick<Found, 'subject' | 'finding'>): string | null {
  return finding.originId ?? subject.originId;
}

function mergeClaims(best: Found, group: readonly Found[]): string {
  const others = group
    .filter(({ finding }) => finding.claim !== best.finding.claim)
    .map(({ finding, subject }) => finding.connectionId ?? subject.connectionId)
    .filter((id) => id !== null);
  return others.length === 0
    ? best.finding.claim
    : `${best.finding.claim} (and likewise over ${listOf([...new Set(others)], 3)})`;
}

function mergeCitations({ citations: [first, ...rest] }: Finding, group: readonly Found[]): Cause['citations'] {
  const seen = new Set([JSON.stringify(first)]);
  const others = [...rest, ...group.flatMap(({ finding }) => finding.citations)].filter((citation: Citation) => {
    const key = JSON.stringify(citation);
    return seen.has(key) ? false : seen.add(key);
  });
  return [first, ...others.slice(0, maxCitations - 1)];
}

function mergeSelectors(selectors: readonly Explains[]): Explains {
  const union = (field: 'behaviours' | 'paths' | 'detailedResults' | 'hosts') => {
    const lists = selectors.map((selector) => selector[field]);
    return lists.some((list) => list === undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))];
  };
  const [behaviours, paths, detailedResults, hosts] = [
    union('behaviours'),
    union('paths'),
    union('detailedResults'),
    union('hosts'),
  ];
  const sinces = selectors.flatMap(({ since }) => since ?? []);
  const untils = selectors.flatMap(({ until }) => until ?? []);
  const limits = selectors.map((selector) => selector.atMost);
  const atMost = limits.reduce((sum, limit) => (sum === undefined || limit === undefined ? undefined : sum + limit), 0);
  return {
    ...(behaviours === undefined ? {} : { behaviours }),
    ...(paths === undefined ? {} : { paths }),
    ...(detailedResults === undefined ? {} : { detailedResults }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(atMost === undefined ? {} : { atMost }),
    ...(sinces.length < selectors.length ? {} : { since: sinces.sort()[0] ?? '' }),
    ...(untils.length < selectors.length ? {} : { until: untils.sort().at(-1) ?? '' }),
  };
}
