/** Modals and home tabs on the screens of people. */
import { randomBytes } from 'node:crypto';
import { object, problem, text } from './blocks/shape.js';
import { plainText } from './blocks/text-shapes.js';
import type { Changes } from './changes.js';
import { isObject, type JsonObject, textOrNull } from './json.js';
import type { Block } from './message.js';
import { type BlockProblem, validateBlocks } from './validate-blocks.js';
import type { View } from './view.js';
import { SlackApiError } from './web-api/slack-api-error.js';

/** A stack of modals is at most this high. */
const stackMax = 3;
const viewBytesMax = 250_000;

export type Views = ReturnType<typeof createViews>;

const anything = () => [];
const common = {
  blocks: anything,
  private_metadata: text(3000, 0),
  callback_id: text(255, 0),
  external_id: text(255, 0),
};
const modalShape = object({
  required: { title: plainText(24), blocks: anything },
  optional: {
    ...common,
    submit: plainText(24),
    close: plainText(24),
    clear_on_close: anything,
    notify_on_close: anything,
    submit_disabled: anything,
  },
  also: (value, pointer) =>
    Array.isArray(value['blocks']) &&
    value['blocks'].some((block) => isObject(block) && block['type'] === 'input') &&
    value['submit'] === undefined
      ? problem(pointer, 'missing required field: submit')
      : [],
});
const homeShape = object({ required: { blocks: anything }, optional: common });

/** Every problem Slack would find in a view. */
export function validateView(view: unknown, refused: Iterable<string> = []): readonly BlockProblem[] {
  if (!isObject(view)) return problem('/view', 'must provide an object');
  const kind = view['type'];
  if (kind !== 'modal' && kind !== 'home') return problem('/view/type', 'must be a valid enum value');
  const { id: _id, team_id: _team, ...rest } = view;
  return [
    ...(kind === 'modal' ? modalShape : homeShape)(rest, '/view'),
    ...validateBlocks(view['blocks'], { surface: kind, refused, pointer: '/view/blocks' }),
  ];
}

export function createViews(changes: Changes, withBlockIds: (blocks: readonly Block[]) => readonly Block[]) {
  /** By id. */
  const open = new Map<string, View>();
  const homes = new Map<string, View>();
  let count = 0;

  const build = (source: JsonObject, kind: View['kind'], userId: string, previous: View | null, id?: string): View => {
    if (JSON.stringify(source).length > viewBytesMax) throw new SlackApiError('view_too_large');
    count += 1;
    const viewId = id ?? `V${String(count).padStart(8, '0')}`;
    const title = source['title'];
    return {
      id: viewId,
      kind,
      userId,
      callbackId: textOrNull(source['callback_id']) ?? '',
      privateMetadata: textOrNull(source['private_metadata']) ?? '',
      title: isObject(title) ? (textOrNull(title['text']) ?? '') : '',
      blocks: withBlockIds(Array.isArray(source['blocks']) ? source['blocks'].filter(isObject) : []),
      hash: `${count}.${randomBytes(4).toString('hex')}`,
      externalId: textOrNull(source['external_id']),
      rootViewId: previous?.rootViewId ?? viewId,
      previousViewId: previous?.id ?? null,
      source,
    };
  };
  const stackOf = (userId: string) => [...open.values()].filter((view) => view.userId === userId);
  const top = (userId: string): View | null => stackOf(userId).at(-1) ?? null;

  return {
    top,
    home: (userId: string): View | null => homes.get(userId) ?? null,

    open(source: JsonObject, userId: string): View {
      for (const view of stackOf(userId)) open.delete(view.id);
      const view = build(source, 'modal', userId, null);
      open.set(view.id, view);
      changes.emit({ kind: 'view-opened', view });
      return view;
    },

    push(source: JsonObject, userId: string): View {
      if (stackOf(userId).length >= stackMax) throw new SlackApiError('push_limit_reached');
      const view = build(source, 'modal', userId, top(userId));
      open.set(view.id, view);
      changes.emit({ kind: 'view-opened', view });
      return view;
    },

    /** By id or by external id. */
    update(
      which: { readonly viewId: string | null; readonly externalId: string | null },
      source: JsonObject,
      hash: string | null,
    ) {
      const before = [...open.values()].find(
        (view) => view.id === which.viewId || (which.externalId !== null && view.externalId === which.externalId),
      );
      if (before === undefined) throw new SlackApiError('not_found');
      if (hash !== null && hash !== before.hash) throw new SlackApiError('hash_conflict');
      const previous = before.previousViewId === null ? null : (open.get(before.previousViewId) ?? null);
      const view = build(source, 'modal', before.userId, previous, before.id);
      open.set(view.id, view);
      changes.emit({ kind: 'view-updated', view });
      return view;
    },

    publish(source: JsonObject, userId: string, hash: string | null): View {
      const before = homes.get(userId);
      if (hash !== null && hash !== before?.hash) throw new SlackApiError('hash_conflict');
      const view = build(source, 'home', userId, null, before?.id);
      homes.set(userId, view);
      changes.emit({ kind: 'home-published', view });
      return view;
    },

    close(view: View): void {
      if (open.delete(view.id)) changes.emit({ kind: 'view-closed', view });
    },

    closeAll(userId: string): void {
      for (const view of stackOf(userId)) this.close(view);
    },
  };
}
