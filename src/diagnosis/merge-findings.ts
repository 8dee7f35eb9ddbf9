/** Findings of one check at one origin as one candidate cause: what they account for together, the surest of them, the evidence of all. Pure. */
import { agreementOf, capFinding, type FindingsAtOnce } from './cap-finding.js';
import type { CheckOutcome, Subject } from './evaluate.js';
import type { AccessLogEvidence, EvidenceBag } from './evidence.js';
import { countShares, shareOf } from './explain.js';
import type { Citation, Explains, Finding } from './finding.js';
import type { Observed } from './observed.js';
import type { CandidateCause } from './overlapping-causes.js';
import { type Cause, strengthOrder } from './verdict.js';
import { listOf } from './wording.js';

export interface Found {
  readonly check: CheckOutcome['check'];
  readonly subject: Subject;
  readonly finding: Finding;
}

const maxCitations = 20;

/** @param logs null without logged 502s. */
export function mergeFindings(
  bag: EvidenceBag,
  group: readonly Found[],
  observed: Observed,
  atOnce: FindingsAtOnce,
  logs: AccessLogEvidence | null,
): CandidateCause {
  const selectors = group.flatMap(({ finding }) => (finding.explains === null ? [] : [finding.explains]));
  const shares = logs === null || selectors.length === 0 ? null : shareOf(logs, selectors);
  const explained = logs === null || shares === null ? null : { count: countShares(logs, shares), of: logs.failures };
  const capped = group.map((one) => ({
    ...one,
    ...capFinding(bag, one, observed, agreementOf(observed, logs, shares), atOnce),
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
  const union = (field: 'behaviours' | 'paths' | 'methods' | 'detailedResults' | 'hosts' | 'named') => {
    const lists = selectors.map((selector) => selector[field]);
    return lists.some((list) => list === undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))];
  };
  const [behaviours, paths, methods, detailedResults, hosts, named] = [
    union('behaviours'),
    union('paths'),
    union('methods'),
    union('detailedResults'),
    union('hosts'),
    union('named'),
  ];
  const sinces = selectors.flatMap(({ since }) => since ?? []);
  const untils = selectors.flatMap(({ until }) => until ?? []);
  const limits = selectors.map((selector) => selector.atMost);
  const atMost = limits.reduce((sum, limit) => (sum === undefined || limit === undefined ? undefined : sum + limit), 0);
  return {
    ...(behaviours === undefined ? {} : { behaviours }),
    ...(paths === undefined ? {} : { paths }),
    ...(methods === undefined ? {} : { methods }),
    ...(detailedResults === undefined ? {} : { detailedResults }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(atMost === undefined ? {} : { atMost }),
    ...(named === undefined ? {} : { named }),
    ...mergeAddresses(selectors),
    ...(sinces.length < selectors.length ? {} : { since: sinces.sort()[0] ?? '' }),
    ...(untils.length < selectors.length ? {} : { until: untils.sort().at(-1) ?? '' }),
  };
}

/** Of connections by the same name, where each has a sound address. */
function mergeAddresses(selectors: readonly Explains[]): Pick<Explains, 'addresses'> {
  const each = selectors.flatMap(({ addresses }) => addresses ?? []);
  if (each.length < selectors.length) return {};
  const among = [...new Set(each.flatMap((addresses) => addresses.among))];
  const of = Math.max(...each.map((addresses) => addresses.of));
  return among.length < of ? { addresses: { among, of } } : {};
}
