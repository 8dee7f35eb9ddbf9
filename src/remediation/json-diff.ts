/** The exact difference between two values as the AWS SDK returns them: plain objects, arrays, dates and scalars. Pure. */
import { isDate } from 'node:util/types';

export type JsonPath = readonly (string | number)[];

export interface JsonChange {
  readonly path: JsonPath;
  readonly kind: 'changed' | 'added' | 'removed';
  /** null where there was, or is, none. */
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Every leaf that differs. A property that is undefined is none: it is never sent. Whatever is neither a plain object, an array, a date nor a
 * scalar is one leaf, equal to itself only.
 */
export function diffJson(before: unknown, after: unknown, path: JsonPath = []): readonly JsonChange[] {
  if (isSame(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return diffArrays(before, after, path);
  if (isPlainObject(before) && isPlainObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      diffPresence(own(before, key), own(after, key), [...path, key]),
    );
  }
  return [{ path, kind: 'changed', before, after }];
}

/** `Origins.Items[2].ConnectionTimeout`. */
export function describePath(path: JsonPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** A copy in which one leaf is set, or removed where it is undefined; everything beside the way to it is shared. Objects on the way must exist. */
export function withLeaf(node: unknown, path: JsonPath, leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(node))
    return node.map((item: unknown, index) => (index === key ? withLeaf(item, rest, leaf) : item));
  if (!isPlainObject(node)) throw new Error(`There is nothing to be changed at ${describePath(path)}.`);
  const changed = withLeaf(own(node, String(key)), rest, leaf);
  // Through entries, since an assignment to `__proto__` would set no property.
  const entries = Object.entries(node).filter(([name]) => name !== key || changed !== undefined);
  const isNew = changed !== undefined && !Object.hasOwn(node, String(key));
  return Object.fromEntries([
    ...entries.map(([name, value]): [string, unknown] => [name, name === key ? changed : value]),
    ...(isNew ? [[String(key), changed] as [string, unknown]] : []),
  ]);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The root of all prototypes, of whichever realm: what `structuredClone` makes may be of another.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Never what is inherited: a key may be `constructor`. */
export function own(node: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(node, key) ? node[key] : undefined;
}

function diffArrays(before: readonly unknown[], after: readonly unknown[], path: JsonPath): readonly JsonChange[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => index).flatMap((index): readonly JsonChange[] => {
    const at = [...path, index];
    if (index >= before.length) return [{ path: at, kind: 'added', before: null, after: after[index] }];
    if (index >= after.length) return [{ path: at, kind: 'removed', before: before[index], after: null }];
    return diffJson(before[index], after[index], at);
  });
}

function diffPresence(before: unknown, after: unknown, path: JsonPath): readonly JsonChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: 'added', before: null, after }];
  if (after === undefined) return [{ path, kind: 'removed', before, after: null }];
  return diffJson(before, after, path);
}

function isSame(a: unknown, b: unknown): boolean {
  if (isDate(a) && isDate(b)) return Object.is(a.getTime(), b.getTime());
  return Object.is(a, b);
}
