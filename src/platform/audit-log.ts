/** The audit log: append-only and hash-chained. The writer is one compare-and-set in Redis, so that the chain cannot fork however many processes write. */

/** One thing that happened. Sizes are capped by the writer; nothing secret is ever put in. */
export interface AuditEvent {
  /** Slack user id; null: cf502 itself. */
  readonly actor: string | null;
  /** For example `command`, `proposal.pending`, `proposal.approved`, `decision.refused`, `aws.write`, `aws.write.refused`, `audit.read`. */
  readonly action: string;
  /** Distribution, proposal or check id; null where there is none. */
  readonly subject: string | null;
  /** Flat facts: request id, ETags, field, before, after, reason. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditEntry extends AuditEvent {
  /** 1, 2, 3 … without gaps. */
  readonly sequence: number;
  readonly at: string;
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256, hex, over the canonical JSON of all the other fields. */
  readonly hash: string;
}

export interface AuditLog {
  /** Appends before the thing is done where it is a write: what cannot be recorded is not done. @throws Failure `service-down`. */
  append(event: AuditEvent): Promise<AuditEntry>;
  read(fromSequence: number, count: number): Promise<readonly AuditEntry[]>;
}
