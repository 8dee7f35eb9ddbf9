/** Which user groups a person is in, asked of Slack at the click: whoever was taken out of a group a minute ago approves nothing. */
import type { WebClient } from '@slack/web-api';
import type { Failure } from '../failure.js';
import { slackErrorOf, toSlackFailure } from './slack-failure.js';

export interface GroupReading {
  /** Of the groups asked about, those that Slack says the person is in. */
  readonly groups: readonly string[];
  /** Why one of the others could not be read; null where all were. */
  readonly unread: Failure | null;
}

/** Asks about each of the groups at once. Never throws: what could not be read counts as not being in it. */
export async function readApproverGroups(
  client: WebClient,
  groupIds: readonly string[],
  userId: string,
): Promise<GroupReading> {
  const answers = await Promise.all([...new Set(groupIds)].map(async (groupId) => await isIn(client, groupId, userId)));
  return {
    groups: answers.filter(({ member }) => member).map(({ groupId }) => groupId),
    unread: answers.find(({ failure }) => failure !== null)?.failure ?? null,
  };
}

async function isIn(
  client: WebClient,
  groupId: string,
  userId: string,
): Promise<{ readonly groupId: string; readonly member: boolean; readonly failure: Failure | null }> {
  try {
    // A group that was disabled gives nobody a right.
    const answer = await client.usergroups.users.list({ usergroup: groupId, include_disabled: false });
    return { groupId, member: answer.users?.includes(userId) === true, failure: null };
  } catch (error) {
    return { groupId, member: false, failure: toSlackFailure(error) };
  }
}

/** Why nobody can be let through, for the person who clicked. */
export function explainUnreadGroups(failure: Failure): string {
  const ending = 'so it is not known whether you may do this. Nothing was changed.';
  const slackError = slackErrorOf(failure);
  if (slackError === 'missing_scope')
    return `cf502 lacks the scope usergroups:read and cannot read who is in the approver groups, ${ending} Whoever runs cf502 has to install the app again with manifest.yml.`;
  if (slackError !== null && goneErrors.has(slackError))
    return `A user group of approvers in the policy file no longer exists, or is disabled, ${ending} Tell whoever runs cf502.`;
  return failure.kind === 'throttled'
    ? `Slack asks cf502 to slow down and did not say who is in the approver groups, ${ending} Try again in a minute.`
    : `Slack did not say who is in the approver groups, ${ending} Try again in a minute.`;
}

const goneErrors: ReadonlySet<string> = new Set(['no_such_subteam', 'subteam_not_found', 'invalid_usergroup']);
