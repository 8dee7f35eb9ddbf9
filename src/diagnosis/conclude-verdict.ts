/** From the outcomes of all checks to one verdict. Pure: the same bag, outcomes and time give the same verdict. */
import { describeCoverage } from './coverage.js';
import type { CheckOutcome } from './evaluate.js';
import type { AccessLogEvidence, EvidenceBag, Unavailability } from './evidence.js';
import { countFitting, countShares, largestRest, type Shares, unionOf } from './explain.js';
import type { Citation } from './finding.js';
import { headlineOfCause, headlineOfFailed, headlineOfInconclusive, headlineOfNone } from './headline.js';
import { listChanges } from './list-changes.js';
import { findLoadTrend } from './load-trend.js';
import { countHidden, countObserved, dataOf, type Observed, sawNone } from './observed.js';
import { findOnset, foldCurve } from './onset.js';
import { rankOverRepresented } from './over-representation.js';
import { loadOf, unreadHours } from './part-read.js';
import { type RankedCauses, rankCauses } from './rank-causes.js';
import type { Cause, Crashed, Inconclusive, RuledOut, Verdict } from './verdict.js';
import { countOf, formatCount } from './wording.js';

/**
 * The verdict of a check. `failed` (or `cancelled`) where the distribution could not be read, since nothing follows without it.
 * A cause that is merely possible does not make the outcome `cause-found`: it is the lead of an inconclusive one.
 */
export function concludeVerdict(bag: EvidenceBag, outcomes: readonly CheckOutcome[], now: Date): Verdict {
  const observed = countObserved(bag, outcomes.some(isFault));
  const ranked = rankCauses(bag, outcomes, observed);
  const logs = dataOf(bag.accessLogs);
  const shares = logs === null ? [] : unionOf(ranked.shares, logs.failureCells.length);
  const explained = logs === null || logs.failures === 0 ? null : countShares(logs, shares);
  const rest = logs === null ? 0 : logs.failures - (explained ?? 0);
  // What the log says by itself is worth repeating only of 502s that are still to be explained.
  const isCovered = explained !== null && explained > 0 && rest <= explained / 20;
  const open = isCovered ? outcomes.map(settleLead) : outcomes;
  const inconclusive = listInconclusive(open);
  const load = logs === null ? [] : loadOf(logs, logs.perMinute);
  const onset = logs === null ? null : findOnset(load, unreadHours(logs));
  const judged = judge(bag, observed, ranked, explained, inconclusive);
  const distribution = dataOf(bag.distribution);
  return {
    format: 'cf502.verdict/1',
    checkId: bag.checkId,
    target: {
      asked: bag.target,
      distributionId: distribution?.id ?? null,
      domainName: distribution?.domainName ?? null,
    },
    window: bag.window,
    concludedAt: now.toISOString(),
    ...judged,
    failures: observed.failures,
    causes: ranked.causes,
    alsoSeen: ranked.alsoSeen,
    unexplained:
      logs === null
        ? null
        : (observed.countedElsewhere ?? logs.failures) + (observed.unread?.count ?? 0) - (explained ?? 0),
    onset,
    load: findLoadTrend(load, onset),
    curve: logs === null ? [] : foldCurve(logs.perMinute, maxCurvePoints),
    detailedResults: logs === null ? [] : listResults(logs),
    overRepresented: logs === null ? [] : rankOverRepresented(logs),
    changes: listChanges(bag, onset),
    ruledOut: listRuledOut(open),
    inconclusive,
    crashed: listCrashed(outcomes),
    coverage: describeCoverage(bag),
    nextTest: chooseNextTest(bag, judged.outcome, observed, ranked, shares, inconclusive),
  };
}

function isFault({ outcome }: CheckOutcome): boolean {
  return (
    outcome.state === 'found' &&
    outcome.findings.some(({ explains, strength }) => explains !== null && strength !== 'possible')
  );
}

