/** One harmless call, and what its answer says about the permission for it. */
import type { DoctorItem, DoctorPart } from '../diagnosis/doctor-report.js';
import { type Failure, toFailure } from '../failure.js';
import { callAws } from '../platform/aws.js';

export interface Try {
  readonly part: DoctorPart;
  /** IAM action. */
  readonly permission: string;
  /** ARN that it is tried on, `*` where IAM knows none. */
  readonly on: string;
  /** What cf502 cannot do without it: `which cause of a 502 is …` is not needed, a few words are. */
  readonly need: string;
  /** Name of the role or file in the remedy. */
  readonly role: string;
  /** A name of the policy file: where AWS does not find it, that is a thing to be told. */
  readonly named?: string;
  /** Names of AWS errors which can only come after the permission was found. */
  readonly proves?: readonly string[];
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

/** In place of an action, where AWS did not accept who asks. */
const ownCredentials = 'credentials of the process';

/** Never throws. A thing that is not there proves the permission to look for it. */
export async function tryCall(attempt: Try, signal: AbortSignal): Promise<DoctorItem> {
  try {
    await callAws(attempt.permission, attempt.on, () => attempt.run(signal), signal);
    return granted(attempt);
  } catch (thrown) {
    return judge(attempt, toFailure(thrown));
  }
}

function judge(attempt: Try, failure: Failure): DoctorItem {
  const { part, permission, need, on, role } = attempt;
  const { errorName, action } = failure.details;
  if (action === 'sts:AssumeRole' || (failure.kind === 'misconfigured' && action === permission))
    return roleItem(part, failure);
  if (failure.kind === 'not-found' && attempt.named !== undefined && errorName !== 'NoSuchKey')
    return {
      part,
      permission: null,
      state: 'missing',
      what: `AWS finds no ${attempt.named}.`,
      remedy: 'Correct its name in the policy file or in the distribution, or make it.',
    };
  if (failure.kind === 'not-found' || (typeof errorName === 'string' && attempt.proves?.includes(errorName) === true))
    return granted(attempt);
  if (failure.kind === 'access-denied')
    return {
      part,
      permission,
      state: 'missing',
      what: `AWS refused ${permission}${on === '*' ? '' : ` on ${on}`}; without it cf502 cannot ${need}.`,
      remedy: `Allow ${permission} on ${on} in ${role}.`,
    };
  return {
    part,
    permission,
    state: 'unknown',
    what: `${permission} could not be tried: ${failure.message}`,
    remedy: remedyOf(failure),
  };
}

function granted({ part, permission, on }: Try): DoctorItem {
  return {
    part,
    permission,
    state: 'ok',
    what: `${permission}${on === '*' ? '' : ` on ${on}`} is allowed.`,
    remedy: null,
  };
}

/** The credentials or the role itself: without them nothing else says anything. */
export function roleItem(part: DoctorPart, failure: Failure): DoctorItem {
  return {
    part,
    permission: failure.details['action'] === 'sts:AssumeRole' ? 'sts:AssumeRole' : ownCredentials,
    state: failure.kind === 'access-denied' || failure.kind === 'misconfigured' ? 'missing' : 'unknown',
    what: failure.message,
    remedy: remedyOf(failure),
  };
}

/** Whether everything else of this role would end in the same way. */
export function isAboutRole(item: DoctorItem): boolean {
  return item.state !== 'ok' && (item.permission === 'sts:AssumeRole' || item.permission === ownCredentials);
}

function remedyOf({ details }: Failure): string | null {
  return typeof details['remedy'] === 'string' ? details['remedy'] : null;
}
