/** What was changed in the local AWS through its API, one entry per change that was taken: counted here, not by the program that makes them. */
import type { Principal } from './wire.js';

export interface AcceptedWrite {
  readonly at: Date;
  readonly requestId: string;
  readonly operation: string;
  /** Distribution id, policy id or load balancer ARN. */
  readonly subject: string;
  readonly principal: Principal;
  /** Every leaf that differs, by its path; an absent value is undefined. */
  readonly changed: readonly LeafChange[];
}

export interface LeafChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Writes {
  readonly all: readonly AcceptedWrite[];
  record(write: AcceptedWrite): void;
}

export function createWrites(): Writes {
  const all: AcceptedWrite[] = [];
  return { all, record: (write) => void all.push(write) };
}

/** Differing leaves of two JSON-like values. Pure. */
export function diffLeaves(before: unknown, after: unknown, path = ''): readonly LeafChange[] {
  if (isTree(before) && isTree(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => diffLeaves(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  return Object.is(before, after) ? [] : [{ path, before, after }];
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
