/** What was approved is judged again when it is applied: by what is live then, by the policy of then, by who may approve then. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChangePolicy } from '../../src/remediation/change-policy.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import {
  approver,
  type ChangeWorld,
  type ChangeWorldOptions,
  channelId,
  requester,
  startChangeWorld,
} from './change-world.js';

let world: ChangeWorld;

async function start(options: ChangeWorldOptions = {}): Promise<ChangeWorld> {
  world = await startChangeWorld(options);
  return world;
}
afterEach(() => world.stop());

const updates = () => world.aws.calls.filter(({ operation }) => operation === 'UpdateDistribution');
const threads = () => world.slack.messages(channelId).flatMap(({ ts }) => world.slack.thread(channelId, ts));
const told = () => threads().map((message) => renderAsText(message));
const second = 'U0APPROV2';
const byGroup = '  approvers:\n    groups: [S0APPROVE]\n';

/** The policy file as it reads after a restart of the worker. */
function amend(changes: Partial<ChangePolicy>): void {
  const policy = world.services.policy.changes;
  if (policy === undefined) throw new Error('no policy');
  Object.assign(policy, changes);
}

function setTimeouts(values: {
  OriginReadTimeout?: number;
  OriginKeepaliveTimeout?: number;
  completion?: number;
}): void {
  const { completion, ...custom } = values;
  world.aws.editDistribution(world.distributionId, (config) => {
    const origin = config.Origins?.Items?.[0];
    if (origin?.CustomOriginConfig !== undefined) Object.assign(origin.CustomOriginConfig, custom);
    if (origin !== undefined && completion !== undefined) origin.ResponseCompletionTimeout = completion;
    return config;
  });
}

describe('bounds', () => {
  it('hold for the step from what is live by then, which somebody else has set', async () => {
    await start();
    const { id } = await world.propose({ after: 90 });
    setTimeouts({ OriginReadTimeout: 5 });
    await world.approve(id);
    const ended = await world.untilState(id, 'failed', 'applied');
    expect(ended.failure).toContain('The value is now 5 s. From 5 s to 90 s is more than the');
    expect(updates()).toEqual([]);
  });

  it('hold as the policy file has them by then', async () => {
    await start();
    const { id } = await world.propose();
    await world.approveUnseen(id, () => amend({ bounds: { 'read-timeout': { min: 1, max: 45, largestStep: 60 } } }));
    const ended = await world.untilState(id, 'failed', 'applied');
    expect(ended.failure).toContain('60 s is out of range');
    expect(updates()).toEqual([]);
  });

  it('hold beside the other time-outs as they are by then', async () => {
    await start();
    const { id } = await world.propose();
    setTimeouts({ completion: 50 });
    await world.approve(id);
    const ended = await world.untilState(id, 'failed', 'applied');
    expect(ended.failure).toContain('must not be below the read time-out');
    expect(updates()).toEqual([]);
  });

  it('do not keep a change from being taken back', async () => {
    await start();
    const { id } = await world.propose();
    await world.approve(id);
    await world.untilState(id, 'applied');
    const back = await world.propose({ rollbackOf: id, reason: null });
    amend({ bounds: { 'read-timeout': { min: 40, max: 60, largestStep: 1 } } });
    await world.approve(back.id);
    await world.untilState(back.id, 'applied');
    expect(world.readTimeout()).toBe(30);
  });
});

it('a roll-back whose original somebody has replaced is no roll-back any more', async () => {
  await start();
  const { id } = await world.propose();
  await world.approve(id);
  await world.untilState(id, 'applied');
  const back = await world.propose({ rollbackOf: id, reason: null });
  setTimeouts({ OriginReadTimeout: 20 });
  await world.approve(back.id);
  const ended = await world.untilState(back.id, 'failed', 'applied', 'rejected');
  expect(ended.failure).toContain('nothing to take back any more');
  expect(world.readTimeout()).toBe(20);
});

