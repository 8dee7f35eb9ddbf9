/** The audit log: append-only and hash-chained. The writer is one compare-and-set in Redis, so that the chain cannot fork however many processes write. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import { type ChainPlace, chainStart, chainStartAction, parseEntry, renderEntry, sealEntry } from './audit-chain.js';
import { appendScript } from './audit-script.js';
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

/** A line of a log, and where it was found. */
export interface AuditLine {
  readonly text: string;
  /** For example `line 12 of audit.jsonl`. */
  readonly where: string;
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
  /** Everything as it stands in Redis, oldest first, understood or not: for whoever looks whether it is whole. */
  lines(): AsyncIterable<AuditLine>;
}

/** Readers are given at most this many entries at once: some 12 MB where all are as long as they may be. */
const mostEntriesAtOnce = 1_000;
/** Written by one script, which nothing else in Redis can come between. */
const mostTogether = 50;
/** Each lost race costs one exchange with Redis and a pause; more than this means that something is wrong. */
const mostTries = 400;

/** Where the log of an installation is kept; one hash tag, so that both keys live in one slot. */
export function auditKeys(prefix: string): { readonly head: string; readonly entries: string } {
  return { head: `${prefix}:audit:head`, entries: `${prefix}:audit:entries` };
}

/** @param redis either kind of connection; on one that fails fast an append fails fast too. */
export function createAuditLog(redis: Redis, prefix: string, now: () => Date = () => new Date()): KeptAuditLog {
  const keys = auditKeys(prefix);
  const waiting: Waiting[] = [];
  let isWriting = false;
  let known: ChainPlace = { sequence: 1, previous: chainStart };

  /** One try. @returns null when written, else where the chain now ends. */
  const tryAppend = async (entries: readonly AuditEntry[]): Promise<ChainPlace | null> => {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return null;
    const answer = (await redis.eval(
      appendScript,
      2,
      keys.head,
      keys.entries,
      String(first.sequence),
      first.previous,
      last.hash,
      first.sequence === 1 ? first.hash : '',
      ...entries.map(renderEntry),
    )) as readonly (string | number)[];
    const [state, sequence, hash] = answer;
    if (state === 1) return null;
    if (state === -2)
      throw new Failure(
        'bad-data',
        `Entries after ${sequence} were deleted from the audit log. Nothing is written until somebody has looked: cf502 audit-log verify.`,
      );
    if (state === -1)
      throw new Failure(
        'bad-data',
        `The audit log does not end where its head says: the head is at ${sequence}, the last entry is ${String(hash).replace(/-0$/, '')}. Nothing is written until somebody has looked: cf502 audit-log verify.`,
      );
    return { sequence: Number(sequence) + 1, previous: String(hash) };
  };

  /** @returns the entries of these events, in their order. */
  const writeTogether = async (events: readonly AuditEvent[]): Promise<readonly AuditEntry[]> => {
    for (let tried = 0; tried < mostTries; tried += 1) {
      // A chain says itself that it begins here, so that an emptied Redis shows.
      const entries = sealRow(known.sequence === 1 ? [startOfChain(), ...events] : events, known, now());
      const moved = await tryAppend(entries);
      if (moved === null) {
        const last = entries.at(-1);
        if (last !== undefined) known = { sequence: last.sequence + 1, previous: last.hash };
        return entries.slice(-events.length);
      }
      known = moved;
      if (tried > 2) await pause(Math.random() * Math.min(tried, 40));
    }
    throw new Failure('service-down', 'The audit log could not be written: too many processes write at once.');
  };

  /** What came up while the last write was under way is written together, so that processes race once for many entries. */
  const writeWaiting = async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    for (let row = waiting.splice(0, mostTogether); row.length > 0; row = waiting.splice(0, mostTogether)) {
      try {
        const entries = await writeTogether(row.map(({ event }) => event));
        for (const [index, { resolve, reject }] of row.entries()) {
          const entry = entries[index];
          if (entry === undefined) reject(new Failure('bug', 'An event was written without an entry.'));
          else resolve(entry);
        }
      } catch (error) {
        for (const { reject } of row) reject(translateRedisError(error));
      }
    }
    isWriting = false;
  };

  return {
    append: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        void writeWaiting();
      }),

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

    async *lines() {
      for (let after = '-'; ; ) {
        const rows = await redis
          .xrange(keys.entries, after, '+', 'COUNT', mostEntriesAtOnce)
          .catch((error: unknown) => {
            throw translateRedisError(error);
          });
        for (const [id, fields] of rows) yield { text: fields[1] ?? '', where: `${id} in Redis` };
        const last = rows.at(-1);
        if (last === undefined) return;
        after = `(${last[0]}`;
      }
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

interface Waiting {
  readonly event: AuditEvent;
  readonly resolve: (entry: AuditEntry) => void;
  readonly reject: (failure: Failure) => void;
}

function sealRow(events: readonly AuditEvent[], place: ChainPlace, at: Date): readonly AuditEntry[] {
  let next = place;
  return events.map((event) => {
    const entry = sealEntry(event, next, at);
    next = { sequence: entry.sequence + 1, previous: entry.hash };
    return entry;
  });
}

function startOfChain(): AuditEvent {
  return { actor: null, action: chainStartAction, subject: null, facts: { chain: randomUUID() } };
}
