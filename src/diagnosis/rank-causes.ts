/** From findings to causes: the same one over several connections merged, its strength capped, ranked, and those that explain nothing apart. */
import { asLogged } from './as-logged.js';
import { type FindingsAtOnce, originOf } from './cap-finding.js';
import type { CheckOutcome } from './evaluate.js';
import type { AccessLogEvidence, EvidenceBag } from './evidence.js';
import type { Shares } from './explain.js';
import type { Layer } from './finding.js';
import { type Found, mergeFindings } from './merge-findings.js';
import { dataOf, type Observed, sawNone } from './observed.js';
import { accountsForFailures, type CandidateCause, dropRefined, isMerelyProlonging } from './overlapping-causes.js';
import { stepBackUnreached } from './unreached-balancers.js';
import { type Cause, strengthOrder } from './verdict.js';
import { addByAddress } from './weigh-addresses.js';

export interface RankedCauses {
  /** Best first. */
  readonly causes: readonly Cause[];
  readonly alsoSeen: readonly Cause[];
  /** What the causes that are more than possible account for, one by one or as far as they add up; empty without logged 502s. */
  readonly shares: readonly Shares[];
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
  const logs = logsWithFailures(bag);
  const atOnce = lookAtOnce(found);
  const merged = [...groups.values()].map((group) => mergeFindings(bag, group, observed, atOnce, logs));
  const ranked = [...dropRefined(stepBackUnreached(bag, merged, found))].sort(
    ({ cause: a, role: roleA }, { cause: b, role: roleB }) =>
      strengthOrder[a.strength] - strengthOrder[b.strength] ||
      Number(roleA !== null) - Number(roleB !== null) ||
      (b.explained?.count ?? 0) - (a.explained?.count ?? 0) ||
      Number(isCertain(b)) - Number(isCertain(a)) ||
      layerOrder.indexOf(a.layer) - layerOrder.indexOf(b.layer),
  );
  // Where it is known that nothing failed, no defect is the cause of anything: it is one to mend.
  const hasCauses = !sawNone(observed);
  const isCause = (one: CandidateCause) =>
    hasCauses && accountsForFailures(one) && !isMerelyProlonging(one, ranked, logs);
  return {
    causes: ranked.filter(isCause).map(({ cause }) => cause),
    alsoSeen: ranked.filter((one) => !isCause(one)).map(({ cause }) => cause),
    shares:
      logs === null
        ? []
        : listShares(
            ranked.filter((one) => isCause(one) && one.cause.strength !== 'possible'),
            logs,
          ),
  };
}

/** Seen to keep every request from the origin: where nothing tells the 502s apart, that outranks a total that happens to be the same. */
function isCertain({ metAt, failsEveryRequest, explained }: Cause): boolean {
  return explained === null && failsEveryRequest === true && metAt !== undefined && metAt !== 'http';
}

function lookAtOnce(found: readonly Found[]): FindingsAtOnce {
  const faults = found.filter(({ finding }) => finding.explains !== null);
  const faultyAddresses = new Map<string, Set<string>>();
  for (const { finding, subject } of faults) {
    const id = finding.connectionId ?? subject.connectionId ?? '';
    const known = faultyAddresses.get(id) ?? new Set();
    for (const address of finding.explains?.addresses?.among ?? []) known.add(address);
    faultyAddresses.set(id, known);
  }
  return { failingOrigins: new Set(faults.map(originOf)), faultyAddresses };
}

/** Causes of different addresses behind one name add up; any others may be of the same requests. */
function listShares(causes: readonly CandidateCause[], logs: AccessLogEvidence): readonly Shares[] {
  const byOrigin = new Map<string | null, { readonly shares: Shares; readonly among: readonly string[] }[]>();
  const whole: Shares[] = [];
  for (const { cause, shares } of causes) {
    const among = cause.explains?.addresses?.among ?? [];
    if (shares === null) continue;
    if (among.length === 0) whole.push(shares);
    else byOrigin.set(cause.originId, [...(byOrigin.get(cause.originId) ?? []), { shares, among }]);
  }
  return [...whole, ...[...byOrigin.values()].map((some) => addByAddress(some, logs.failureCells.length))];
}

/** Null without logs, and where they hold no 502: then there is nothing to account for. */
function logsWithFailures(bag: EvidenceBag): AccessLogEvidence | null {
  const logs = dataOf(bag.accessLogs);
  return logs === null || logs.failures === 0 ? null : logs;
}
