/** views.* and blocks.validate. */
import { isObject, type JsonObject } from '../json.js';
import { type BlockProblem, validateBlocks } from '../validate-blocks.js';
import { viewJson } from '../view.js';
import { validateView } from '../views.js';
import type { Arguments } from './arguments.js';
import { refuseBlocks } from './content.js';
import type { Inside, Method } from './method.js';
import { SlackApiError } from './slack-api-error.js';

function readView(args: Arguments, inside: Inside, kind: 'modal' | 'home'): JsonObject {
  const view = args.json('view');
  const problems = validateView(view, inside.refusedBlocks);
  if (problems.length > 0) throw refuseBlocks(problems, 'invalid_arguments');
  if (!isObject(view) || view['type'] !== kind) throw new SlackApiError('invalid_arguments');
  return view;
}

const open: Method = {
  tier: 4,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const source = readView(args, inside, 'modal');
    const user = inside.triggers.take(args.needText('trigger_id'));
    return { view: viewJson(inside.views.open(source, user), inside.identity) };
  },
};

const push: Method = {
  tier: 4,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const source = readView(args, inside, 'modal');
    const user = inside.triggers.take(args.needText('trigger_id'));
    return { view: viewJson(inside.views.push(source, user), inside.identity) };
  },
};

const update: Method = {
  tier: 4,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const source = readView(args, inside, 'modal');
    const which = { viewId: args.text('view_id'), externalId: args.text('external_id') };
    return { view: viewJson(inside.views.update(which, source, args.text('hash')), inside.identity) };
  },
};

const publish: Method = {
  tier: 4,
  token: 'bot',
  scopes: [],
  run: (args, inside) => {
    const source = readView(args, inside, 'home');
    const user = args.needText('user_id');
    if (!inside.workspace.users.has(user)) throw new SlackApiError('user_not_found');
    return { view: viewJson(inside.views.publish(source, user, args.text('hash')), inside.identity) };
  },
};

const toValidationError = (found: BlockProblem): JsonObject => ({
  pointer: found.pointer,
  code: 'failed_constraint',
  message: found.message,
});

const validate: Method = {
  tier: 'special',
  token: 'none',
  scopes: [],
  run: (args, inside) => {
    const kinds = ['blocks', 'message', 'view'].filter((name) => args.all[name] !== undefined);
    const [kind] = kinds;
    if (kinds.length !== 1 || kind === undefined) throw new SlackApiError('invalid_arguments');
    const value = args.json(kind);
    const refused = inside.refusedBlocks;
    const problems =
      kind === 'view'
        ? validateView(value, refused)
        : validateBlocks(kind === 'message' && isObject(value) ? value['blocks'] : value, { refused });
    if (problems.length > 0) throw new SlackApiError(`invalid_${kind}`, { errors: problems.map(toValidationError) });
    return {};
  },
};

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
  'blocks.validate': validate,
};
