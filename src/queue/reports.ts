/** Asking for the message of a check to be brought up to date: coalesced, one edit at a time per check. */
import type { Queue } from 'bullmq';
import { keepFinished, type ReportJob } from './queues.js';

/**
 * chat.update is Tier 3, 50 and more a minute for the workspace (https://docs.slack.dev/apis/web-api/rate-limits). One check that edits every
 * 1.3 s stays under it; n checks share it by editing n times more rarely.
 */
const editIntervalMs = 1_300;
const longestIntervalMs = 15_000;

export interface ReportRequests {
  /** Asks for an edit soon. While one is waiting, further requests join it; the edit shows the state at the time it is made. */
  request(checkId: string, activeChecks: number): Promise<void>;
  /** Asks for the final message: at once, or right after the edit that is being made. */
  requestNow(checkId: string): Promise<void>;
}

export function createReportRequests(queue: Queue<ReportJob, void, string>): ReportRequests {
  const options = {
    attempts: 12,
    backoff: { type: 'exponential', delay: 1_000, jitter: 0.3 },
    ...keepFinished,
  } as const;
  const deduplicationId = (checkId: string): string => `report:${checkId}`;
  const add = async (checkId: string, delay: number): Promise<void> => {
    await queue.add(
      'report',
      { v: 1, checkId },
      { ...options, delay, deduplication: { id: deduplicationId(checkId), keepLastIfActive: true } },
    );
  };
  return {
    request: (checkId, activeChecks) =>
      add(checkId, Math.min(longestIntervalMs, editIntervalMs * Math.max(1, activeChecks))),
    async requestNow(checkId) {
      await add(checkId, 0);
      const waitingId = await queue.getDeduplicationJobId(deduplicationId(checkId));
      const waiting = waitingId === null ? undefined : await queue.getJob(waitingId);
      // A delayed edit would show the verdict a second late; promoting fails harmlessly when it has just begun.
      if (waiting !== undefined && (await waiting.isDelayed())) await waiting.promote().catch(() => undefined);
    },
  };
}
