/** A first answer from what is in, while the logs are still being read; and the end of the reading where the rest cannot change it. */
import { checks } from '../src/checks/index.js';
import type { LogScanPlan } from '../src/collectors/log-scan.js';
import { concludeVerdict } from '../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../src/diagnosis/evaluate.js';
import type { Unavailability } from '../src/diagnosis/evidence.js';
import type { FirstGuess } from '../src/diagnosis/progress.js';
import type { Verdict } from '../src/diagnosis/verdict.js';
import type { LogScanState } from '../src/platform/log-scan-store.js';
import { isDecided, readBag, slowKinds } from './conclude.js';
import { secondsLeft } from './read-log-scan.js';
import type { CollectServices } from './services.js';

/** A guess is owed within 15 s of the command; what has not come in by then is left out of it. */
export const guessAfterMs = 10_000;
/** Fewer 502s than this say too little of the rest of the logs to leave them unread. */
const enoughFailures = 200;
/** What remains is worth stopping only where it takes longer than this. */
const worthStoppingSeconds = 5;

/** @param now whether it is time for a guess whatever is missing. */
export async function guessIfUseful(services: CollectServices, checkId: string, isTime = false): Promise<void> {
  const { store, scans } = services;
  const record = await store.read(checkId);
  if (record === null || record.verdict !== null || record.phase !== 'running' || record.request.purpose !== 'check')
    return;
  const open = record.tasks.filter(({ state }) => state === 'waiting' || state === 'running');
  // Where nothing but slow evidence is open the verdict itself is about to come.
  if (!open.some(({ kind }) => kind === 'access-logs')) return;
  const now = services.now();
  const isLate = isTime || now.getTime() - Date.parse(record.request.acceptedAt) >= guessAfterMs;
  if (!isLate && open.some(({ kind }) => kind !== 'access-logs' && !slowKinds.has(kind))) return;
  const scan = await scans.state(checkId);
  const ended = scan?.ended.length ?? 0;
  if (ended === 0 && !isLate) return;
  // Each time twice as much of the logs is in, and once in any case.
  if (!(await scans.claim(checkId, `guess:${Math.floor(Math.log2(ended + 1))}`))) return;
  const bag = await readBag(services, record, now, stillReading);
  const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
  const guess = guessOf(verdict, scan);
  if (guess !== null) {
    await store.note(checkId, 'guess', JSON.stringify(guess));
    await services.requestReport(checkId);
  }
  if (scan !== null && mayStop(verdict, scan, now)) {
    const because = `The causes were told apart by then: ${verdict.failures?.count ?? 0} 502s were seen, and what is proven accounts for at least 95 % of them. The rest was not read.`;
    await scans.stop(checkId, because);
    services.log.info({ checkId, ended, shards: scan.shards }, 'log scan stopped early');
  }
}

const stillReading: Unavailability = { kind: 'not-yet', message: 'It is still being collected.' };

/** Null where nothing can be said yet. Pure. */
export function guessOf(verdict: Verdict, scan: LogScanState | null): FirstGuess | null {
  const lead = verdict.causes[0];
  const sentence = verdict.outcome === 'cause-found' ? verdict.headline : lead?.claim;
  if (sentence === undefined) return null;
  const plan = scan?.plan as LogScanPlan | undefined;
  return {
    sentence,
    strength: lead?.strength ?? 'possible',
    basis:
      plan === undefined || scan === null || scan.read.objects === 0
        ? 'the probes and metrics, before any log was read'
        : `the probes, the metrics and ${scan.read.objects} of ${plan.cost.objects} log objects, the newest first`,
  };
}

function mayStop(verdict: Verdict, scan: LogScanState, now: Date): boolean {
  if (scan.stoppedBecause !== null || !isDecided(verdict) || (verdict.failures?.count ?? 0) < enoughFailures)
    return false;
  return (secondsLeft(scan, now) ?? 0) > worthStoppingSeconds;
}
