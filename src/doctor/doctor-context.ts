/** What the doctor is given: the settings of this installation and a way to each service, or the reason why there is none. */
import type { Redis } from 'ioredis';
import type { Config } from '../config.js';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import type { KeptAuditLog } from '../platform/audit-log.js';
import type { AwsLimits } from '../platform/aws.js';
import type { Log } from '../platform/log.js';
import type { Policy } from '../policy.js';

export interface DoctorContext {
  readonly config: Config;
  /** Sentences about a policy file that cannot be used. */
  readonly policy: Policy | { readonly problem: string };
  /** null with its reason, where this process has none. */
  readonly redis: Redis | { readonly problem: string };
  /** Where tries of a write are recorded; null where there is no log at hand. */
  readonly audit: KeptAuditLog | null;
  readonly log: Log;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Slack user on whose behalf AWS is asked. */
  readonly userId: string | null;
  readonly limits?: Partial<AwsLimits>;
}

/** One part of the report. Throws only where the doctor itself is wrong. */
export type Examination = (context: DoctorContext, policy: Policy) => Promise<readonly DoctorItem[]>;

/** A try is worth a few seconds; nobody waits for five of them. */
export const doctorLimits: Partial<AwsLimits> = { maxAttempts: 2, connectionTimeoutMs: 3_000, requestTimeoutMs: 8_000 };