it('what is asked again says what it reaches by now', async () => {
  await start();
  const { id, blastRadius, forecast } = await world.propose();
  expect(blastRadius.aliases).not.toContain('new.example.com');
  setTimeouts({ OriginReadTimeout: 45 });
  world.aws.editDistribution(world.distributionId, (config) => ({
    ...config,
    Aliases: { Quantity: 1, Items: ['new.example.com'] },
  }));
  await world.approve(id);
  const asked = await world.until(id, ({ history }) => history.at(-1)?.event === 'void');
  expect(asked).toMatchObject({ change: { before: 45, after: 60 }, blastRadius: { aliases: ['new.example.com'] } });
  expect(asked.forecast.stance).toBe(forecast.stance);
});

describe('at application the policy of then', () => {
  const two = `  approvers:\n    users: [${approver}, ${second}]\n    quorum: 2\n`;
  it.each<[string, string | undefined, Partial<ChangePolicy>, string]>([
    ['is a dry run', undefined, { mode: 'dry-run' }, 'set to dry run'],
    ['has closed the window', undefined, { windows: [] }, 'may not be applied at this time'],
    ['no longer has the distribution', undefined, { distributions: [] }, 'no longer lets cf502 change distribution'],
    [
      'asks for more approvals',
      undefined,
      { approvers: { users: [approver, second], groups: [], quorum: 2, selfApproval: false } },
      'now asks for 2 approvals, and there are 1',
    ],
    [
      'no longer has one of two approvers',
      two,
      { approvers: { users: [approver, 'U0OTHER'], groups: [], quorum: 2, selfApproval: false } },
      '2 are needed, and 1 stands',
    ],
  ])('%s', async (_what, policy, change, because) => {
    await start(policy === undefined ? {} : { policy });
    const { id } = await world.propose();
    if (policy !== undefined) await world.approve(id);
    await world.approveUnseen(id, () => amend(change), policy === undefined ? approver : second);
    const ended = await world.untilState(id, 'failed', 'applied');
    expect(ended.failure).toContain(because);
    expect(ended.failure).toContain('Nothing was changed');
    expect(updates()).toEqual([]);
  });

  it('counts no earlier approval of one who was taken off before the last', async () => {
    await start({ policy: `  approvers:\n    users: [${approver}, ${second}, ${requester}]\n    quorum: 2\n` });
    const { id } = await world.propose();
    await world.approve(id);
    amend({ approvers: { users: [second], groups: [], quorum: 2, selfApproval: false } });
    expect(await world.approve(id, second)).toMatchObject({ state: 'done', proposal: { state: 'pending' } });
    expect(updates()).toEqual([]);
  });
});

describe('an approval by group', () => {
  const approveByGroup = (id: string) =>
    world.changes.decide(id, { kind: 'approve', userId: approver, groups: ['S0APPROVE'] }, new Date());
  const group = (members: readonly string[]) => {
    world.slack.setUserGroup({ id: 'S0APPROVE', handle: 'approvers', members });
  };

  it('counts while Slack says that they are in it', async () => {
    await start({ policy: byGroup });
    group([approver]);
    const { id } = await world.propose();
    await approveByGroup(id);
    await world.untilState(id, 'applied');
    expect(world.readTimeout()).toBe(60);
  });

  it('counts no more when they were taken out of it since', async () => {
    await start({ policy: byGroup });
    group([second]);
    const { id } = await world.propose();
    await approveByGroup(id);
    expect(await world.untilState(id, 'failed', 'applied')).toMatchObject({
      failure: expect.stringContaining('no longer counts'),
    });
    expect(updates()).toEqual([]);
  });

  it('waits, told once, while Slack does not say, and goes on when it does', async () => {
    await start({ policy: byGroup });
    group([approver]);
    const { id } = await world.propose();
    const rule = world.slack.answer('usergroups.users.list', { kind: 'error', error: 'internal_error' });
    await approveByGroup(id);
    await world.until(id, ({ history }) => history.at(-1)?.event === 'hold');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(updates()).toEqual([]);
    const held = await world.until(id, () => true);
    expect(held.history.filter(({ event }) => event === 'hold')).toHaveLength(1);
    rule.stop();
    await world.untilState(id, 'applied');
    await world.until(id, () => told().some((text) => text.includes('Slack does not say who is in the approver')));
  });
});
