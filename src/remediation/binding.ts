/** What an approval is of, as hashes, and whether it still holds. Pure. */
import { createHash } from 'node:crypto';
import { isDate } from 'node:util/types';
import type { EvidenceBag } from '../diagnosis/evidence.js';
import { isPlainObject } from './json-diff.js';
import { type BalancerAttribute, type LiveConfig, subjectOf } from './live-config.js';
import type { Binding, Change } from './proposal.js';

/** `related-move`: what was approved has changed itself, so the approval is void. `unrelated-move`: something else of the distribution has. */
export type BindingComparison = 'same' | 'unrelated-move' | 'related-move';

/**
 * @param live the whole configuration, or all attributes of the balancer.
 * @param etag of the configuration; null for a balancer, whose attributes have none.
 */
export function bindChange(
  change: Change,
  live: LiveConfig | readonly BalancerAttribute[],
  etag: string | null,
  bag: EvidenceBag | null,
): Binding {
  const subjectHash = hashJson(subjectOf(live, change.target));
  return {
    etag: etag ?? subjectHash,
    changeHash: hashJson(change),
    subjectHash,
    evidenceHash: bag === null ? null : hashJson(bag),
  };
}

/** The evidence is not compared: it is what was known when it was approved, and stays that. */
export function compareBinding(bound: Binding, live: Binding): BindingComparison {
  if (bound.changeHash !== live.changeHash || bound.subjectHash !== live.subjectHash) return 'related-move';
  return bound.etag === live.etag ? 'same' : 'unrelated-move';
}

/** SHA-256, hex, over the canonical JSON. */
export function hashJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** One text for one value: keys sorted, what is undefined left out, dates as text. @throws Error for what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (isDate(value)) return JSON.stringify({ $date: value.getTime() });
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isPlainObject(value)) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('A number that JSON cannot hold.');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return JSON.stringify(value);
  throw new Error(`A ${typeof value} cannot be hashed.`);
}
