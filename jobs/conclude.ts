/** Ends a check: what was collected is judged, the verdict is stored once, the message is asked for. */

import { auditItems } from '../src/audit/index.js';
import { checks } from '../src/checks/index.js';
import { assembleBag, type CollectedTask, distributionTaskId, planTasks } from '../src/collectors/tasks.js';
import { concludeAudit } from '../src/diagnosis/conclude-audit.js';
import { concludeVerdict } from '../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../src/diagnosis/evaluate.js';
import type { EvidenceBag, Unavailability } from '../src/diagnosis/evidence.js';
import { type Conclusion, isScorecard } from '../src/diagnosis/scorecard.js';
import type { Verdict } from '../src/diagnosis/verdict.js';
import type { CheckRecord } from '../src/platform/check-store.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { cancelChannel } from '../src/queue/queues.js';
import { readLogScan } from './read-log-scan.js';
import { type CollectServices, planOptions } from './services.js';

/** Concluding happens wherever the last evidence comes in, in the scanning thread too. */
type ConcludeServices = Pick<
  CollectServices,
  'config' | 'policy' | 'log' | 'store' | 'scans' | 'now' | 'redis' | 'requestReportNow'
>;

/** What slow evidence may be left out for: the rest names a proven cause for nearly all of the 502s. */
const decidedShare = 0.95;
/** Kinds that take seconds by their nature, holding connections until the origin ends them. */
export const slowKinds: ReadonlySet<string> = new Set(['keep-alive']);

/** Concludes without waiting for slow evidence when everything else is in and decides the matter. */
export async function concludeIfDecided(services: ConcludeServices, checkId: string): Promise<void> {
  const record = await services.store.read(checkId);
  if (record === null || record.verdict !== null || record.phase !== 'running' || record.request.purpose !== 'check')
    return;
  const open = record.tasks.filter(({ state }) => state === 'waiting' || state === 'running');
  if (open.length === 0 || open.some(({ kind }) => !slowKinds.has(kind))) return;
  const now = services.now();
  const bag = await readBag(services, record, now, notNeeded);
  const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
  if (isDecided(verdict)) await finish(services, checkId, verdict, bag);
}

/** Pure. */
export function isDecided({ outcome, causes, failures, unexplained }: Verdict): boolean {
  if (outcome !== 'cause-found' || failures === null || unexplained === null) return false;
  return causes[0]?.strength === 'proven' && unexplained <= (1 - decidedShare) * failures.count;
}

const notNeeded: Unavailability = {
  kind: 'not-needed',
  message: 'It was not waited for, because the cause was proven without it.',
};

/** Concludes with what there is: called by the step job when everything is in, and by the sweep when it never will be. */
export async function concludeCheck(services: ConcludeServices, checkId: string): Promise<void> {
  const record = await services.store.read(checkId);
  if (record === null || record.verdict !== null) return;
  const now = services.now();
  const bag = await readBag(services, record, now);
  const judged = judge(record, bag, now);
  const { asked, purpose } = record.request;
  const headline = `The ${purpose} of ${asked} was cancelled before it was finished.`;
  const cancelled = { outcome: 'cancelled', headline } as const;
  const conclusion: Conclusion =
    record.phase !== 'cancelling'
      ? judged
      : isScorecard(judged)
        ? { ...judged, ...cancelled, items: [] }
        : { ...judged, ...cancelled };
  await finish(services, checkId, conclusion, bag);
}

function judge({ request }: CheckRecord<CheckRequest>, bag: EvidenceBag, now: Date): Conclusion {
  return request.purpose === 'audit'
    ? concludeAudit(bag, auditItems, now)
    : concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}

/** Ends a check that the policy does not allow, which is known only once the alias has been resolved to a distribution. */
export async function refuse(services: ConcludeServices, checkId: string, refusal: string): Promise<void> {
  const record = await services.store.read(checkId);
  if (record === null || record.verdict !== null) return;
  const now = services.now();
  // Nothing of what was read may be shown: the person is not allowed to see it.
  const bag = assembleBag(bagOf(record), [], {}, now.toISOString(), { kind: 'not-allowed', message: refusal });
  const refused: Conclusion =
    record.request.purpose === 'audit'
      ? { ...concludeAudit(bag, [], now), headline: refusal, remedy: null }
      : { ...concludeVerdict(bag, [], now), outcome: 'failed', headline: refusal, nextTest: null };
  await finish(services, checkId, refused, bag);
}

async function finish(
  services: ConcludeServices,
  checkId: string,
  conclusion: Conclusion,
  bag: EvidenceBag,
): Promise<void> {
  const { store, redis, config, log } = services;
  if (!(await store.conclude(checkId, conclusion, bag))) return;
  const found = isScorecard(conclusion)
    ? { counts: conclusion.counts }
    : { causes: conclusion.causes.map((cause) => cause.checkId) };
  log.info({ checkId, outcome: conclusion.outcome, ...found }, 'check concluded');
  // Children that are still at work, when the deadline passed or somebody cancelled, are of no use any more.
  await redis.publish(cancelChannel(config.redisPrefix), checkId);
  await services.requestReportNow(checkId);
}

/** What is in so far. @param missing why the rest is not. */
export async function readBag(
  services: ConcludeServices,
  record: CheckRecord<CheckRequest>,
  now: Date,
  missing = whyMissing(record, now),
): Promise<EvidenceBag> {
  const { request } = record;
  const distribution = (await services.store.readEvidence(request.checkId, distributionTaskId)) as CollectedTask | null;
  const isRead = distribution?.kind === 'distribution' && distribution.gathered.state === 'collected';
  const planned = isRead ? planTasks(distribution.gathered.data, planOptions(services.policy, request)) : [];
  const results: Record<string, CollectedTask> = distribution === null ? {} : { [distributionTaskId]: distribution };
  // Every task there is, not only the planned ones: the log scan adds some of its own.
  for (const { id } of record.tasks) {
    const collected = (await services.store.readEvidence(request.checkId, id)) as CollectedTask | null;
    if (collected !== null) results[id] = collected;
  }
  if (results['access-logs'] === undefined && isRead) {
    // Read in several jobs, of which some have ended.
    const logs = await readLogScan(services, request.checkId, now, missing.message);
    if (logs !== null) results['access-logs'] = { kind: 'access-logs', gathered: logs };
  }
  return assembleBag(bagOf(record), planned, results, now.toISOString(), missing);
}

function bagOf({ request }: CheckRecord<CheckRequest>) {
  return {
    checkId: request.checkId,
    asked: request.asked,
    window: request.window,
    pathPattern: request.pathPattern,
  };
}

function whyMissing({ phase, request }: CheckRecord<CheckRequest>, now: Date): Unavailability {
  if (phase === 'cancelling') return { kind: 'cancelled', message: 'The check was cancelled before this was done.' };
  if (now.getTime() >= Date.parse(request.deadlineAt))
    return { kind: 'timed-out', message: 'The deadline of the check passed before this was done.' };
  return {
    kind: 'service-down',
    message: 'The worker that collected this stopped before it was done.',
    remedy: 'Run the check again.',
  };
}
