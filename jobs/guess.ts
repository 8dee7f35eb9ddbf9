/** A first answer from what is in, while the logs are still being read; and the end of the reading where the rest cannot change it. */
import { checks } from '../src/checks/index.js';
import type { LogScanPlan } from '../src/collectors/log-scan.js';
import { concludeVerdict } from '../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../src/diagnosis/evaluate.js';
import type { Unavailability } from '../src/diagnosis/evidence.js';
import { dataOf } from '../src/diagnosis/observed.js';
import type { FirstGuess, TaskProgress } from '../src/diagnosis/progress.js';
import { countUnread, type UnreadFailures } from '../src/diagnosis/unread-failures.js';
import type { Verdict } from '../src/diagnosis/verdict.js';
import type { LogScanState } from '../src/platform/log-scan-store.js';
import type { Policy } from '../src/policy.js';
import { isDecided, readBag, slowKinds } from './conclude.js';
import { secondsLeft } from './read-log-scan.js';
import type { CollectServices } from './services.js';

/** A guess is owed within 15 s of the command; what has not come in by then is left out of it. */
export function guessAfterMs({ checks: { firstGuessSeconds } }: Pick<Policy, 'checks'>): number {
  return firstGuessSeconds * 1000;
}

/** Fewer 502s than this say too little of the rest of the logs to leave them unread. */
const enoughFailures = 200;
/** What remains is worth stopping only where it takes longer than this. */
const worthStoppingSeconds = 5;
/** Named one by one. */
const maxRuledOut = 8;

/** @param isTime whether one is owed now, whatever is missing. */
export async function guessIfUseful(services: CollectServices, checkId: string, isTime = false): Promise<void> {
  const { store, scans } = services;
  const record = await store.read(checkId);
  if (record === null || record.verdict !== null || record.phase !== 'running' || record.request.purpose !== 'check')
    return;
  const open = record.tasks.filter(({ state }) => state === 'waiting' || state === 'running');
  // Where nothing but slow evidence is open the verdict itself is about to come.
  if (open.every(({ kind }) => slowKinds.has(kind))) return;
  if (!isTime && !open.some(({ kind }) => kind === 'access-logs')) return;
  const now = services.now();
  const isLate = isTime || now.getTime() - Date.parse(record.request.acceptedAt) >= guessAfterMs(services.policy);
  if (!isLate && open.some(({ kind }) => kind !== 'access-logs' && !slowKinds.has(kind))) return;
  const scan = await scans.state(checkId);
  const ended = scan?.ended.length ?? 0;
  if (ended === 0 && !isLate) return;
  // Each time twice as much of the logs is in, or more of the rest.
  const settled = record.tasks.length - open.length;
  if (!(await scans.claim(checkId, `guess:${Math.floor(Math.log2(ended + 1))}:${settled}`))) return;
  const bag = await readBag(services, record, now, stillReading);
  const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
  const guess = guessOf(verdict, scan, open);
  await store.note(checkId, 'guess', JSON.stringify(guess));
  // Edits are thinned out where many checks run; the first guess is owed.
  await (record.guess === null ? services.requestReportNow(checkId) : services.requestReport(checkId));
  const logs = dataOf(bag.accessLogs);
  const unread = logs === null ? null : countUnread(logs, dataOf(bag.cloudFrontMetrics));
  if (scan !== null && mayStop(verdict, unread, scan, now)) {
    const because = `The causes were told apart by then: ${verdict.failures?.count ?? 0} 502s were seen, and what is proven accounts for at least 95 % of them. The rest was not read.`;
    await scans.stop(checkId, because);
    services.log.info({ checkId, ended, shards: scan.shards }, 'log scan stopped early');
  }
}

const stillReading: Unavailability = { kind: 'not-yet', message: 'It is still being collected.' };

/** @param open what is still being collected. Pure. */
export function guessOf(verdict: Verdict, scan: LogScanState | null, open: readonly OpenTask[]): FirstGuess {
  const plan = scan?.plan as LogScanPlan | undefined;
  const basis =
    plan === undefined || scan === null || scan.read.objects === 0
      ? 'what the probes and metrics showed, before any log was read'
      : `the probes, the metrics and ${scan.read.objects} of ${plan.cost.objects} log objects, the newest first`;
  const [lead, ...others] = verdict.causes;
  if (lead !== undefined) {
    const first = verdict.outcome === 'cause-found' ? verdict.headline : lead.claim;
    const rest = others.slice(0, 2).map(({ claim }) => claim.replace(/\.$/, ''));
    const sentence = rest.length === 0 ? first : `${first.replace(/\.$/, '')}. Then: ${rest.join('; ')}.`;
    return { sentence, strength: lead.strength, basis };
  }
  const hint = verdict.inconclusive.find((entry) => entry.lead !== null)?.lead ?? null;
  if (hint !== null) return { sentence: hint, strength: 'possible', basis };
  return { sentence: nothingFound(verdict, open), strength: null, basis };
}

type OpenTask = Pick<TaskProgress, 'kind' | 'title'>;

function nothingFound({ ruledOut }: Verdict, open: readonly OpenTask[]): string {
  const named = ruledOut.slice(0, maxRuledOut).map(({ title }) => title);
  const more = ruledOut.length - named.length;
  const out = named.length === 0 ? 'nothing' : `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const waitedFor = open.some(({ kind }) => kind === 'access-logs')
    ? 'still reading logs'
    : `still waiting for: ${open
        .slice(0, 3)
        .map(({ title }) => title.slice(0, 80))
        .join(', ')}`;
  return `nothing found so far points to a cause; ruled out so far: ${out}; ${waitedFor}`;
}

/**
 * Whether what is in tells the causes apart, and the rest cannot change that. Pure.
 * @param unread what there is in hours that are still to be read, which may be of another cause; null where nobody knows: then it is read.
 */
export function mayStop(verdict: Verdict, unread: UnreadFailures | null, scan: LogScanState, now: Date): boolean {
  const { failures, unexplained } = verdict;
  if (scan.stoppedBecause !== null || unread === null || failures === null || unexplained === null) return false;
  if (!isDecided(verdict) || failures.count < enoughFailures) return false;
  const atWorst = {
    ...verdict,
    unexplained: unexplained + unread.count,
    failures: { ...failures, count: failures.count + unread.count },
  };
  if (!isDecided(atWorst)) return false;
  return (secondsLeft(scan, now) ?? 0) > worthStoppingSeconds;
}
