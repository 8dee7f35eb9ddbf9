/** The payloads that Slack sends, as values. Source: docs.slack.dev/reference/interaction-payloads */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { type Message, messageJson } from '../message.js';
import type { Identity, SlackChannel, SlackUser } from '../seed.js';

/** The old verification token, which nothing should look at. */
const verificationToken = 'local-verification-token';

export function userJson(user: SlackUser, identity: Identity): JsonObject {
  return { id: user.id, username: user.name, name: user.name, team_id: user.externalTeamId ?? identity.teamId };
}

/** What all interactions carry. */
export function interactionJson(user: SlackUser, identity: Identity): JsonObject {
  return {
    token: verificationToken,
    team: { id: identity.teamId, domain: identity.teamDomain },
    user: userJson(user, identity),
    api_app_id: identity.appId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Slack does not tell the names of private places to commands. */
function shownName(channel: SlackChannel): string {
  return { public: channel.name, private: 'privategroup', im: 'directmessage' }[channel.kind];
}

export function channelReference(channel: SlackChannel): JsonObject {
  return { id: channel.id, name: shownName(channel) };
}

export function commandPayload(given: {
  readonly user: SlackUser;
  readonly channel: SlackChannel;
  readonly command: string;
  readonly text: string;
  readonly responseUrl: string;
  readonly triggerId: string;
  readonly identity: Identity;
}): JsonObject {
  return {
    token: verificationToken,
    team_id: given.user.externalTeamId ?? given.identity.teamId,
    team_domain: given.identity.teamDomain,
    channel_id: given.channel.id,
    channel_name: shownName(given.channel),
    user_id: given.user.id,
    user_name: given.user.name,
    command: given.command,
    text: given.text,
    api_app_id: given.identity.appId,
    is_enterprise_install: 'false',
    response_url: given.responseUrl,
    trigger_id: given.triggerId,
  };
}

/** The envelope of an event. */
export function eventPayload(event: JsonObject, identity: Identity, isShared: boolean, now: number): JsonObject {
  return {
    token: verificationToken,
    team_id: identity.teamId,
    context_team_id: identity.teamId,
    context_enterprise_id: null,
    api_app_id: identity.appId,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: identity.teamId,
        user_id: identity.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: isShared,
    event_context: `4-${randomBytes(12).toString('base64url')}`,
  };
}

/** `app_mention`, or `message` in the person's direct messages with the bot. */
export function messageEvent(message: Message, user: SlackUser, channel: SlackChannel, identity: Identity): JsonObject {
  const isDirect = channel.kind === 'im';
  const team = user.externalTeamId ?? identity.teamId;
  return {
    ...messageJson(message, identity),
    type: isDirect ? 'message' : 'app_mention',
    ...(isDirect ? { channel_type: 'im' } : {}),
    team,
    ...(user.externalTeamId === null ? {} : { user_team: team, source_team: team }),
    channel: channel.id,
    event_ts: message.ts,
  };
}

/** Where the clicked message is. */
export function messageContainer(message: Message): JsonObject {
  return {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.visibleTo !== null,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
  };
}
