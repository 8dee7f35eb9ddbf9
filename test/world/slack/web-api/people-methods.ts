/** auth.test, apps.connections.open, users.* and usergroups.*: who is who. */
import type { Method } from './method.js';
import { SlackApiError } from './slack-api-error.js';

const authTest: Method = {
  tier: 'special',
  token: 'bot',
  scopes: [],
  run: (_args, { identity }) => ({
    url: `https://${identity.teamDomain}.slack.com/`,
    team: identity.teamDomain,
    user: identity.botName,
    team_id: identity.teamId,
    user_id: identity.botUserId,
    bot_id: identity.botId,
    is_enterprise_install: false,
  }),
};

const openConnection: Method = {
  tier: 3,
  token: 'app',
  scopes: [],
  run: (_args, inside) => ({ url: inside.openSocketUrl() }),
};

const userInfo: Method = {
  tier: 4,
  token: 'bot',
  scopes: ['users:read'],
  run: (args, { workspace, identity }) => {
    const user = workspace.users.get(args.needText('user'));
    if (user === undefined) throw new SlackApiError('user_not_found');
    return {
      user: {
        id: user.id,
        team_id: user.externalTeamId ?? identity.teamId,
        name: user.name,
        real_name: user.name,
        deleted: false,
        is_bot: false,
        is_restricted: user.guest,
        is_ultra_restricted: false,
        is_stranger: user.externalTeamId !== null,
        tz: user.timeZone,
        profile: { real_name: user.name, display_name: user.name },
      },
    };
  },
};

const groupMembers: Method = {
  tier: 2,
  token: 'bot',
  scopes: ['usergroups:read'],
  run: (args, { workspace }) => {
    const group = workspace.userGroups.get(args.needText('usergroup'));
    if (group === undefined) throw new SlackApiError('no_such_subteam');
    return { users: group.members };
  },
};

export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'apps.connections.open': openConnection,
  'users.info': userInfo,
  'usergroups.users.list': groupMembers,
};
