/** The queues: their names, who works on them and what a job carries. Payloads are validated again by the worker, since jobs outlive deployments. */
import { z } from 'zod';
import { proposalDraftSchema } from './changes.js';

export const queueNames = {
  /** One step job per check. */
  checks: 'checks',
  /** Its children, which wait for networks: of the log scan the listing, the planning and what engines count. */
  collect: 'collect',
  /** Shards of logs, read in threads so that parsing never delays the renewal of locks. Nothing else waits there. */
  scanLogs: 'scan-logs',
  /** Brings the message of a check up to date; one at a time per check. */
  reports: 'reports',
  /** Looks for checks that something died under. */
  sweep: 'sweep',
  /** Completes the thread of a check with what arrives hours later. */
  followUps: 'follow-ups',
  /** The steps of a change that are taken by the worker: making the proposal, applying, waiting for the deployment, proving. */
  changes: 'changes',
  /** Brings the card and the thread of a proposal up to date; one at a time per proposal. */
  changeCards: 'change-cards',
  /** Tries every permission that is needed. */
  doctor: 'doctor',
  /** Copies the audit log to its bucket. */
  auditShipping: 'audit-shipping',
} as const;

export const checkJobSchema = z.strictObject({
  v: z.literal(1),
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  step: z.enum(['begin', 'plan', 'conclude']),
});
export type CheckJob = z.infer<typeof checkJobSchema>;

export const collectJobSchema = z.strictObject({
  v: z.literal(1),
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  taskId: z.string().max(64),
  kind: z.string().max(64),
  title: z.string().max(500),
  deadlineAt: z.iso.datetime(),
  /** Whom the AWS session is tagged with. */
  userId: z.string().max(64),
  /** A `CollectTask`; the collectors own its schema. */
  task: z.record(z.string(), z.unknown()),
});
export type CollectJob = z.infer<typeof collectJobSchema>;

/** One share of the log objects of a check. */
export const logShardJobSchema = z.strictObject({
  v: z.literal(1),
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  /** From 0. */
  shard: z.int().min(0).max(10_000),
  deadlineAt: z.iso.datetime(),
  userId: z.string().max(64),
  /** The task that the scan is, as people see it. */
  of: z.strictObject({ taskId: z.string().max(64), kind: z.string().max(64), title: z.string().max(500) }),
  /** A `LogShard`; the collectors own its schema. */
  share: z.record(z.string(), z.unknown()),
});
export type LogShardJob = z.infer<typeof logShardJobSchema>;

export const reportJobSchema = z.strictObject({ v: z.literal(1), checkId: z.string().regex(/^chk_[a-z0-9]{12}$/) });
export type ReportJob = z.infer<typeof reportJobSchema>;

export const followUpJobSchema = z.strictObject({
  v: z.literal(1),
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  /** How often it has looked in vain. */
  tried: z.int().min(0).max(100),
});
export type FollowUpJob = z.infer<typeof followUpJobSchema>;

const proposalId = z.string().regex(/^prp_[a-z0-9]{12}$/);

/** What a step needs is in the stored proposal, so that it cannot be older than the state it is taken in. */
export const changeJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ v: z.literal(1), kind: z.literal('propose'), draft: proposalDraftSchema }),
  /** Applies what is approved; resolves what was being applied when somebody died. */
  z.strictObject({ v: z.literal(1), kind: z.literal('apply'), proposalId }),
  z.strictObject({ v: z.literal(1), kind: z.literal('watch'), proposalId }),
  z.strictObject({ v: z.literal(1), kind: z.literal('prove'), proposalId }),
  z.strictObject({ v: z.literal(1), kind: z.literal('trial'), proposalId }),
  /** Whether what was given up as not carried out was carried out late. */
  z.strictObject({ v: z.literal(1), kind: z.literal('look-again'), proposalId }),
]);
export type ChangeJob = z.infer<typeof changeJobSchema>;

export const changeCardJobSchema = z.strictObject({ v: z.literal(1), proposalId });
export type ChangeCardJob = z.infer<typeof changeCardJobSchema>;

/** BullMQ job ids hold no colon and are not integers. */
export function childJobId(checkId: string, taskId: string): string {
  return `${checkId}.${taskId}`;
}

/** Of the shards of a log scan, from 0. */
export function shardTaskId(shard: number): string {
  return `log-shard-${shard}`;
}

/** Finished jobs are kept long enough to look into an incident, never for ever. */
export const keepFinished = {
  removeOnComplete: { age: 24 * 3600, count: 1_000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 2_000 },
} as const;

/** Channel on which a cancel is announced to every worker process. */
export function cancelChannel(prefix: string): string {
  return `${prefix}:cancel`;
}
