/** Whether the bot token is good and has every scope of the manifest, and whether the approver groups can be read. */
import type { WebClient } from '@slack/web-api';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import type { Policy } from '../policy.js';
import { createSlackClients } from '../slack/clients.js';
import { slackErrorOf, toSlackFailure } from '../slack/slack-failure.js';
import { deliveryScopes, webApiMethods } from '../slack/surface.js';
import type { DoctorContext } from './doctor-context.js';

const reinstall =
  'Give the app the scopes of manifest.yml (api.slack.com/apps > your app > OAuth & Permissions) and install it again.';

/** What the bot needs to be granted, and what for. */
export function neededScopes(): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  for (const [delivered, scope] of Object.entries(deliveryScopes)) if (!needed.has(scope)) needed.set(scope, delivered);
  for (const [method, scopes] of Object.entries(webApiMethods))
    for (const scope of scopes) if (!needed.has(scope)) needed.set(scope, method);
  return needed;
}

export async function examineSlack({ config, log }: DoctorContext, policy: Policy): Promise<readonly DoctorItem[]> {
  if (config.slack.botToken === '')
    return [
      item(
        'unknown',
        'SLACK_BOT_TOKEN is not set here, so Slack was not asked.',
        null,
        'Run this where cf502 runs, with its settings, or type /cf502 doctor.',
      ),
    ];
  const client = createSlackClients(config.slack, log).interactive;
  try {
    const answer = await client.auth.test();
    const granted = answer.response_metadata?.scopes;
    const who = item(
      'ok',
      `The bot token is good for ${answer.team ?? 'a workspace'} as ${answer.user ?? 'a bot'}.`,
      null,
      null,
    );
    const scopes =
      granted === undefined
        ? [item('unknown', 'Slack did not say which scopes the token has.', null, null)]
        : judgeScopes(granted);
    return [who, ...scopes, ...(await examineGroups(client, policy))];
  } catch (error) {
    const failure = toSlackFailure(error);
    const isOurs = failure.kind === 'misconfigured';
    return [item(isOurs ? 'missing' : 'unknown', `${failure.message}`, null, isOurs ? reinstall : null)];
  }
}

/** Pure. */
export function judgeScopes(granted: readonly string[]): readonly DoctorItem[] {
  return [...neededScopes()].map(([scope, use]) =>
    granted.includes(scope)
      ? item('ok', `The bot has the scope ${scope}.`, scope, null)
      : item('missing', `The bot lacks the scope ${scope}, which ${use} needs.`, scope, reinstall),
  );
}

async function examineGroups(client: WebClient, policy: Policy): Promise<readonly DoctorItem[]> {
  const items: DoctorItem[] = [];
  for (const group of policy.changes?.approvers.groups ?? []) {
    try {
      const { users = [] } = await client.usergroups.users.list({ usergroup: group });
      items.push(
        users.length > 0
          ? item(
              'ok',
              `The approver group ${group} has ${users.length === 1 ? '1 member' : `${users.length} members`}.`,
              'usergroups:read',
              null,
            )
          : item('missing', `Nobody is in the approver group ${group}.`, null, 'Add people to it in Slack.'),
      );
    } catch (error) {
      const failure = toSlackFailure(error);
      const code = slackErrorOf(failure);
      items.push(
        code === null || failure.kind === 'throttled'
          ? item(
              'unknown',
              `The approver group ${group} could not be read: ${failure.message}`,
              'usergroups:read',
              null,
            )
          : item(
              'missing',
              `The approver group ${group} cannot be read (${code}), so nobody can approve through it.`,
              'usergroups:read',
              code === 'missing_scope'
                ? reinstall
                : 'Correct changes.approvers.groups in the policy file: the id begins with S.',
            ),
      );
    }
  }
  return items;
}

function item(state: DoctorItem['state'], what: string, permission: string | null, remedy: string | null): DoctorItem {
  return { part: 'slack', state, what, permission, remedy };
}
