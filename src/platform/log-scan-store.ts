/** How far the log scan of a check is, in Redis: one hash per check, gone a day after it began. Holds aggregates and object names, never rows. */
import type { Redis } from 'ioredis';

const keepSeconds = 24 * 3600;
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
  /** Keeps the result of a shard; of two runs of the same shard the first counts. @returns how many shards have ended. */
  endShard(checkId: string, shard: number, result: string): Promise<number>;
  resultOf(checkId: string, shard: number): Promise<string | null>;
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
              Promise.all(numbers.map((shard) => redis.hexists(key(checkId), `shard:${shard}`))),
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
        ended: numbers.filter((shard) => done[shard] === 1),
        startedAtMs: Number(startedAt ?? 0),
        stoppedBecause: stopped ?? null,
        read,
      };
    },

    async setProgress(checkId, shard, { objects, bytes, failures }) {
      await redis.hset(key(checkId), `progress:${shard}`, `${objects} ${bytes} ${failures}`);
    },

    async endShard(checkId, shard, result) {
      const ended = await redis.eval(
        `if redis.call('HEXISTS', KEYS[1], 'plan') == 0 then return 0 end
         if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then redis.call('HINCRBY', KEYS[1], 'ended', 1) end
         return tonumber(redis.call('HGET', KEYS[1], 'ended'))`,
        1,
        key(checkId),
        `shard:${shard}`,
        result,
      );
      return Number(ended);
    },

    async resultOf(checkId, shard) {
      return redis.hget(key(checkId), `shard:${shard}`);
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
