/** The queues: their names, who works on them and what a job carries. Payloads are validated again by the worker, since jobs outlive deployments. */
import { z } from 'zod';

export const queueNames = {
  /** One step job per check. */
  checks: 'checks',
  /** Its children: everything but the log scan. */
  collect: 'collect',
  /** The log scan, which runs in a thread so that parsing never delays the renewal of locks. */
  scanLogs: 'scan-logs',
  /** Brings the message of a check up to date; one at a time per check. */
  reports: 'reports',
  /** Looks for checks that something died under. */
  sweep: 'sweep',
  /** Completes the thread of a check with what arrives hours later. */
  followUps: 'follow-ups',
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

export const reportJobSchema = z.strictObject({ v: z.literal(1), checkId: z.string().regex(/^chk_[a-z0-9]{12}$/) });
export type ReportJob = z.infer<typeof reportJobSchema>;

export const followUpJobSchema = z.strictObject({
  v: z.literal(1),
  checkId: z.string().regex(/^chk_[a-z0-9]{12}$/),
  /** How often it has looked in vain. */
  tried: z.int().min(0).max(100),
});
export type FollowUpJob = z.infer<typeof followUpJobSchema>;

/** BullMQ job ids hold no colon and are not integers. */
export function childJobId(checkId: string, taskId: string): string {
  return `${checkId}.${taskId}`;
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
