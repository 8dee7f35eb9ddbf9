/** The verdict as it was stored, for what cannot be read off the thread. */
import { Redis } from 'ioredis';
import { isScorecard } from '../../src/diagnosis/scorecard.js';
import type { Verdict } from '../../src/diagnosis/verdict.js';
import { createCheckStore } from '../../src/platform/check-store.js';
import { checkRequestSchema } from '../../src/queue/checks.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import type { World } from '../world/world.js';

/** The id of the check that a message of ours is about: its buttons carry it. */
export function checkIdOf(message: Message): string | null {
  return /chk_[a-z0-9]{12}/.exec(JSON.stringify(message.blocks))?.[0] ?? null;
}

/** Waits until the verdict and its thread are delivered. */
export async function deliveredVerdict(world: World, worker: ProductProcess, checkId: string): Promise<Verdict> {
  await worker.logged(new RegExp(`"checkId":"${checkId}"[^\\n]*verdict delivered`));
  const redis = new Redis(world.redis.url);
  try {
    const store = createCheckStore(redis, '{cf502}', (value) => checkRequestSchema.parse(value));
    const verdict = (await store.read(checkId))?.verdict ?? null;
    if (verdict === null || isScorecard(verdict)) throw new Error(`${checkId} was delivered and holds no verdict.`);
    return verdict;
  } finally {
    redis.disconnect();
  }
}
