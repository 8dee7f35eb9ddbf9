/**
 * The one error class of cf502 and the table that says what each kind of failure means.
 *
 * Anything thrown on purpose is a `Failure`; anything else reaching a boundary is a bug and treated as `bug`.
 * SDK errors are translated once, in `platform/`, by name or code, never by message text.
 */

export const failureKinds = {
  /** The person typed something we cannot use. The message says what to type instead. */
  'bad-input': { retry: false, audience: 'user', level: 'info' },
  /** The person or channel may not ask this of this distribution. */
  'not-allowed': { retry: false, audience: 'user', level: 'info' },
  /** The thing asked about does not exist (distribution, bucket, balancer). */
  'not-found': { retry: false, audience: 'user', level: 'info' },
  /** Our configuration or policy file is wrong. */
  misconfigured: { retry: false, audience: 'operator', level: 'error' },
  /** AWS refused for lack of a permission; `details.action` names the IAM action. */
  'access-denied': { retry: false, audience: 'user', level: 'warn' },
  /** AWS or Slack asked us to slow down. */
  throttled: { retry: true, audience: 'operator', level: 'warn' },
  /** A service we depend on (AWS, Slack, Redis) did not answer or answered 5xx. */
  'service-down': { retry: true, audience: 'operator', level: 'warn' },
  /** The deadline of the check passed before this was done. */
  'timed-out': { retry: false, audience: 'user', level: 'warn' },
  /** Somebody cancelled the check. */
  cancelled: { retry: false, audience: 'user', level: 'info' },
  /** Data that we read (a log object, a job of another version, an answer) cannot be understood. */
  'bad-data': { retry: false, audience: 'operator', level: 'warn' },
  /** Our own fault. */
  bug: { retry: false, audience: 'operator', level: 'error' },
} as const satisfies Record<
  string,
  { retry: boolean; audience: 'user' | 'operator'; level: 'info' | 'warn' | 'error' }
>;

export type FailureKind = keyof typeof failureKinds;

export interface FailureOptions {
  readonly cause?: unknown;
  /** Facts for the log and for evidence, for example `{ action: 's3:GetObject' }`. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A failure that somebody can act on; the message is a full sentence that says what to do next where we know. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** Whatever was thrown, as a Failure: ours unchanged, an abort as its reason, everything else as `bug`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof Error && thrown.cause instanceof Failure && thrown.name === 'AbortError') return thrown.cause;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure('bug', message, { cause: thrown });
}
