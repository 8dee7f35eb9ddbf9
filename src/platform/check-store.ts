/**
 * The state of every check, in Redis: one hash per check plus the set of those that are not over. Holds aggregates and ids only.
 * Every transition that may happen once is one `HSETNX`, so that a repeated job cannot do it twice.
 */
import type { Redis } from 'ioredis';
import type { EvidenceBag } from '../diagnosis/evidence.js';
import type { CheckProgress, FirstGuess, TaskProgress } from '../diagnosis/progress.js';
import type { Conclusion } from '../diagnosis/scorecard.js';

/** A finished check can be looked at again for a week. */
const keepSeconds = 7 * 24 * 3600;
/** Evidence older than this says little of what a change would do now. */
const newestSeconds = 24 * 3600;

/** What the store keeps of the request; the queue's schema of it is a refinement. */
export interface StoredRequest {
  readonly checkId: string;
  readonly asked: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly pathPattern: string | null;
  readonly requester: { readonly userId: string; readonly teamId: string };
  readonly place: { readonly channelId: string; readonly threadTs: string | null };
  readonly acceptedAt: string;
  readonly deadlineAt: string;
}

export interface StoredMessage {
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string;
  readonly permalink: string | null;
}

export interface CheckRecord<Request extends StoredRequest> {
  readonly request: Request;
  readonly phase: CheckProgress['phase'];
  readonly cancelledBy: string | null;
  readonly message: StoredMessage | null;
  readonly tasks: readonly TaskProgress[];
  /** Kept as the note `guess`. */
  readonly guess: FirstGuess | null;
  /** The answer, of whichever kind was asked for; null until there is one. */
  readonly verdict: Conclusion | null;
  /** The answer stands in the channel, with its thread, or can no longer be delivered. */
  readonly delivered: boolean;
}

export interface CheckStore<Request extends StoredRequest> {
  /**
   * Writes a new record.
   * @param token made up by the caller, who needs it to take the record back.
   * @returns false where the check exists already.
   */
  create(request: Request, token: string): Promise<boolean>;
  /**
   * Takes a check back that could not be enqueued: a job of it that turns up later finds no record and does nothing. A record that somebody
   * else created, for another delivery of the same request, stays.
   */
  withdraw(checkId: string, token: string): Promise<void>;
  /** Takes a check off the list of open ones whose record is gone. */
  forget(checkId: string): Promise<void>;
  read(checkId: string): Promise<CheckRecord<Request> | null>;
  listActive(): Promise<readonly string[]>;
  setRunning(checkId: string): Promise<void>;
  attachMessage(checkId: string, message: StoredMessage): Promise<void>;
  /** @returns whether the check is now being cancelled; false when it is over or unknown. */
  cancel(checkId: string, byUserId: string): Promise<boolean>;
  /** When the cancel was accepted, in epoch milliseconds. */
  cancelledAt(checkId: string): Promise<number | null>;
  addTasks(checkId: string, tasks: readonly TaskProgress[]): Promise<void>;
  setTask(checkId: string, task: TaskProgress): Promise<void>;
  saveEvidence(checkId: string, taskId: string, gathered: unknown): Promise<void>;
  readEvidence(checkId: string, taskId: string): Promise<unknown>;
  /** Concludes the check once. @returns false where somebody concluded it before. */
  conclude(checkId: string, verdict: Conclusion, bag: EvidenceBag): Promise<boolean>;
  readBag(checkId: string): Promise<EvidenceBag | null>;
  /** The check of a distribution that was concluded last, at most a day ago, with its configuration read. */
  newestCheckOf(distributionId: string): Promise<string | null>;
  /** Claims something that may be done once, such as posting the second message of the thread. @returns false where it was claimed before. */
  claim(checkId: string, what: string): Promise<boolean>;
  /** Gives a claim back: what it was for is known not to have happened. */
  unclaim(checkId: string, what: string): Promise<void>;
  note(checkId: string, name: string, value: string): Promise<void>;
  readNote(checkId: string, name: string): Promise<string | null>;
  setDelivered(checkId: string): Promise<void>;
}

