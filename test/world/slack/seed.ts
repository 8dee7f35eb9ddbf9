/** Who and what exists in the workspace before anything happens. */

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  /** A guest of our own workspace. */
  readonly guest: boolean;
  /** The person's own workspace where it is not ours (Slack Connect); null for ours. */
  readonly externalTeamId: string | null;
  /** IANA zone. */
  readonly timeZone: string;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly archived: boolean;
  /** Shared with another organisation (Slack Connect). */
  readonly externallyShared: boolean;
  /** User ids, the bot's among them where it was invited. */
  readonly members: readonly string[];
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

/** Ids of the app as installed. */
export interface Identity {
  readonly teamId: string;
  readonly teamDomain: string;
  readonly appId: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly botName: string;
}

export const defaultIdentity: Identity = {
  teamId: 'T0LOCAL01',
  teamDomain: 'example',
  appId: 'A0CF50200',
  botId: 'B0CF50200',
  botUserId: 'U0CF50200',
  botName: 'cf502',
};

/** The least scopes of the product with all its optional ones; a test takes away or adds what it is about. */
export const defaultBotScopes: readonly string[] = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'usergroups:read',
  'users:read',
];

export function buildUser(given: Pick<SlackUser, 'id'> & Partial<SlackUser>): SlackUser {
  return { name: given.id.toLowerCase(), guest: false, externalTeamId: null, timeZone: 'Etc/UTC', ...given };
}

export function buildChannel(given: Pick<SlackChannel, 'id'> & Partial<SlackChannel>): SlackChannel {
  return {
    name: given.id.toLowerCase(),
    kind: 'public',
    archived: false,
    externallyShared: false,
    members: [],
    ...given,
  };
}

export const defaultUsers: readonly SlackUser[] = [
  buildUser({ id: 'U0ONCALL1', name: 'on-call' }),
  buildUser({ id: 'U0COLLEAG', name: 'colleague' }),
  buildUser({ id: 'U0APPROVE', name: 'approver', timeZone: 'Europe/Berlin' }),
  buildUser({ id: 'U0GUEST01', name: 'guest', guest: true }),
  buildUser({ id: 'U0PARTNER', name: 'partner', externalTeamId: 'T0PARTNER' }),
];

const staff = ['U0ONCALL1', 'U0COLLEAG', 'U0APPROVE'];

/** `#incidents` is where things happen; the others are the places where a bot fails if it was not thought of. */
export function defaultChannels(botUserId: string): readonly SlackChannel[] {
  return [
    buildChannel({ id: 'C0INCIDEN', name: 'incidents', members: [...staff, 'U0GUEST01', botUserId] }),
    buildChannel({ id: 'C0NOBOT01', name: 'no-bot', members: staff }),
    buildChannel({ id: 'C0PRIVATE', name: 'private', kind: 'private', members: [...staff, botUserId] }),
    buildChannel({ id: 'C0SECRET1', name: 'private-no-bot', kind: 'private', members: staff }),
    buildChannel({ id: 'C0ARCHIVE', name: 'archived', archived: true, members: [...staff, botUserId] }),
    buildChannel({
      id: 'C0SHARED1',
      name: 'shared-with-partner',
      externallyShared: true,
      members: [...staff, 'U0PARTNER', botUserId],
    }),
  ];
}

export const defaultUserGroups: readonly UserGroup[] = [
  { id: 'S0APPROVE', handle: 'approvers', members: ['U0APPROVE'] },
];
