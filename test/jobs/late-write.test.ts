/** A write that AWS gets, or answers, late: never given up before its time, never sent again, and put right where it was carried out after all. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { takeStep } from '../../src/remediation/life.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { approver, type ChangeWorld, type ChangeWorldOptions, channelId, startChangeWorld } from './change-world.js';

let world: ChangeWorld;

async function start(options: ChangeWorldOptions = {}): Promise<ChangeWorld> {
  world = await startChangeWorld(options);
  return world;
}
afterEach(() => world.stop());

const updates = () => world.aws.calls.filter(({ operation }) => operation === 'UpdateDistribution');
const events = async (id: string) => (await world.until(id, () => true)).history.map(({ event }) => event);
const holdWrite = () => world.aws.hold({ operation: 'UpdateDistribution', when: 'before' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const told = () =>
  world.slack
    .messages(channelId)
    .flatMap(({ ts }) => world.slack.thread(channelId, ts))
    .map((message) => renderAsText(message));

describe('a write that is late', () => {
  it('is waited for as long as it may take, whatever the clock of the worker says', async () => {
    await start();
    const { id } = await world.propose();
    const held = holdWrite();
    await world.approve(id);
    await held.reached;
    world.pass(600_000);
    // The client has given up by now, and the settling time is not over.
    await pause(1_000);
    held.release('deliver');
    await world.untilState(id, 'applied', 'failed');
    expect(await events(id)).not.toContain('fail');
    expect(updates()).toHaveLength(1);
  });

  it('is not sent by a worker that was held up after its claim', async () => {
    await start({ pace: { sendWithinMs: 0 } });
    const { id } = await world.propose();
    await world.approve(id);
    expect(await world.untilState(id, 'failed', 'applied')).toMatchObject({ state: 'failed' });
    expect(updates()).toEqual([]);
  });

  it('and was given up turns out to be applied: told, watched, and taken back where somebody wants it', async () => {
    await start();
    const { id } = await world.propose();
    const held = holdWrite();
    await world.approve(id);
    await held.reached;
    const given = await world.untilState(id, 'failed');
    expect(given.failure).toContain('still holds 30 s');
    held.release('deliver');
    const applied = await world.untilState(id, 'applied');
    expect(applied).toMatchObject({
      failure: null,
      history: expect.arrayContaining([expect.objectContaining({ event: 'turned-out-applied' })]),
    });
    expect(world.readTimeout()).toBe(60);
    await world.until(id, () => told().some((text) => text.includes('It turned out to be applied.')));
    world.aws.deploy(world.distributionId);
    await world.until(id, ({ application }) => application?.deployedAt !== null);
    const back = await world.propose({ rollbackOf: id, reason: null });
    await world.approve(back.id);
    await world.untilState(id, 'rolled-back');
    expect(world.readTimeout()).toBe(30);
  });

  it('and was given up stays failed where it never came', async () => {
    await start({ pace: { secondLooksMs: [1_900, 2_300] } });
    const { id } = await world.propose();
    world.aws.fail({ operation: 'UpdateDistribution', how: 'reset', times: 1 });
    await world.approve(id);
    await world.untilState(id, 'failed');
    await pause(1_500);
    expect(await events(id)).not.toContain('turned-out-applied');
  });

  it('is not claimed for one proposal where another has set the same value since', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.fail({ operation: 'UpdateDistribution', how: 'reset', times: 1 });
    await world.approve(id);
    await world.untilState(id, 'failed');
    const again = await world.propose();
    await world.approve(again.id);
    await world.untilState(again.id, 'applied');
    await pause(1_500);
    expect(await events(id)).not.toContain('turned-out-applied');
  });

  it('and is answered after it was given up is put right by the answer, with its request id', async () => {
    await start({ pace: { writeTimeoutMs: 6_000, secondLooksMs: [] } });
    const { id } = await world.propose();
    const held = holdWrite();
    await world.approve(id);
    await held.reached;
    // Another worker, which takes the first one for dead.
    await pause(2_000);
    const { proposals } = world.services.changes;
    await proposals.step(id, (one) =>
      takeStep(one, { name: 'fail', at: new Date().toISOString(), because: 'Given up.' }),
    );
    held.release();
    const applied = await world.untilState(id, 'applied');
    expect(applied.application?.requestId).toBe(world.aws.writes[0]?.requestId);
    expect(applied.history.at(-1)).toMatchObject({ requestId: world.aws.writes[0]?.requestId });
  });
});

describe('the audit log', () => {
  it('holds the request id although it could not be written beside the write', async () => {
    await start();
    const { audit } = world.services.changes;
    const append = audit.append.bind(audit);
    Object.assign(audit, {
      append: (event: Parameters<typeof append>[0]) =>
        event.action === 'aws.write.taken' ? Promise.reject(new Error('Redis is away.')) : append(event),
    });
    const { id } = await world.propose();
    await world.approve(id);
    await world.untilState(id, 'applied');
    const requestId = world.aws.writes[0]?.requestId;
    await world.until(id, () => told().some((text) => text.includes('Applied')));
    const entries = await audit.read(1, 100);
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'proposal.applied', facts: expect.objectContaining({ requestId }) }),
    );
  });

  it('holds the request id of a refusal', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.fail({ operation: 'UpdateDistribution', how: { status: 400, code: 'IllegalUpdate' }, times: 1 });
    await world.approve(id);
    const failed = await world.untilState(id, 'failed');
    expect(failed.history.at(-1)?.requestId).toMatch(/./);
  });

  it('holds a click on a proposal that is no longer known', async () => {
    await start();
    await world.changes.decide('prp_gone00000000', { kind: 'approve', userId: approver, groups: [] }, new Date());
    expect(await world.services.changes.audit.read(1, 10)).toContainEqual(
      expect.objectContaining({ action: 'decision.refused', actor: approver, subject: 'prp_gone00000000' }),
    );
  });
});