export function createCheckStore<Request extends StoredRequest>(
  redis: Redis,
  prefix: string,
  parseRequest: (value: unknown) => Request,
): CheckStore<Request> {
  const key = (checkId: string): string => `${prefix}:check:${checkId}`;
  // Not under a queue's name: BullMQ keeps its own keys there.
  const active = `${prefix}:open-checks`;
  const newest = (distributionId: string): string => `${prefix}:newest-check:${distributionId}`;

  return {
    async create(request, token) {
      const made = await redis.eval(
        `if redis.call('HSETNX', KEYS[1], 'request', ARGV[1]) == 0 then return 0 end
         redis.call('HSET', KEYS[1], 'token', ARGV[2], 'phase', 'queued', 'tasks', '[]')
         redis.call('EXPIRE', KEYS[1], ARGV[3])
         redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
         return 1`,
        2,
        key(request.checkId),
        active,
        JSON.stringify(request),
        token,
        String(keepSeconds),
        String(Date.parse(request.acceptedAt)),
        request.checkId,
      );
      return made === 1;
    },

    async withdraw(checkId, token) {
      await redis.eval(
        `if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
         redis.call('DEL', KEYS[1])
         redis.call('ZREM', KEYS[2], ARGV[2])
         return 1`,
        2,
        key(checkId),
        active,
        token,
        checkId,
      );
    },

    async forget(checkId) {
      await redis.zrem(active, checkId);
    },

    async read(checkId) {
      const fields = await redis.hgetall(key(checkId));
      if (fields['request'] === undefined) return null;
      const ids = fields['tasks'] === undefined ? [] : (JSON.parse(fields['tasks']) as readonly string[]);
      const tasks = ids.flatMap((id) => {
        const stored = fields[`task:${id}`];
        return stored === undefined ? [] : [JSON.parse(stored) as TaskProgress];
      });
      return {
        request: parseRequest(JSON.parse(fields['request'])),
        phase: (fields['phase'] ?? 'queued') as CheckProgress['phase'],
        cancelledBy: fields['cancelledBy'] ?? null,
        message: fields['message'] === undefined ? null : (JSON.parse(fields['message']) as StoredMessage),
        tasks,
        guess: fields['note:guess'] === undefined ? null : (JSON.parse(fields['note:guess']) as FirstGuess),
        verdict: fields['verdict'] === undefined ? null : (JSON.parse(fields['verdict']) as Conclusion),
        delivered: fields['delivered'] === '1',
      };
    },

    async listActive() {
      return redis.zrange(active, '0', '-1');
    },

    async setRunning(checkId) {
      // A check that is being cancelled stays so; a withdrawn one has no record and must not get one.
      await redis.eval(
        "if redis.call('HGET', KEYS[1], 'phase') == 'queued' then redis.call('HSET', KEYS[1], 'phase', 'running') end",
        1,
        key(checkId),
      );
    },

    async attachMessage(checkId, message) {
      await redis.eval(
        "if redis.call('HEXISTS', KEYS[1], 'request') == 1 then redis.call('HSET', KEYS[1], 'message', ARGV[1]) end",
        1,
        key(checkId),
        JSON.stringify(message),
      );
    },

    async cancel(checkId, byUserId) {
      const answer = await redis.eval(
        `local phase = redis.call('HGET', KEYS[1], 'phase')
         if not phase or phase == 'over' or redis.call('HEXISTS', KEYS[1], 'verdict') == 1 then return 0 end
         if phase ~= 'cancelling' then
           redis.call('HSET', KEYS[1], 'phase', 'cancelling', 'cancelledBy', ARGV[1], 'cancelledAt', ARGV[2])
         end
         return 1`,
        1,
        key(checkId),
        byUserId,
        String(Date.now()),
      );
      return answer === 1;
    },

    async cancelledAt(checkId) {
      const stored = await redis.hget(key(checkId), 'cancelledAt');
      return stored === null ? null : Number(stored);
    },

    async addTasks(checkId, tasks) {
      const known = await redis.hget(key(checkId), 'tasks');
      const ids = known === null ? [] : (JSON.parse(known) as readonly string[]);
      const multi = redis
        .multi()
        .hset(key(checkId), 'tasks', JSON.stringify([...new Set([...ids, ...tasks.map((task) => task.id)])]));
      for (const task of tasks) multi.hsetnx(key(checkId), `task:${task.id}`, JSON.stringify(task));
      await multi.exec();
    },

    async setTask(checkId, task) {
      await redis.hset(key(checkId), `task:${task.id}`, JSON.stringify(task));
    },

    async saveEvidence(checkId, taskId, gathered) {
      await redis.hset(key(checkId), `evidence:${taskId}`, JSON.stringify(gathered));
    },

    async readEvidence(checkId, taskId) {
      const stored = await redis.hget(key(checkId), `evidence:${taskId}`);
      return stored === null ? null : JSON.parse(stored);
    },

    async conclude(checkId, verdict, bag) {
      const first = await redis.eval(
        `if redis.call('HEXISTS', KEYS[1], 'request') == 0 then return 0 end
         if redis.call('HSETNX', KEYS[1], 'verdict', ARGV[1]) == 0 then return 0 end
         redis.call('HSET', KEYS[1], 'phase', 'over', 'bag', ARGV[2])
         return 1`,
        1,
        key(checkId),
        JSON.stringify(verdict),
        JSON.stringify(bag),
      );
      if (first === 1 && bag.distribution.state === 'collected')
        await redis.set(newest(bag.distribution.data.id), checkId, 'EX', newestSeconds);
      return first === 1;
    },

    async newestCheckOf(distributionId) {
      return redis.get(newest(distributionId));
    },

    async readBag(checkId) {
      const stored = await redis.hget(key(checkId), 'bag');
      return stored === null ? null : (JSON.parse(stored) as EvidenceBag);
    },

    async claim(checkId, what) {
      return (await redis.hsetnx(key(checkId), `claim:${what}`, String(Date.now()))) === 1;
    },

    async unclaim(checkId, what) {
      await redis.hdel(key(checkId), `claim:${what}`);
    },

    async note(checkId, name, value) {
      await redis.hset(key(checkId), `note:${name}`, value);
    },

    async readNote(checkId, name) {
      return redis.hget(key(checkId), `note:${name}`);
    },

    async setDelivered(checkId) {
      await redis.multi().hset(key(checkId), 'delivered', '1').zrem(active, checkId).exec();
    },
  };
}