function judge(
  bag: EvidenceBag,
  observed: Observed,
  { causes, alsoSeen }: RankedCauses,
  explained: number | null,
  inconclusive: readonly Inconclusive[],
): Pick<Verdict, 'outcome' | 'headline' | 'layer'> {
  if (bag.distribution.state === 'unavailable') {
    const { kind, message } = bag.distribution.reason;
    const outcome = kind === 'cancelled' ? 'cancelled' : 'failed';
    return { outcome, headline: headlineOfFailed(message), layer: null };
  }
  const { failures, doubt } = observed;
  const sure = causes.filter(({ strength }) => strength !== 'possible');
  const [best] = sure;
  if (best !== undefined) {
    const headline = headlineOfCause(best, sure.length - 1, observed, explained, countHidden(bag));
    return { outcome: 'cause-found', headline, layer: best.layer };
  }
  if (failures !== null && sawNone(observed))
    return { outcome: 'no-502s', headline: headlineOfNone(failures, bag, alsoSeen), layer: null };
  // What the rows say comes before a defect that none of them shows, which stands below all the same.
  const lead = causes[0] ?? inconclusive.find((entry) => entry.lead !== null) ?? liveDefect(bag, alsoSeen) ?? null;
  return { outcome: 'inconclusive', headline: headlineOfInconclusive(failures, doubt, lead), layer: null };
}

/**
 * A defect that the logged 502s do not show, where their requests go all the same: logs are late, so it may be newer than they are. One at an
 * origin whose behaviours have no 502 is no lead.
 */
function liveDefect(bag: EvidenceBag, alsoSeen: readonly Cause[]): Cause | undefined {
  const logs = dataOf(bag.accessLogs);
  return alsoSeen.find(
    ({ explains, strength }) =>
      strength !== 'possible' &&
      explains?.behaviours !== undefined &&
      countFitting(logs, { behaviours: explains.behaviours }) > 0,
  );
}

const maxCurvePoints = 60;
const maxResults = 8;

function listResults(logs: AccessLogEvidence): Verdict['detailedResults'] {
  const counts = new Map<string, number>();
  for (const { detailedResult, count } of logs.failureCells)
    counts.set(detailedResult, (counts.get(detailedResult) ?? 0) + count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, maxResults);
}

function settleLead(one: CheckOutcome): CheckOutcome {
  const { check, outcome } = one;
  if (outcome.state === 'inconclusive' && outcome.unlessExplained !== undefined)
    return { ...one, outcome: { state: 'ruled-out', ...outcome.unlessExplained } };
  if (check.role !== 'lead' || outcome.state !== 'inconclusive' || outcome.lead === undefined) return one;
  return {
    ...one,
    outcome: { state: 'ruled-out', because: 'The causes found account for what was logged.', citations: [] },
  };
}

/** The outcomes of each check, in the order of the checks. */
function byCheck(outcomes: readonly CheckOutcome[]): readonly (readonly CheckOutcome[])[] {
  const groups = new Map<string, CheckOutcome[]>();
  for (const one of outcomes) groups.set(one.check.id, [...(groups.get(one.check.id) ?? []), one]);
  return [...groups.values()];
}

/** A check is ruled out only where it is for every subject. */
function listRuledOut(outcomes: readonly CheckOutcome[]): readonly RuledOut[] {
  return byCheck(outcomes).flatMap((group): readonly RuledOut[] => {
    const out = group.flatMap(({ subject, outcome }) => (outcome.state === 'ruled-out' ? [{ subject, outcome }] : []));
    const [first] = group;
    if (first === undefined || out.length < group.length) return [];
    const { id: checkId, title, layer } = first.check;
    const reasons = [...new Set(out.map(({ outcome }) => outcome.because))];
    const citations: Citation[] = out.flatMap(({ outcome }) => outcome.citations).slice(0, 20);
    return [{ checkId, title, because: reasons.slice(0, 3).join(' '), layer, citations }];
  });
}

/** What speaks for a cause comes first; then the order of the checks. */
function listInconclusive(outcomes: readonly CheckOutcome[]): readonly Inconclusive[] {
  const repeatsLog = new Set(
    outcomes.flatMap(({ check, outcome }) =>
      outcome.state === 'inconclusive' && outcome.unlessExplained !== undefined ? [check.id] : [],
    ),
  );
  const entries = byCheck(outcomes).flatMap((group): readonly Inconclusive[] => {
    const open = group.flatMap(({ subject, outcome }) =>
      outcome.state === 'inconclusive' ? [{ subject, outcome }] : [],
    );
    const [first] = group;
    if (first === undefined || open.length === 0) return [];
    const missing = new Map<string, Unavailability>();
    for (const reason of open.flatMap(({ outcome }) => outcome.missing)) missing.set(reason.message, reason);
    return [
      {
        checkId: first.check.id,
        title: first.check.title,
        subjects: open.flatMap(({ subject }) => subject.connectionId ?? subject.originId ?? []),
        missing: [...missing.values()].slice(0, 10),
        lead: open.find(({ outcome }) => outcome.lead !== undefined)?.outcome.lead ?? null,
      },
    ];
  });
  // What merely repeats the log for a fault that was not seen is the weakest lead.
  // What lays most of them to viewers has no rival among faults of origins.
  const ofViewers = new Set(outcomes.flatMap(({ check }) => (check.layer === 'viewer' ? [check.id] : [])));
  const rankOf = ({ lead, checkId }: Inconclusive) =>
    lead === null ? 3 : ofViewers.has(checkId) ? 0 : repeatsLog.has(checkId) ? 2 : 1;
  return [...entries].sort((a, b) => rankOf(a) - rankOf(b));
}

