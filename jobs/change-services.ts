/** What the jobs of changes share beside the rest: proposals, the audit log, the change role. Built once per worker process. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type AuditLog, createAuditLog } from '../src/platform/audit-log.js';
import type { AwsClients } from '../src/platform/aws.js';
import { type ChangeSession, createChangeClients } from '../src/platform/change-session.js';
import { createProposalStore, type ProposalStore } from '../src/platform/proposal-store.js';
import { createTrialStore, type TrialStore } from '../src/platform/trial-store.js';
import { type ChangeQueues, type ChangeRequests, createChangeRequests } from '../src/queue/change-requests.js';
import { type ChangeCardJob, type ChangeJob, queueNames } from '../src/queue/queues.js';

/** How long things are waited for. */
export interface ChangePace {
  /** A write that has been claimed is sent within this time or not at all: whoever was held up longer may have been given up for dead. */
  readonly sendWithinMs: number;
  /** Until AWS answers a write. */
  readonly writeTimeoutMs: number;
  /** A write that nobody has answered for is missing from the configuration for good after this: longer than the two above together. */
  readonly settleMs: number;
  /** After a claim whose write was given up as not carried out: when it is looked whether AWS has carried it out late. */
  readonly secondLooksMs: readonly number[];
  /** Until it is tried again where it is not known whether the approvals still count. */
  readonly heldBackMs: number;
  readonly deploymentPollMs: number;
  /** After the window of the success test: when its figures are looked at, the last time for good. Logs are late. */
  readonly proofDelaysMs: readonly number[];
}

const minuteMs = 60_000;

/** CloudFront takes some minutes to deploy; most log rows arrive within the hour, some later. */
export const defaultPace: ChangePace = {
  sendWithinMs: 5_000,
  writeTimeoutMs: 15_000,
  settleMs: 45_000,
  secondLooksMs: [2, 10, 30].map((minutes) => minutes * minuteMs),
  heldBackMs: 10_000,
  deploymentPollMs: 15_000,
  proofDelaysMs: [3, 8, 15, 30, 60, 120, 240].map((minutes) => minutes * minuteMs),
};

export interface ChangeServices {
  readonly proposals: ProposalStore;
  readonly trials: TrialStore;
  readonly audit: AuditLog;
  readonly queues: ChangeQueues;
  readonly requests: ChangeRequests;
  /** AWS as the change role, for one change. */
  readonly openSession: (session: ChangeSession) => AwsClients;
  readonly pace: ChangePace;
}

export function createChangeServices(redis: Redis, prefix: string, pace: ChangePace = defaultPace): ChangeServices {
  const options = { connection: redis, prefix };
  const queues = {
    changes: new Queue<ChangeJob, void, string>(queueNames.changes, options),
    changeCards: new Queue<ChangeCardJob, void, string>(queueNames.changeCards, options),
  };
  return {
    proposals: createProposalStore(redis, prefix),
    trials: createTrialStore(redis, prefix),
    audit: createAuditLog(redis, prefix),
    queues,
    requests: createChangeRequests(queues),
    openSession: (session) =>
      createChangeClients(session, { requestTimeoutMs: pace.writeTimeoutMs, socketTimeoutMs: pace.writeTimeoutMs }),
    pace,
  };
}
