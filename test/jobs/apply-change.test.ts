/** Applying an approved change: sent once with the change role, and every way in which AWS can answer ends in the right state with a sentence. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultRule } from '../world/aws/faults.js';
import { changeRole } from '../world/change-roles.js';
import { approver, type ChangeWorld, type ChangeWorldOptions, startChangeWorld } from './change-world.js';

let world: ChangeWorld;

async function start(options: ChangeWorldOptions = {}): Promise<ChangeWorld> {
  world = await startChangeWorld(options);
  return world;
}
afterEach(() => world.stop());

const update = { operation: 'UpdateDistribution' } as const;
const updates = () => world.aws.calls.filter(({ operation }) => operation === 'UpdateDistribution');

describe('an approved change', () => {
  it('is sent once, by the change role in the name of the approver, and changes one leaf', async () => {
    await start();
    const { id } = await world.propose();
    expect(await world.approve(id)).toMatchObject({ state: 'done' });
    const applied = await world.untilState(id, 'applied');
    expect(world.aws.writes).toMatchObject([
      {
        subject: world.distributionId,
        principal: {
          assumedRole: { roleArn: changeRole, sessionName: `cf502-${approver}`, tags: { SlackUser: approver } },
        },
        changed: [{ path: 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout', before: 30, after: 60 }],
      },
    ]);
    expect(applied.application).toMatchObject({
      requestId: world.aws.writes[0]?.requestId,
      etagAfter: world.aws.distribution(world.distributionId).etag,
    });
    expect(updates()).toHaveLength(1);
  });

  it('could not have been made by the session for anything but this distribution', async () => {
    await start();
    const other = world.aws.putDistribution().id;
    const { id } = await world.propose();
    await world.approve(id);
    await world.untilState(id, 'applied');
    const policies = world.aws.writes[0]?.principal.policies ?? [];
    expect(JSON.stringify(policies.at(-1))).toContain(world.distributionId);
    expect(JSON.stringify(policies.at(-1))).not.toContain(other);
    expect(JSON.stringify(policies.at(-1))).not.toContain('"*"');
  });

  it('that is a dry run says exactly what it would have sent, and nothing is', async () => {
    await start({ mode: 'dry-run' });
    const { id } = await world.propose();
    await world.approve(id);
    const over = await world.untilState(id, 'rehearsed');
    expect(over.history.at(-1)?.note).toContain(
      `UpdateDistribution of ${world.distributionId} with If-Match ${world.aws.distribution(world.distributionId).etag}`,
    );
    expect(over.history.at(-1)?.note).toContain('from 30 to 60');
    expect(world.aws.calls.filter(({ assumedRole }) => assumedRole?.roleArn === changeRole)).toEqual([]);
    expect(updates()).toEqual([]);
  });
});

describe('what moved between the approval and the write', () => {
  it('elsewhere in the distribution is noted, and the change is made on top of it', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, Comment: 'changed by a deploy' }));
    await world.approve(id);
    const applied = await world.untilState(id, 'applied');
    expect(applied.history.map(({ event }) => event)).toContain('rebase');
    expect(world.aws.distribution(world.distributionId).config.Comment).toBe('changed by a deploy');
    expect(world.readTimeout()).toBe(60);
  });

  it.each([
    ['the value itself', 45, 'The value is now 45 s'],
    ['another setting of the origin', undefined, 'Other settings of the same origin were changed'],
  ])('%s voids the approval, and the new state has to be approved', async (_what, seconds, sentence) => {
    await start();
    const { id } = await world.propose();
    world.aws.editDistribution(world.distributionId, (config) => {
      const custom = config.Origins?.Items?.[0]?.CustomOriginConfig;
      if (custom !== undefined && seconds !== undefined) custom.OriginReadTimeout = seconds;
      else if (custom !== undefined) custom.OriginKeepaliveTimeout = 9;
      return config;
    });
    await world.approve(id);
    const asked = await world.until(id, ({ history }) => history.at(-1)?.event === 'void');
    expect(asked).toMatchObject({ state: 'pending', approvals: [] });
    expect(asked.history.at(-1)?.note).toContain(sentence);
    expect(updates()).toEqual([]);
    await world.approve(id);
    await world.untilState(id, 'applied');
    expect(world.readTimeout()).toBe(60);
  });

  it('to the very value is said, and nothing is sent', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.editDistribution(world.distributionId, (config) => {
      const custom = config.Origins?.Items?.[0]?.CustomOriginConfig;
      if (custom !== undefined) custom.OriginReadTimeout = 60;
      return config;
    });
    await world.approve(id);
    expect(await world.untilState(id, 'failed')).toMatchObject({ failure: expect.stringContaining('60 s already') });
    expect(updates()).toEqual([]);
  });

  it('in the instant of the write (412) is never overwritten: it is read again and has to be approved anew', async () => {
    await start();
    const { id } = await world.propose();
    const held = world.aws.hold({ ...update, when: 'before' });
    await world.approve(id);
    await held.reached;
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, Comment: 'in the same instant' }));
    held.release();
    const asked = await world.until(id, ({ history }) => history.at(-1)?.event === 'void');
    expect(asked).toMatchObject({ state: 'pending', approvals: [], application: null });
    expect(asked.binding.etag).toBe(world.aws.distribution(world.distributionId).etag);
    expect(world.aws.writes).toEqual([]);
    await world.approve(id);
    await world.untilState(id, 'applied');
    expect(updates().map(({ status }) => status)).toEqual([412, 200]);
  });
});

describe('an answer of AWS', () => {
  const coded = (status: number, code: string): FaultRule => ({ ...update, how: { status, code }, times: 1 });
  it.each<[string, FaultRule, string, string]>([
    ['AccessDenied', { ...update, how: 'access-denied', times: 1 }, 'failed', 'Allow cloudfront:UpdateDistribution'],
    ['throttling', { ...update, how: 'throttled', times: 1 }, 'pending', 'asked us to slow down'],
    ['IllegalUpdate', coded(400, 'IllegalUpdate'), 'failed', 'does not allow the update'],
    [
      'InvalidOriginReadTimeout',
      coded(400, 'InvalidOriginReadTimeout'),
      'failed',
      'does not accept this read time-out',
    ],
    ['InvalidArgument', coded(400, 'InvalidArgument'), 'failed', 'Look at the other time-outs'],
    ['NoSuchOrigin', coded(404, 'NoSuchOrigin'), 'failed', 'leads to an origin that no longer exists'],
    ['TooManyOrigins', coded(400, 'TooManyOrigins'), 'failed', 'ask AWS support'],
    ['an unheard-of refusal', coded(400, 'SomethingNew'), 'failed', 'SomethingNew'],
  ])('%s ends it as it should, with nothing changed and one request', async (_what, rule, state, sentence) => {
    await start();
    const { id } = await world.propose();
    world.aws.fail(rule);
    await world.approve(id);
    const ended = await world.until(id, ({ history }) => ['fail', 'void'].includes(history.at(-1)?.event ?? ''));
    expect(ended.state).toBe(state);
    expect(ended.history.at(-1)?.note).toContain(sentence);
    expect(ended.history.at(-1)?.note).toContain('nothing was changed');
    expect(world.aws.writes).toEqual([]);
    expect(updates()).toHaveLength(1);
  });

  it.each<[string, FaultRule, string]>([
    ['never, though it was carried out', { ...update, how: 'hang-after', times: 1 }, 'applied'],
    ['by a broken connection, after it was carried out', { ...update, how: 'reset-after', times: 1 }, 'applied'],
    ['with half of the answer', { ...update, how: 'cut', times: 1 }, 'applied'],
    ['never, and it was not carried out', { ...update, how: 'hang', times: 1 }, 'failed'],
    ['by a broken connection, before it was carried out', { ...update, how: 'reset', times: 1 }, 'failed'],
    ['with 500', { ...update, how: 'server-error', times: 1 }, 'failed'],
    ['with 503', { ...update, how: 'unavailable', times: 1 }, 'failed'],
  ])('that comes %s is resolved by reading, and never by sending again', async (_what, rule, state) => {
    await start();
    const { id } = await world.propose();
    world.aws.fail(rule);
    await world.approve(id);
    const ended = await world.untilState(id, 'applied', 'failed');
    expect(ended.state).toBe(state);
    expect(world.aws.writes).toHaveLength(state === 'applied' ? 1 : 0);
    expect(updates()).toHaveLength(1);
    if (state === 'failed') expect(ended.failure).toContain('still holds 30 s');
  });

  it('to the role: one that may not be assumed is told with its remedy', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.fail({ operation: 'AssumeRole', body: 'cf502-change', how: 'access-denied' });
    await world.approve(id);
    const ended = await world.untilState(id, 'failed');
    expect(ended.failure).toContain('sts:AssumeRole');
    expect(ended.failure).toContain('Nothing was changed');
    expect(updates()).toEqual([]);
  });

  it('that asks to slow down before anything was sent is waited for', async () => {
    await start();
    const { id } = await world.propose();
    world.aws.fail({ operation: 'AssumeRole', body: 'cf502-change', how: 'throttled', times: 1 });
    await world.approve(id);
    const applied = await world.untilState(id, 'applied');
    expect(applied.history.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['begin', 'retry', 'begin', 'send', 'applied']),
    );
    expect(updates()).toHaveLength(1);
  });
});

describe('two clicks at the same instant', () => {
  it('from several desks apply it once', async () => {
    await start();
    const desks = await Promise.all(Array.from({ length: 6 }, () => world.anotherDesk()));
    const { id } = await world.propose();
    const results = await Promise.all(
      desks.map((desk, index) =>
        desk.decide(id, { kind: 'approve', userId: index % 2 === 0 ? approver : 'U0APPROV2', groups: [] }, new Date()),
      ),
    );
    expect(results.filter(({ state }) => state === 'done')).toHaveLength(1);
    for (const result of results)
      if (result.state === 'refused') expect(result.because).toMatch(/already|at this moment/);
    await world.untilState(id, 'applied');
    expect(updates()).toHaveLength(1);
  });

  it('an approval and a revocation: whichever was first holds', async () => {
    await start();
    const { id } = await world.propose();
    const [approved, revoked] = await Promise.all([
      world.approve(id),
      world.changes.decide(id, { kind: 'revoke', userId: 'U0ONCALL1', groups: [] }, new Date()),
    ]);
    const ended = await world.untilState(id, 'applied', 'revoked');
    expect([approved.state, revoked.state]).toContain('done');
    expect(world.aws.writes).toHaveLength(ended.state === 'applied' ? 1 : 0);
  });

  it('on two proposals of one distribution: the second is told why it has to wait', async () => {
    await start();
    const [one, two] = [await world.propose(), await world.propose({ originId: 'static' })];
    const results = await Promise.all([world.approve(one.id), world.approve(two.id)]);
    const refused = results.find(({ state }) => state === 'refused');
    expect(refused).toMatchObject({ because: expect.stringContaining('One change at a time') });
    expect(results.filter(({ state }) => state === 'done')).toHaveLength(1);
  });
});

describe('a proposal that is no longer there', () => {
  it('cannot be approved, and the person is told', async () => {
    await start();
    const { id } = await world.propose();
    await world.services.redis.flushdb();
    expect(await world.approve(id)).toMatchObject({
      state: 'refused',
      because: expect.stringContaining('no longer known'),
      proposal: null,
    });
    expect(updates()).toEqual([]);
  });
});
