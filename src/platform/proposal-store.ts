/**
 * Proposals in Redis. Each step of a proposal's life is one compare-and-set on its revision, together with the lock that keeps a distribution to
 * one change at a time; what is judged stays with the caller, who is asked again when somebody else was faster.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import { hasDistribution } from '../remediation/life.js';
import type { StepResult } from '../remediation/life-events.js';
import { type Proposal, type ProposalState, proposalStates } from '../remediation/proposal.js';

/** Long enough for a roll-back and for noticing that a deploy has put the old value back. */
const keepSeconds = 90 * 24 * 3600;
/** Lost races before giving up; each is lost to a step that somebody else made, of which there are few. */
const mostTries = 25;

export type StepOutcome =
  /** The step was made; `before` is what it was made of. */
  | { readonly state: 'done'; readonly proposal: Proposal; readonly before: Proposal }
  | { readonly state: 'refused'; readonly because: string; readonly proposal: Proposal }
  /** Another proposal has the distribution: it is approved, being applied or not deployed yet. */
  | { readonly state: 'held'; readonly by: string; readonly proposal: Proposal }
  /** There is no such proposal, or no longer. */
  | { readonly state: 'gone' };

export interface ProposalStore {
  /** @returns false where it exists already. */
  create(proposal: Proposal): Promise<boolean>;
  read(id: string): Promise<Proposal | null>;
  /** Reads, lets `judge` decide on a step and makes it, once; where it has changed meanwhile, `judge` is asked again about what it is by then. */
  step(id: string, judge: (proposal: Proposal) => StepResult): Promise<StepOutcome>;
  /** Those somebody still has to look after: not at an end, or not yet shown as they are. */
  listOpen(): Promise<readonly string[]>;
  /** Takes it off the list where it is still at this revision. */
  settle(id: string, revision: number): Promise<void>;
  /** Takes it off the list because its record is gone. */
  forget(id: string): Promise<void>;
  /** The proposal that has the distribution now. */
  holder(distributionId: string): Promise<string | null>;
  /** Proposals of a distribution, newest first, at most `count`. */
  listOf(distributionId: string, count: number): Promise<readonly string[]>;
  /** Proposals of all distributions, newest first, at most `count`. */
  listRecent(count: number): Promise<readonly string[]>;
  /** Claims something that may be done once, such as posting a message. @returns false where it was claimed before. */
  claim(id: string, what: string): Promise<boolean>;
  unclaim(id: string, what: string): Promise<void>;
  note(id: string, name: string, value: string): Promise<void>;
  readNote(id: string, name: string): Promise<string | null>;
  /** The one clock that all workers have in common: their own may differ by more than a write is waited for. */
  now(): Promise<Date>;
}

/**
 * KEYS: the proposal, the open ones, the lock. ARGV: expected revision, revision, JSON, id, token, keep, now, lock, whom it may be taken from, prefix.
 * A repeated command whose answer was lost is known by its token. A lock of a proposal that is gone is nobody's. `claim` takes it only where nobody
 * has it, and goes on without. Whoever lets go of it gives it back to the change that it was taken from, where that is still being deployed.
 */
const stepScript = `
local stored = redis.call('HMGET', KEYS[1], 'revision', 'token')
if not stored[1] then return {'gone'} end
if stored[2] == ARGV[5] then return {'done'} end
if stored[1] ~= ARGV[1] then return {'moved'} end
local holder = redis.call('GET', KEYS[3])
if ARGV[8] == 'take' then
  if holder and holder ~= ARGV[4] and holder ~= ARGV[9] and redis.call('EXISTS', ARGV[10] .. holder) == 1 then return {'held', holder} end
  redis.call('SET', KEYS[3], ARGV[4])
elseif ARGV[8] == 'claim' then
  if not holder or redis.call('EXISTS', ARGV[10] .. holder) == 0 then redis.call('SET', KEYS[3], ARGV[4]) end
elseif ARGV[8] == 'free' and holder == ARGV[4] then
  redis.call('DEL', KEYS[3])
  local taken = ARGV[9] ~= '' and redis.call('HGET', ARGV[10] .. ARGV[9], 'proposal')
  if taken then
    local original = cjson.decode(taken)
    local application = original['application']
    if original['state'] == 'applied' and type(application) == 'table' and type(application['deployedAt']) ~= 'string' then
      redis.call('SET', KEYS[3], ARGV[9])
    end
  end
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'proposal', ARGV[3], 'token', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], ARGV[7], ARGV[4])
return {'done'}`;

