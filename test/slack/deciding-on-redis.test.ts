/** Deciding in Slack against the real store in a real Redis: at the same instant, and while Redis stands still. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createLog } from '../../src/platform/log.js';
import { createProposalStore, type ProposalStore } from '../../src/platform/proposal-store.js';
import { parsePolicy } from '../../src/policy.js';
import { type ChangeProducer, createChanges } from '../../src/queue/change-producer.js';
import type { Proposal } from '../../src/remediation/proposal.js';
import { cardOptionsOf, renderProposal } from '../../src/slack/render/proposal.js';
import { changePolicy, incidents, people } from '../builders/change-bot.js';
import { postAsBot } from '../builders/post-as-bot.js';
import { proposal } from '../builders/proposal.js';
import { startTestBot, type TestBot } from '../builders/test-bot.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startStopwatch } from '../world/stopwatch.js';

const { approver, colleague, onCall } = people;
const policy = parsePolicy(changePolicy, 'test policy').changes ?? null;
const log = createLog('silent');

let server: TestRedis;
let redis: Redis;
let store: ProposalStore;
let changes: ChangeProducer;
let world: TestBot;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  const prefix = server.prefix();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  store = createProposalStore(redis, prefix);
  changes = await createChanges({ redisUrl: server.url, prefix, policy, log });
  world = await startTestBot({ policy: changePolicy, realChanges: changes });
});
afterEach(async () => {
  server.resume();
  await world.stop();
  await changes.close();
  redis.disconnect();
});

let count = 0;

async function propose(): Promise<{ readonly id: string; readonly message: Message }> {
  count += 1;
  const now = Date.now();
  const made = proposal({
    id: `prp_${String(count).padStart(12, '0')}`,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 30 * 60_000).toISOString(),
    approvers: { users: [colleague], groups: ['S0APPROVE'], quorum: 1, selfApproval: false },
  });
  const message = await postAsBot(world.slack, incidents, renderProposal(made, cardOptionsOf(policy ?? undefined)));
  await store.create({ ...made, message: { channelId: incidents, ts: message.ts } });
  return { id: made.id, message };
}

const card = (message: Message): string => {
  const now = world.slack.message(message.channel, message.ts);
  return now === null ? '' : renderAsText(now);
};

/** The proposal once that many decisions were either made or refused to somebody. */
async function settled(id: string, decisions: number): Promise<Proposal | null> {
  for (;;) {
    // Listened for before looking, so that nothing happens in between.
    const next = new Promise<void>((resolve) => {
      const off = world.slack.on('change', () => {
        off();
        resolve();
      });
    });
    const kept = await store.read(id);
    const told = [approver, colleague, onCall].reduce((sum, who) => sum + world.slack.ephemerals(who).length, 0);
    if (told + (kept?.history.length ?? 0) >= decisions) return kept;
    await next;
  }
}

describe('at the same instant', () => {
  it.each(Array.from({ length: 10 }, (_, round) => round))(
    'one of an approval, another one and a revocation is made, and the card shows which (%i)',
    async () => {
      const { id, message } = await propose();
      await Promise.all([
        world.slack.person(approver).click(message, 'cf502_approve'),
        world.slack.person(colleague).click(message, 'cf502_approve'),
        world.slack.person(onCall).click(message, 'cf502_revoke'),
      ]);
      // Whoever came too late is told; an approval can still be revoked, so up to two of the three are made.
      const kept = await settled(id, 3);
      expect(kept?.approvals.length).toBeLessThanOrEqual(1);
      expect(['approved', 'revoked']).toContain(kept?.state);
      const steps = kept?.history.map(({ event }) => event) ?? [];
      expect([['approve'], ['revoke'], ['approve', 'revoke']]).toContainEqual(steps);
      await world.slack.waitFor(() => !card(message).includes('[Approve]'));
      const entries = await changes.audit.read(1, 100);
      expect(
        entries.filter(({ action }) => action.startsWith('decision.') && action !== 'decision.refused'),
      ).toHaveLength(3);
    },
  );
});

describe('while Redis stands still', () => {
  it('nothing is decided, and the person is told within five seconds', async () => {
    const { id, message } = await propose();
    server.pause();
    const since = startStopwatch();
    const gesture = await world.slack.person(colleague).click(message, 'cf502_approve');
    expect(gesture).toMatchObject({ error: null, ackedInMs: expect.any(Number) });
    await world.slack.waitFor((slack) =>
      slack.ephemerals(colleague).some((told) => renderAsText(told).includes('nothing was decided')),
    );
    expect(since.elapsedMs()).toBeLessThan(5_000);
    server.resume();
    expect((await store.read(id))?.state).toBe('pending');
    // The same button works once it is back.
    await world.slack.person(colleague).click(message, 'cf502_approve');
    await world.slack.waitFor(() => card(message).startsWith('Approved:'));
  });
});
