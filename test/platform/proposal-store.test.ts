/** Proposals on a real Redis: one step at a time however many want one, one change per distribution, nothing made twice by a lost answer. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createProposalStore, type ProposalStore } from '../../src/platform/proposal-store.js';
import { hasDistribution, takeStep } from '../../src/remediation/life.js';
import type { ProposalEvent } from '../../src/remediation/life-events.js';
import type { Proposal, ProposalState } from '../../src/remediation/proposal.js';
import { application, proposal } from '../builders/proposal.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

let server: TestRedis;
let prefix: string;
let open: Redis[];

beforeAll(async () => {
  server = await startTestRedis({ persistent: true });
});
afterAll(() => server.stop());
beforeEach(() => {
  prefix = server.prefix();
  open = [];
});
afterEach(() => {
  for (const redis of open) redis.disconnect();
});

function connect(): { readonly redis: Redis; readonly store: ProposalStore } {
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  open.push(redis);
  return { redis, store: createProposalStore(redis, prefix) };
}

const at = '2026-11-22T22:05:00.000Z';
const approveBy = (by: string): ProposalEvent => ({ name: 'approve', at, by, groups: ['S0APPROVE'] });
const take = (event: ProposalEvent) => (before: Proposal) => takeStep(before, event);
const named = (id: string, changes: Partial<Proposal> = {}) => proposal({ id, ...changes });

describe('a step', () => {
  it('is made once however many people make it at the same instant, each over a connection of their own', async () => {
    const people = Array.from({ length: 12 }, (_, index) => ({ by: `U0PERSON${index}`, ...connect() }));
    await people[0]?.store.create(proposal());
    const outcomes = await Promise.all(people.map(({ store, by }) => store.step(proposal().id, take(approveBy(by)))));
    expect(outcomes.filter(({ state }) => state === 'done')).toHaveLength(1);
    expect(outcomes.filter(({ state }) => state === 'refused')).toHaveLength(11);
    const stored = await people[0]?.store.read(proposal().id);
    expect(stored).toMatchObject({ state: 'approved', revision: 2, history: [{ event: 'approve' }] });
    expect(stored?.approvals).toHaveLength(1);
  });

  it('counts every one of a quorum, none lost', async () => {
    const people = Array.from({ length: 5 }, (_, index) => ({ by: `U0PERSON${index}`, ...connect() }));
    await people[0]?.store.create(proposal({ approvers: { ...proposal().approvers, quorum: 5 } }));
    const outcomes = await Promise.all(people.map(({ store, by }) => store.step(proposal().id, take(approveBy(by)))));
    expect(outcomes.map(({ state }) => state)).toEqual(Array(5).fill('done'));
    expect(await people[0]?.store.read(proposal().id)).toMatchObject({ state: 'approved', revision: 6 });
  });

  it('that is refused changes nothing and says why', async () => {
    const { store } = connect();
    await store.create(proposal());
    const outcome = await store.step(proposal().id, take({ name: 'begin', at }));
    expect(outcome).toMatchObject({ state: 'refused', because: expect.stringContaining('still waits for approval') });
    expect(await store.read(proposal().id)).toEqual(proposal());
  });

  it('of a proposal that has vanished is not made', async () => {
    const { store, redis } = connect();
    await store.create(proposal());
    await redis.flushdb();
    expect(await store.step(proposal().id, take(approveBy('U0APPROVE')))).toEqual({ state: 'gone' });
    expect(await redis.keys('*')).toEqual([]);
  });

  it('whose answer was lost is known when the command is sent again', async () => {
    const { store, redis } = connect();
    await store.create(proposal());
    const evaluate = redis.eval.bind(redis);
    let calls = 0;
    // As ioredis does after a reconnect: the same command a second time.
    redis.eval = (async (...args: Parameters<typeof evaluate>) => {
      calls += 1;
      await evaluate(...args);
      return evaluate(...args);
    }) as typeof redis.eval;
    expect(await store.step(proposal().id, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'done' });
    expect(calls).toBe(1);
    expect(await store.read(proposal().id)).toMatchObject({ revision: 2 });
  });

  it('survives a crash of Redis', async () => {
    const { store } = connect();
    await store.create(proposal());
    await store.step(proposal().id, take(approveBy('U0APPROVE')));
    await server.kill();
    await server.restart();
    expect(await store.read(proposal().id)).toMatchObject({ state: 'approved' });
    expect(await store.holder('E2EXAMPLE1ABCD')).toBe(proposal().id);
  });
});

describe('creating', () => {
  it('happens once, and leaves what is there', async () => {
    const { store } = connect();
    expect(await store.create(proposal())).toBe(true);
    await store.step(proposal().id, take(approveBy('U0APPROVE')));
    expect(await store.create(proposal())).toBe(false);
    expect(await store.read(proposal().id)).toMatchObject({ state: 'approved' });
    expect(await store.listOf('E2EXAMPLE1ABCD', 10)).toEqual([proposal().id]);
  });

  it('refuses what another version wrote', async () => {
    const { store, redis } = connect();
    await redis.hset(`${prefix}:proposal:prp_0123456789ab`, 'proposal', '{"format":"cf502.proposal/9"}');
    await expect(store.read('prp_0123456789ab')).rejects.toMatchObject({ kind: 'bad-data' });
  });
});

describe('the distribution', () => {
  const [one, two] = ['prp_one000000000', 'prp_two000000000'];
  const back = 'prp_back00000000';

  it('is had by one of two that are approved at the same instant', async () => {
    const [a, b] = [connect().store, connect().store];
    await a.create(named(one));
    await a.create(named(two));
    const outcomes = await Promise.all([
      a.step(one, take(approveBy('U0APPROVE'))),
      b.step(two, take(approveBy('U0APPROVE'))),
    ]);
    const holder = outcomes[0]?.state === 'done' ? one : two;
    expect(outcomes.map(({ state }) => state).sort()).toEqual(['done', 'held']);
    expect(outcomes).toContainEqual(expect.objectContaining({ state: 'held', by: holder }));
    expect(await a.holder('E2EXAMPLE1ABCD')).toBe(holder);
  });

  it('is free again once the change is deployed, and once it was given up', async () => {
    const { store } = connect();
    await store.create(named(one));
    await store.create(named(two));
    await store.step(one, take(approveBy('U0APPROVE')));
    await store.step(one, take({ name: 'begin', at }));
    await store.step(one, take({ name: 'send', at, etag: proposal().binding.etag }));
    await store.step(one, take({ name: 'applied', at, etagAfter: 'E3', requestId: 'r' }));
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'held', by: one });
    await store.step(one, take({ name: 'deployed', at }));
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'done' });
    await store.step(two, take({ name: 'revoke', at, by: 'U0ONCALL1' }));
    expect(await store.holder('E2EXAMPLE1ABCD')).toBeNull();
  });

  it('goes to the proposal that takes the change back without waiting for the deployment', async () => {
    const { store } = connect();
    await store.create(named(one, { state: 'approved', revision: 4 }));
    await store.create(named(two));
    await store.create(named(back, { rollbackOf: one }));
    await store.step(one, take({ name: 'begin', at }));
    await store.step(one, take({ name: 'retry', at, because: 'a test' }));
    await store.step(one, take({ name: 'begin', at }));
    await store.step(one, take({ name: 'send', at, etag: proposal().binding.etag }));
    await store.step(one, take({ name: 'applied', at, etagAfter: 'E3', requestId: 'r' }));
    expect(await store.step(back, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'done' });
    expect(await store.holder('E2EXAMPLE1ABCD')).toBe(back);
    await store.step(one, take({ name: 'deployed', at }));
    expect(await store.holder('E2EXAMPLE1ABCD')).toBe(back);
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'held', by: back });
  });

  it('goes back to the change that it was taken from, where the roll-back ends while that is still being deployed', async () => {
    const { store } = connect();
    const undeployed = { state: 'applied', revision: 4, application: application({ deployedAt: null }) } as const;
    await store.create(named(one, undeployed));
    await store.create(named(two));
    await store.create(named(back, { rollbackOf: one }));
    await store.step(back, take(approveBy('U0APPROVE')));
    await store.step(back, take({ name: 'revoke', at, by: 'U0ONCALL1' }));
    expect(await store.holder('E2EXAMPLE1ABCD')).toBe(one);
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'held', by: one });
    await store.step(one, take({ name: 'deployed', at }));
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'done' });
  });

  it('is free where the roll-back ends after its original was deployed', async () => {
    const { store } = connect();
    await store.create(named(one, { state: 'applied', revision: 4, application: application() }));
    await store.create(named(back, { rollbackOf: one }));
    await store.step(back, take(approveBy('U0APPROVE')));
    await store.step(one, take({ name: 'deployed', at }));
    await store.step(back, take({ name: 'revoke', at, by: 'U0ONCALL1' }));
    expect(await store.holder('E2EXAMPLE1ABCD')).toBeNull();
  });

  it.each(['nobody', 'another proposal'])('is had by %s when a change turns out to be applied', async (who) => {
    const { store } = connect();
    await store.create(named(one, { state: 'failed', revision: 6, application: application({ appliedAt: null }) }));
    await store.create(named(two));
    if (who !== 'nobody') await store.step(two, take(approveBy('U0APPROVE')));
    const because = 'AWS has carried it out late.';
    const turned = { name: 'turned-out-applied', at, etagAfter: 'E3', requestId: null, because } as const;
    // What AWS has carried out is so, whoever has the distribution by now.
    expect(await store.step(one, take(turned))).toMatchObject({ state: 'done', proposal: { state: 'applied' } });
    expect(await store.holder('E2EXAMPLE1ABCD')).toBe(who === 'nobody' ? one : two);
    expect(await store.listOpen()).toContain(one);
  });

  it('is not kept by a proposal whose record is gone', async () => {
    const { store, redis } = connect();
    await store.create(named(one));
    await store.create(named(two));
    await store.step(one, take(approveBy('U0APPROVE')));
    await redis.del(`${prefix}:proposal:${one}`);
    expect(await store.step(two, take(approveBy('U0APPROVE')))).toMatchObject({ state: 'done' });
  });

  const having: readonly ProposalState[] = ['approved', 'trying', 'applying', 'applied'];
  it.each(['pending', 'verified', 'rejected', 'failed', 'rehearsed', 'rolled-back', ...having] as const)(
    'of one that is %s',
    (state) => {
      const it = proposal({ state, application: application({ deployedAt: null }) });
      expect(hasDistribution(it)).toBe(having.includes(state));
    },
  );
});

describe('the list of open proposals', () => {
  it('keeps one that moved on while it was being settled', async () => {
    const { store } = connect();
    await store.create(proposal());
    await store.step(proposal().id, take(approveBy('U0APPROVE')));
    await store.settle(proposal().id, 1);
    expect(await store.listOpen()).toEqual([proposal().id]);
    await store.settle(proposal().id, 2);
    expect(await store.listOpen()).toEqual([]);
  });
});
