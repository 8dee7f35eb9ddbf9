/** How far the log scan of a check is, in Redis: one hash per check, gone a day after it began. Holds aggregates and object names, never rows. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';

const keepSeconds = 24 * 3600;
/** Results are merged by so many, so that a scan of n shards keeps n / 16 of them, and those of groups that are not whole yet. */
const shardsPerGroup = 16;
/** Longer than any result may be. */
const mostUnpacked = 64 * 1024 * 1024;
const zip = promisify(gzip);
const unzip = promisify(gunzip);
/** What was measured longer ago may be of another machine. */
const keepRateSeconds = 7 * 24 * 3600;

/** How much of a shard has been read. */
export interface ShardProgress {
  readonly objects: number;
  readonly bytes: number;
  readonly failures: number;
}

export interface LogScanState {
  /** As given to `begin`. */
  readonly plan: unknown;
  readonly shards: number;
  /** Numbers of the shards that ended, from 0. */
  readonly ended: readonly number[];
  /** Of these, the ones that were not read, since they were not needed any more. */
  readonly skipped: readonly number[];
  readonly startedAtMs: number;
  /** Why the rest need not be read; null while it must. */
  readonly stoppedBecause: string | null;
  /** Of all shards together. */
  readonly read: ShardProgress;
}

export interface LogScanStore {
  /** Begun twice, the first plan holds. */
  begin(checkId: string, plan: unknown, shards: number, nowMs: number): Promise<void>;
  state(checkId: string): Promise<LogScanState | null>;
  setProgress(checkId: string, shard: number, progress: ShardProgress): Promise<void>;
  /**
   * Keeps the result of a shard, compressed; of two runs of the same shard the first counts.
   * @param result null where it was not needed any more.
   * @returns how many shards have ended; and the group of shards that is whole by it, to be merged into one result by the caller.
   */
  endShard(
    checkId: string,
    shard: number,
    result: string | null,
  ): Promise<{ readonly ended: number; readonly wholeGroup: number | null }>;
  /** The results so far, group by group; each shard is in one of them, whoever merges meanwhile. */
  results(checkId: string): AsyncIterable<readonly string[]>;
  resultsOf(checkId: string, group: number): Promise<readonly string[]>;
  /** Puts one result in the place of those of a group. Done twice, the first holds. */
  mergeGroup(checkId: string, group: number, result: string): Promise<void>;
  /** The shards that have not ended need not be read any more. */
  stop(checkId: string, because: string): Promise<void>;
  /** Claims something that may be done once. @returns false where it was claimed before. */
  claim(checkId: string, what: string): Promise<boolean>;
  discard(checkId: string): Promise<void>;
  /** Bytes and objects that one thread reads in a second, as measured here; null where there was no scan for a week. */
  rate(): Promise<{ readonly bytesPerSecond: number; readonly objectsPerSecond: number } | null>;
  saveRate(measured: { readonly bytesPerSecond: number; readonly objectsPerSecond: number }): Promise<void>;
}

