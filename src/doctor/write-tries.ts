/** What all tries of a write have in common: they are recorded before, and made with the session that a change would have. */
import { toFailure } from '../failure.js';
import type { AwsClients } from '../platform/aws.js';
import { type ChangeSession, createChangeClients } from '../platform/change-session.js';
import { type DoctorContext, doctorLimits } from './doctor-context.js';

/** Formed like an ETag of CloudFront, which are random: one that is not formed like one could be refused before the permission is looked at. */
export const impossibleEtag = 'E0000000000000';

export interface ChangeRole {
  readonly arn: string;
  readonly externalId: string | null;
}

/**
 * As any write: what cannot be recorded is not tried.
 * @returns why it could not be; null where it was, or where there is no log at hand.
 */
export async function recordTry(
  { audit, userId }: DoctorContext,
  action: string,
  subject: string,
  facts: Readonly<Record<string, string>>,
): Promise<string | null> {
  try {
    await audit?.append({ actor: userId, action, subject, facts });
    return null;
  } catch (error) {
    return toFailure(error).message;
  }
}

/** @param policy what the session is cut to. */
export function openChangeSession(
  { userId, limits }: DoctorContext,
  { arn, externalId }: ChangeRole,
  policy: ChangeSession['policy'],
): AwsClients {
  return createChangeClients(
    { roleArn: arn, externalId, approver: userId ?? 'doctor', policy },
    { ...doctorLimits, ...limits },
  );
}
