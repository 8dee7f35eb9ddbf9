/** The audit log: append-only and hash-chained. The writer is one compare-and-set in Redis, so that the chain cannot fork however many processes write. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import { type ChainPlace, chainStart, chainStartAction, parseEntry, renderEntry, sealEntry } from './audit-chain.js';
import { translateRedisError } from './redis.js';

/** One thing that happened. Sizes are capped by the writer; nothing secret is ever put in. */
export interface AuditEvent {
  /** Slack user id; null: cf502 itself. */
  readonly actor: string | null;
  /** For example `command`, `proposal.pending`, `proposal.approved`, `decision.refused`, `aws.write`, `aws.write.refused`, `audit.read`. */
  readonly action: string;
  /** Distribution, proposal or check id; null where there is none. */
  readonly subject: string | null;
  /** Flat facts: request id, ETags, field, before, after, reason. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditEntry extends AuditEvent {
  /** 1, 2, 3 … without gaps. The first of a chain is `audit.started`. */
  readonly sequence: number;
  readonly at: string;
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256, hex, over the canonical JSON of all the other fields. */
  readonly hash: string;
}

export interface AuditLog {
  /** Appends before the thing is done where it is a write: what cannot be recorded is not done. @throws Failure `service-down`. */
  append(event: AuditEvent): Promise<AuditEntry>;
  /** At most 1,000 at a time, oldest first. @throws Failure `bad-data` where an entry cannot be understood. */
  read(fromSequence: number, count: number): Promise<readonly AuditEntry[]>;
}

/** The end of the chain as the writer knows it. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
  /** Hash of the chain's first entry, which names the chain. */
  readonly chain: string;
}

/** The log as those see it who look after it. */
export interface KeptAuditLog extends AuditLog {
  /** null where nothing was ever written. */
  head(): Promise<AuditHead | null>;
}

/** Readers are given at most this many entries at once: some 12 MB where all are as long as they may be. */
export const mostEntriesAtOnce = 1_000;
/** Each lost race costs one exchange with Redis and a pause; more than this means that something is wrong. */
const mostTries = 400;

/**
 * KEYS: the head, the entries. ARGV: sequence, previous, hash, line, chain.
 * Answers [1] when written, now or by an earlier try of the same entry whose answer was lost, and [0, sequence, hash] of the head when it has
 * moved. A head that is behind the entries was put back from a copy: writing on would fork the chain.
 */
const appendScript = `
local head = redis.call('HMGET', KEYS[1], 'sequence', 'hash')
local sequence = head[1] or '0'
local hash = head[2] or string.rep('0', 64)
if tonumber(sequence) + 1 == tonumber(ARGV[1]) and hash == ARGV[2] then
  local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
  local ends = last and last[1] or '0-0'
  if ends ~= sequence .. '-0' then return {-1, sequence, ends} end
  redis.call('XADD', KEYS[2], ARGV[1] .. '-0', 'entry', ARGV[4])
  redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'hash', ARGV[3])
  redis.call('HSETNX', KEYS[1], 'chain', ARGV[5])
  return {1}
end
if tonumber(sequence) >= tonumber(ARGV[1]) then
  local mine = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', ARGV[1] .. '-0')[1]
  if mine and mine[2][2] == ARGV[4] then return {1} end
end
return {0, sequence, hash}`;

/** Where the log of an installation is kept; one hash tag, so that both keys live in one slot. */
export function auditKeys(prefix: string): { readonly head: string; readonly entries: string } {
  return { head: `${prefix}:audit:head`, entries: `${prefix}:audit:entries` };
}

/** @param redis either kind of connection; on one that fails fast an append fails fast too. */
export function createAuditLog(redis: Redis, prefix: string, now: () => Date = () => new Date()): KeptAuditLog {
  const keys = auditKeys(prefix);
  /** The writers of one process queue up here and race only with those of others. */
  let lastWrite: Promise<unknown> = Promise.resolve();
  let known: ChainPlace | null = null;

  /** One try. @returns null when written, else where the chain now ends. */
  const tryAppend = async (entry: AuditEntry): Promise<ChainPlace | null> => {
    const chain = entry.sequence === 1 ? entry.hash : '';
    const line = renderEntry(entry);
    const answer = (await redis.eval(
      appendScript,
      2,
      keys.head,
      keys.entries,
      String(entry.sequence),
      entry.previous,
      entry.hash,
      line,
      chain,
    )) as readonly (string | number)[];
    const [state, sequence, hash] = answer;
    if (state === 1) return null;
    if (state === -1)
      throw new Failure(
        'bad-data',
        `The audit log does not end where its head says: the head is at ${sequence}, the last entry is ${String(hash).replace(/-0$/, '')}. Nothing is written until somebody has looked: cf502 audit-log verify.`,
      );
    return { sequence: Number(sequence) + 1, previous: String(hash) };
  };

  const appendNow = async (event: AuditEvent): Promise<AuditEntry> => {
    let place = known ?? { sequence: 1, previous: chainStart };
    for (let tried = 0; tried < mostTries; tried += 1) {
      const begins = place.sequence === 1;
      // A chain says itself that it begins here, so that an emptied Redis shows.
      const entry = sealEntry(begins ? startOfChain() : event, place, now());
      const moved = await tryAppend(entry);
      if (moved === null) {
        place = { sequence: entry.sequence + 1, previous: entry.hash };
        known = place;
        if (!begins) return entry;
      } else {
        place = moved;
        if (tried > 2) await pause(Math.random() * Math.min(tried, 40));
      }
    }
    throw new Failure('service-down', 'The audit log could not be written: too many processes write at once.');
  };

  return {
    append(event) {
      const written = lastWrite
        .then(() => appendNow(event))
        .catch((error: unknown) => {
          throw translateRedisError(error);
        });
      lastWrite = written.catch(() => undefined);
      return written;
    },

    async read(fromSequence, count) {
      const first = Math.max(1, Math.trunc(fromSequence));
      const most = Math.min(Math.max(0, Math.trunc(count)), mostEntriesAtOnce);
      if (most === 0) return [];
      const rows = await redis.xrange(keys.entries, `${first}-0`, '+', 'COUNT', most).catch((error: unknown) => {
        throw translateRedisError(error);
      });
      return rows.map(([id, fields]) => {
        const entry = parseEntry(fields[1] ?? '');
        if (entry === null)
          throw new Failure(
            'bad-data',
            `Entry ${id} of the audit log cannot be understood: it was not written by cf502.`,
          );
        return entry;
      });
    },

    async head() {
      const [sequence, hash, chain] = await redis
        .hmget(keys.head, 'sequence', 'hash', 'chain')
        .catch((error: unknown) => {
          throw translateRedisError(error);
        });
      if (typeof sequence !== 'string' || typeof hash !== 'string') return null;
      return { sequence: Number(sequence), hash, chain: chain ?? '' };
    },
  };
}

function startOfChain(): AuditEvent {
  return { actor: null, action: chainStartAction, subject: null, facts: { chain: randomUUID() } };
}