export function createLogScanStore(redis: Redis, prefix: string): LogScanStore {
  const key = (checkId: string): string => `${prefix}:log-scan:${checkId}`;
  const rateKey = `${prefix}:log-scan-rate`;

  // One command: a group is seen either merged or not.
  const resultsOf = async (checkId: string, group: number): Promise<readonly string[]> => {
    const [merged, ...shards] = await redis.hmget(key(checkId), `group:${group}`, ...shardFields(group));
    const packed = merged === null || merged === undefined ? shards : [merged];
    return await Promise.all(packed.filter((one) => one !== null).map(unpack));
  };

  return {
    async begin(checkId, plan, shards, nowMs) {
      await redis
        .multi()
        .hsetnx(key(checkId), 'plan', JSON.stringify(plan))
        .hsetnx(key(checkId), 'shards', String(shards))
        .hsetnx(key(checkId), 'startedAt', String(nowMs))
        .expire(key(checkId), keepSeconds)
        .exec();
    },

    async state(checkId) {
      const [plan, shards, startedAt, stopped] = await redis.hmget(
        key(checkId),
        'plan',
        'shards',
        'startedAt',
        'stopped',
      );
      if (plan === null || plan === undefined) return null;
      const count = Number(shards ?? 0);
      const numbers = Array.from({ length: count }, (_, index) => index);
      const [done, progress] =
        count === 0
          ? [[], []]
          : await Promise.all([
              redis.hmget(key(checkId), ...numbers.map((shard) => `done:${shard}`)),
              redis.hmget(key(checkId), ...numbers.map((shard) => `progress:${shard}`)),
            ]);
      const read = { objects: 0, bytes: 0, failures: 0 };
      for (const entry of progress) {
        const [objects = 0, bytes = 0, failures = 0] = (entry ?? '').split(' ').map(Number);
        read.objects += objects;
        read.bytes += bytes;
        read.failures += failures;
      }
      return {
        plan: JSON.parse(plan),
        shards: count,
        ended: numbers.filter((shard) => done[shard] !== null),
        skipped: numbers.filter((shard) => done[shard] === 'skipped'),
        startedAtMs: Number(startedAt ?? 0),
        stoppedBecause: stopped ?? null,
        read,
      };
    },

    async setProgress(checkId, shard, { objects, bytes, failures }) {
      await redis.hset(key(checkId), `progress:${shard}`, `${objects} ${bytes} ${failures}`);
    },

    async endShard(checkId, shard, result) {
      const group = Math.floor(shard / shardsPerGroup);
      const packed = result === null ? '' : await pack(result);
      const answer = await redis.eval(
        `if redis.call('HEXISTS', KEYS[1], 'plan') == 0 then return {0, 0} end
         if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[4] == '' and 'skipped' or 'read') == 1 then
           if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], ARGV[2], ARGV[4]) end
           redis.call('HINCRBY', KEYS[1], 'ended', 1)
           redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
         end
         return {tonumber(redis.call('HGET', KEYS[1], 'ended')), tonumber(redis.call('HGET', KEYS[1], ARGV[3]))}`,
        1,
        key(checkId),
        `done:${shard}`,
        `shard:${shard}`,
        `group-ended:${group}`,
        packed,
      );
      const [ended = 0, inGroup = 0] = Array.isArray(answer) ? answer.map(Number) : [];
      return { ended, wholeGroup: inGroup === shardsPerGroup ? group : null };
    },

    async *results(checkId) {
      const shards = Number((await redis.hget(key(checkId), 'shards')) ?? 0);
      for (let group = 0; group * shardsPerGroup < shards; group += 1) yield await resultsOf(checkId, group);
    },

    resultsOf,

    async mergeGroup(checkId, group, result) {
      await redis.eval(
        `if redis.call('HEXISTS', KEYS[1], 'plan') == 0 then return 0 end
         if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
         return redis.call('HDEL', KEYS[1], unpack(ARGV, 3))`,
        1,
        key(checkId),
        `group:${group}`,
        await pack(result),
        ...shardFields(group),
      );
    },

    async stop(checkId, because) {
      await redis.hsetnx(key(checkId), 'stopped', because);
    },

    async claim(checkId, what) {
      const answers = await redis
        .multi()
        .hsetnx(key(checkId), `claim:${what}`, '1')
        .expire(key(checkId), keepSeconds)
        .exec();
      return answers?.[0]?.[1] === 1;
    },

    async discard(checkId) {
      await redis.del(key(checkId));
    },

    async rate() {
      const [bytes, objects] = await redis.hmget(rateKey, 'bytes', 'objects');
      if (bytes === null || bytes === undefined || objects === null || objects === undefined) return null;
      return { bytesPerSecond: Number(bytes), objectsPerSecond: Number(objects) };
    },

    async saveRate({ bytesPerSecond, objectsPerSecond }) {
      await redis
        .multi()
        .hset(rateKey, { bytes: String(bytesPerSecond), objects: String(objectsPerSecond) })
        .expire(rateKey, keepRateSeconds)
        .exec();
    },
  };
}

function shardFields(group: number): readonly string[] {
  return Array.from({ length: shardsPerGroup }, (_, index) => `shard:${group * shardsPerGroup + index}`);
}

async function pack(text: string): Promise<string> {
  return (await zip(text)).toString('base64');
}

async function unpack(packed: string): Promise<string> {
  return (await unzip(Buffer.from(packed, 'base64'), { maxOutputLength: mostUnpacked })).toString('utf8');
}
