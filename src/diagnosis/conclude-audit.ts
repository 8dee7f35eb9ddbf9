/** Puts every item of the audit to the evidence, and counts. Pure: nothing that an item does can stop the others. */
import {
  type AuditAnswer,
  type AuditEvidenceKind,
  type AuditEvidenceMap,
  type AuditItem,
  type AuditState,
  auditStates,
  type PerSubject,
} from './audit.js';
import type { EvidenceBag, Gathered, Unavailability } from './evidence.js';
import type { Scorecard, ScoredItem } from './scorecard.js';
import { countOf, listOf, plain } from './wording.js';

/** Items in the order of their importance. */
export function concludeAudit(bag: EvidenceBag, items: readonly AuditItem[], now: Date): Scorecard {
  const { distribution } = bag;
  const readable = distribution.state === 'collected' ? distribution.data : null;
  const scored = readable === null ? [] : items.map((item) => scoreItem(item, bag, now));
  const ordered = auditStates.flatMap((state) => scored.filter((item) => item.state === state));
  const counts = countStates(scored);
  return {
    format: 'cf502.scorecard/1',
    checkId: bag.checkId,
    target: {
      asked: bag.target,
      distributionId: readable?.id ?? null,
      domainName: readable?.domainName ?? null,
    },
    window: bag.window,
    concludedAt: now.toISOString(),
    outcome: readable === null ? 'failed' : 'complete',
    headline:
      distribution.state === 'unavailable'
        ? `The audit of ${plain(bag.target)} could not be made: ${distribution.reason.message}`
        : headline(distribution.data.id, counts, scored.length),
    remedy: distribution.state === 'unavailable' ? (distribution.reason.remedy ?? null) : null,
    counts,
    items: ordered,
  };
}

function headline(id: string, counts: Scorecard['counts'], all: number): string {
  const parts = [
    [counts['in-place'], 'in place'],
    [counts['at-risk'], 'at risk'],
    [counts.missing, 'missing'],
    [counts.unknown, 'not to be seen from here'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `Of ${countOf(all, 'precaution')} against 502s on ${id}: ${listOf(said)}.`;
}

function countStates(items: readonly Pick<ScoredItem, 'state'>[]): Readonly<Record<AuditState, number>> {
  const count = (state: AuditState) => items.filter((item) => item.state === state).length;
  return {
    'at-risk': count('at-risk'),
    missing: count('missing'),
    unknown: count('unknown'),
    'in-place': count('in-place'),
  };
}

function scoreItem(item: AuditItem, bag: EvidenceBag, now: Date): ScoredItem {
  const { id, title, why, matters, offers } = item;
  const answer = askItem(item, bag, now);
  return {
    ...{ id, title, why, matters, offers },
    state: answer.state,
    because: answer.because,
    citations: answer.citations,
    fix: answer.state === 'missing' || answer.state === 'at-risk' ? answer.fix : null,
    missing: answer.state === 'unknown' ? answer.missing : [],
  };
}

function askItem(item: AuditItem, bag: EvidenceBag, now: Date): AuditAnswer {
  const needed = item.needs.map((kind) => ({ kind, gathered: pick(bag, kind) }));
  const [first, ...rest] = needed.flatMap(({ gathered }) =>
    gathered.state === 'unavailable' ? [gathered.reason] : [],
  );
  if (first !== undefined)
    return { state: 'unknown', because: first.message, missing: [first, ...rest], citations: [] };
  const evidence = Object.fromEntries([
    ...needed.map(({ kind, gathered }) => [kind, gathered.state === 'collected' ? gathered.data : null]),
    ...item.uses.map((kind) => [kind, pick(bag, kind)]),
  ]) as Readonly<Partial<Record<AuditEvidenceKind, unknown>>>;
  try {
    return item.evaluate(evidence, now);
  } catch (thrown) {
    const message = plain(thrown instanceof Error ? thrown.message : String(thrown), 300);
    const because = 'This item broke by a fault of cf502, which says nothing about the distribution.';
    return {
      state: 'unknown',
      because,
      missing: [{ kind: 'bug', message, remedy: 'Report it to whoever runs cf502.' }],
      citations: [],
    };
  }
}

function pick(bag: EvidenceBag, kind: AuditEvidenceKind): Gathered<AuditEvidenceMap[AuditEvidenceKind]> {
  switch (kind) {
    case 'distribution':
      return bag.distribution;
    case 'access-logs':
      return bag.accessLogs;
    case 'cloudfront-metrics':
      return bag.cloudFrontMetrics;
    case 'alarms':
      return bag.audit?.alarms ?? notPlanned(bag);
    case 'log-delivery':
      return bag.audit?.logDelivery ?? notPlanned(bag);
    case 'origin-probes':
      return all(bag, bag.originProbes);
    case 'keep-alive-labs':
      return all(bag, bag.keepAliveLabs ?? {});
    case 'load-balancers':
      return all(bag, bag.loadBalancers);
  }
}

function all<T>(bag: EvidenceBag, record: Readonly<Record<string, Gathered<T>>>): Gathered<PerSubject<T>> {
  const entries = Object.entries(record);
  return {
    state: 'collected',
    at: bag.distribution.at,
    elapsedMs: 0,
    data: {
      collected: entries.flatMap(([subject, gathered]) =>
        gathered.state === 'collected' ? [{ subject, data: gathered.data }] : [],
      ),
      missing: entries.flatMap(([subject, gathered]) =>
        gathered.state === 'unavailable' ? [{ subject, reason: gathered.reason }] : [],
      ),
    },
  };
}

/** A bag of a check has no such part: it was never collected. */
function notPlanned(bag: EvidenceBag): Gathered<never> {
  const reason: Unavailability = {
    kind: 'not-found',
    message: 'Only an audit collects this, and this evidence comes from a check.',
    remedy: 'Run cf502 audit.',
  };
  return { state: 'unavailable', at: bag.distribution.at, elapsedMs: 0, reason, tried: [] };
}