export function createProposalStore(redis: Redis, prefix: string): ProposalStore {
  const keyPrefix = `${prefix}:proposal:`;
  const key = (id: string): string => `${keyPrefix}${id}`;
  const open = `${prefix}:open-proposals`;
  const all = `${prefix}:proposals`;
  const lock = (distributionId: string): string => `${prefix}:change-of:${distributionId}`;
  const ofDistribution = (distributionId: string): string => `${prefix}:proposals-of:${distributionId}`;

  const read = async (id: string): Promise<Proposal | null> => {
    const stored = await redis.hget(key(id), 'proposal');
    return stored === null ? null : parseProposal(id, stored);
  };

  const compareAndSet = async (before: Proposal, after: Proposal): Promise<readonly string[]> => {
    const lockStep = !hasDistribution(after)
      ? 'free'
      : hasDistribution(before)
        ? 'keep'
        : // What AWS has carried out is so, whoever has the distribution by now.
          before.state === 'failed'
          ? 'claim'
          : 'take';
    const answer = await redis.eval(
      stepScript,
      3,
      key(before.id),
      open,
      lock(before.change.target.distributionId),
      String(before.revision),
      String(after.revision),
      JSON.stringify(after),
      before.id,
      randomUUID(),
      String(keepSeconds),
      String(Date.now()),
      lockStep,
      // Taking a change back must not wait until it is deployed everywhere.
      before.rollbackOf ?? '',
      keyPrefix,
    );
    return answer as readonly string[];
  };

  return {
    async create(proposal) {
      const { distributionId } = proposal.change.target;
      const made = await redis.eval(
        `if redis.call('HSETNX', KEYS[1], 'proposal', ARGV[1]) == 0 then return 0 end
         redis.call('HSET', KEYS[1], 'revision', ARGV[2])
         redis.call('EXPIRE', KEYS[1], ARGV[3])
         redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
         redis.call('ZADD', KEYS[3], ARGV[4], ARGV[5])
         redis.call('EXPIRE', KEYS[3], ARGV[3])
         redis.call('ZADD', KEYS[4], ARGV[4], ARGV[5])
         redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1001)
         return 1`,
        4,
        key(proposal.id),
        open,
        ofDistribution(distributionId),
        all,
        JSON.stringify(proposal),
        String(proposal.revision),
        String(keepSeconds),
        String(Date.parse(proposal.createdAt)),
        proposal.id,
      );
      return made === 1;
    },

    read,

    async step(id, judge) {
      for (let tried = 0; tried < mostTries; tried += 1) {
        const before = await read(id);
        if (before === null) return { state: 'gone' };
        const judged = judge(before);
        if (!judged.ok) return { state: 'refused', because: judged.because, proposal: before };
        const [answer, holder = ''] = await compareAndSet(before, judged.proposal);
        if (answer === 'done') return { state: 'done', proposal: judged.proposal, before };
        if (answer === 'held') return { state: 'held', by: holder, proposal: before };
        if (answer === 'gone') return { state: 'gone' };
      }
      throw new Failure('service-down', 'The proposal was being changed by too many at once; try again.');
    },

    async listOpen() {
      return redis.zrange(open, '0', '-1');
    },

    async settle(id, revision) {
      await redis.eval(
        "if redis.call('HGET', KEYS[1], 'revision') == ARGV[1] then redis.call('ZREM', KEYS[2], ARGV[2]) end",
        2,
        key(id),
        open,
        String(revision),
        id,
      );
    },

    async forget(id) {
      await redis.zrem(open, id);
    },

    async holder(distributionId) {
      return redis.get(lock(distributionId));
    },

    async listOf(distributionId, count) {
      return redis.zrevrange(ofDistribution(distributionId), 0, count - 1);
    },

    async listRecent(count) {
      return redis.zrevrange(all, 0, count - 1);
    },

    async claim(id, what) {
      // What was asked for and refused has no record, and so nothing that lets its claims go.
      const first = await redis.eval(
        `local first = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
         if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
         return first`,
        1,
        key(id),
        `claim:${what}`,
        String(Date.now()),
        String(keepSeconds),
      );
      return first === 1;
    },

    async unclaim(id, what) {
      await redis.hdel(key(id), `claim:${what}`);
    },

    async note(id, name, value) {
      await redis.hset(key(id), `note:${name}`, value);
    },

    async readNote(id, name) {
      return redis.hget(key(id), `note:${name}`);
    },

    async now() {
      const [seconds, micros] = await redis.time();
      return new Date(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
    },
  };
}

/** What another version wrote is not guessed at. @throws Failure `bad-data`. */
function parseProposal(id: string, stored: string): Proposal {
  const value = JSON.parse(stored) as Partial<Proposal>;
  const isKnown =
    value.format === 'cf502.proposal/1' && value.id === id && proposalStates.includes(value.state as ProposalState);
  if (!isKnown) throw new Failure('bad-data', `Proposal ${id} was written by another version of cf502.`);
  return value as Proposal;
}
