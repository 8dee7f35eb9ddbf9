/** Copies what is new in the audit log to its bucket, whole segments at a time, and remembers how far it came. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import { type AuditBucketSettings, lastShipped, putSegment, type RetentionSettings } from './audit-bucket.js';
import { renderEntry } from './audit-chain.js';
import type { KeptAuditLog } from './audit-log.js';
import { checkChain } from './audit-verify.js';

/** How far the copy reaches. */
export interface ShippingState {
  readonly chain: string;
  /** Newest entry that is in the bucket. */
  readonly sequence: number;
  readonly at: string;
}

export interface ShippingContext {
  readonly log: KeptAuditLog;
  readonly redis: Redis;
  /** Of every key in Redis. */
  readonly prefix: string;
  readonly s3: S3Client;
  readonly settings: AuditBucketSettings & RetentionSettings;
  readonly now: () => Date;
}

const entriesPerSegment = 1_000;

function stateKey(prefix: string): string {
  return `${prefix}:audit:shipped`;
}

/** null where nothing was shipped yet, or Redis has forgotten. */
export async function readShippingState(redis: Redis, prefix: string): Promise<ShippingState | null> {
  const { chain, sequence, at } = await redis.hgetall(stateKey(prefix));
  return chain === undefined || sequence === undefined || at === undefined
    ? null
    : { chain, sequence: Number(sequence), at };
}

/**
 * Ships everything that is not in the bucket yet. Safe to run twice at once: a segment has one name and is written once.
 * @returns how many entries were shipped.
 * @throws Failure `bad-data` where the log is broken: what cannot be vouched for is not put under lock.
 */
export async function shipAuditLog(context: ShippingContext): Promise<number> {
  const { log, redis, prefix, s3, settings, now } = context;
  const head = await log.head();
  if (head === null) return 0;
  const known = await readShippingState(redis, prefix);
  let through = known?.chain === head.chain ? known.sequence : await lastShipped(s3, settings, head.chain);
  const startedAt = through;
  while (through < head.sequence) {
    // One more than is new, so that the first new one is seen to follow from the last that was shipped.
    const from = Math.max(1, through);
    const rows = await log.read(from, entriesPerSegment);
    const { problems } = await checkChain(rows.map((entry) => ({ text: renderEntry(entry), where: 'Redis' })));
    const entries = rows.filter(({ sequence }) => sequence > through);
    const [first, last] = [entries[0], entries.at(-1)];
    if (problems.length > 0 || last === undefined || first?.sequence !== through + 1)
      throw new Failure(
        'bad-data',
        `The audit log is not shipped any further than entry ${through}: ${problems[0] ?? `entry ${through + 1} is missing.`}`,
      );
    await putSegment(s3, settings, { chain: head.chain, entries }, now());
    through = last.sequence;
    await redis.hset(stateKey(prefix), {
      chain: head.chain,
      sequence: String(through),
      at: now().toISOString(),
    });
  }
  return through - startedAt;
}
