/** Trials in Redis, beside their proposals. Each step is one compare-and-set on the trial's revision, judged anew when somebody else was faster. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.js';
import type { TrialResult } from '../remediation/trial-life.js';
import { type Trial, type TrialState, trialStates } from '../remediation/trial-record.js';

/** As long as proposals are kept. */
const keepSeconds = 90 * 24 * 3600;
const mostTries = 25;

export type TrialOutcome =
  | { readonly state: 'done'; readonly trial: Trial }
  | { readonly state: 'refused'; readonly because: string; readonly trial: Trial }
  | { readonly state: 'gone' };

export interface TrialStore {
  /** @returns false where it exists already. */
  create(trial: Trial): Promise<boolean>;
  read(proposalId: string): Promise<Trial | null>;
  step(proposalId: string, judge: (trial: Trial) => TrialResult): Promise<TrialOutcome>;
  /** Those that somebody still has to look after. */
  listOpen(): Promise<readonly string[]>;
  settle(proposalId: string): Promise<void>;
}

/** KEYS: the trial, the open ones. ARGV: expected revision, revision, JSON, id, token, keep, now. A repeated command is known by its token. */
const stepScript = `
local stored = redis.call('HMGET', KEYS[1], 'revision', 'token')
if not stored[1] then return 'gone' end
if stored[2] == ARGV[5] then return 'done' end
if stored[1] ~= ARGV[1] then return 'moved' end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'trial', ARGV[3], 'token', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], ARGV[7], ARGV[4])
return 'done'`;

const createScript = `
if redis.call('HSETNX', KEYS[1], 'trial', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
return 1`;

export function createTrialStore(redis: Redis, prefix: string): TrialStore {
  const key = (id: string): string => `${prefix}:trial:${id}`;
  const open = `${prefix}:open-trials`;
  const read = async (id: string): Promise<Trial | null> => {
    const stored = await redis.hget(key(id), 'trial');
    return stored === null ? null : parseTrial(id, stored);
  };
  return {
    async create(trial) {
      const { proposalId: id, revision } = trial;
      const facts = [JSON.stringify(trial), String(revision), String(keepSeconds), String(Date.now()), id];
      return (await redis.eval(createScript, 2, key(id), open, ...facts)) === 1;
    },

    read,

    async step(id, judge) {
      for (let tried = 0; tried < mostTries; tried += 1) {
        const before = await read(id);
        if (before === null) return { state: 'gone' };
        const judged = judge(before);
        if (!judged.ok) return { state: 'refused', because: judged.because, trial: before };
        const { trial } = judged;
        const facts = [String(before.revision), String(trial.revision), JSON.stringify(trial), id, randomUUID()];
        const now = String(Date.now());
        const answer = await redis.eval(stepScript, 2, key(id), open, ...facts, String(keepSeconds), now);
        if (answer === 'done') return { state: 'done', trial };
        if (answer === 'gone') return { state: 'gone' };
      }
      throw new Failure('service-down', 'The trial was being changed by too many at once; try again.');
    },

    async listOpen() {
      return redis.zrange(open, '0', '-1');
    },

    async settle(id) {
      await redis.zrem(open, id);
    },
  };
}

/** What another version wrote is not guessed at. @throws Failure `bad-data`. */
function parseTrial(id: string, stored: string): Trial {
  const value = JSON.parse(stored) as Partial<Trial>;
  const isKnown =
    value.format === 'cf502.trial/1' && value.proposalId === id && trialStates.includes(value.state as TrialState);
  if (!isKnown) throw new Failure('bad-data', `The trial of ${id} was written by another version of cf502.`);
  return value as Trial;
}