function listCrashed(outcomes: readonly CheckOutcome[]): readonly Crashed[] {
  return byCheck(outcomes).flatMap((group): readonly Crashed[] => {
    const crash = group.find(({ outcome }) => outcome.state === 'crashed');
    if (crash?.outcome.state !== 'crashed') return [];
    return [{ checkId: crash.check.id, title: crash.check.title, message: crash.outcome.message }];
  });
}

function chooseNextTest(
  bag: EvidenceBag,
  outcome: Verdict['outcome'],
  { failures, doubt, doubtRemedy, countedElsewhere, unread }: Observed,
  { causes, alsoSeen }: RankedCauses,
  shares: Shares,
  inconclusive: readonly Inconclusive[],
): string | null {
  if (bag.distribution.state === 'unavailable') return bag.distribution.reason.remedy ?? null;
  const logs = dataOf(bag.accessLogs);
  const rest = logs === null ? null : largestRest(logs, shares);
  const id = bag.distribution.data.id;
  if (outcome === 'cause-found' && unread !== null)
    return `CloudWatch counts about ${countOf(unread.count, '502')} in hours whose logs were not read, which may have another cause; the most in the hour from ${unread.worst?.slice(0, 16).replace('T', ' ')} UTC: run the check again with a window around that.`;
  if (outcome === 'cause-found' && countedElsewhere !== null)
    return `CloudWatch counts about ${countOf(countedElsewhere, '502')}, of which the logs hold ${formatCount(failures?.count ?? 0)}: run the check again in an hour with the same window, when the logs are in.`;
  if (outcome === 'cause-found')
    return rest === null
      ? null
      : `Of the 502s that remain, ${countOf(rest.count, 'is', 'are')} ${rest.cell.detailedResult} on behaviour ${rest.cell.behaviour}; mend what was found, then run the check again.`;
  if (outcome !== 'inconclusive') return null;

  const ofLead = remedyOf(causes[0]) ?? inconclusive.find(({ lead }) => lead !== null)?.missing.find(hasRemedy)?.remedy;
  if (ofLead !== undefined) return ofLead;
  const defect = liveDefect(bag, alsoSeen);
  if (defect !== undefined)
    return `${defect.remedy} Then run check ${id} again: the 502s seen so far are of another kind.`;
  if (bag.accessLogs.state === 'unavailable' && bag.accessLogs.reason.remedy !== undefined)
    return bag.accessLogs.reason.remedy;
  const hidden = alsoSeen.find(({ checkId }) => checkId === 'hidden-502');
  if (failures?.count === 0 && doubt !== null && hidden !== undefined) return `${doubt} ${hidden.remedy}`;
  if (failures?.count === 0 && doubt !== null) return doubtRemedy === null ? doubt : `${doubt} ${doubtRemedy}`;
  if (rest !== null)
    return `Most of the 502s, ${countOf(rest.count, 'row')}, are ${rest.cell.detailedResult} on behaviour ${rest.cell.behaviour}: run check ${id} again while they happen.`;
  const any = inconclusive.flatMap(({ missing }) => missing).find(hasRemedy)?.remedy;
  return any ?? `Run check ${id} again while 502s are being answered, with a window that covers them.`;
}

function hasRemedy(missing: Unavailability): boolean {
  return missing.remedy !== undefined;
}

/** A cause that is only possible is settled by what kept it from being more. */
function remedyOf(cause: Cause | undefined): string | undefined {
  if (cause === undefined) return undefined;
  return `Settle whether it is this: ${cause.claim}. ${cause.cappedBecause ?? ''}`.trim();
}
