/** A change tried by continuous deployment, from the approval to the promotion or the end, with nothing left behind. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { changeRole } from '../world/change-roles.js';
import { approver, requester } from './change-world.js';
import { startTrialWorld, type TrialWorld, trialPolicy } from './trial-world.js';

let world: TrialWorld;
afterEach(() => world.stop());

const minutes = (count: number): number => count * 60_000;
const writes = () => world.aws.writes.map(({ operation }) => operation);
const leaf = 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout';

/** Up to the decision. */
async function compared(live: readonly [number, number], staging: readonly [number, number]): Promise<string> {
  const { id } = await world.propose();
  expect(await world.approveAsTrial(id)).toMatchObject({ state: 'done' });
  await world.untilCompared(id, live, staging);
  return id;
}

describe('a trial', () => {
  it('is set up, compared, promoted and taken away, and the change goes on as every applied one', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [2_000, 0]);
    const before = await world.trial(id);
    expect(before).toMatchObject({ state: 'compared', comparison: { outcome: 'better' } });
    expect(before?.headerCheck).toContain('probes.throughTheEdge is off');
    expect(world.readTimeout()).toBe(30);
    expect(await world.services.changes.proposals.read(id)).toMatchObject({ state: 'trying' });

    expect(await world.decideTrial(id, 'promote-trial')).toMatchObject({ state: 'done' });
    await world.untilState(id, 'applied');
    expect(world.readTimeout()).toBe(60);
    await world.eventually('deployed', async () => {
      const proposal = await world.services.changes.proposals.read(id);
      return (proposal?.application?.deployedAt ?? null) !== null;
    });
    await world.eventually('a clean account', () => world.isClean());
    expect(await world.trial(id)).toMatchObject({ state: 'promoted', failure: null });
    expect(writes()).toEqual([
      'CopyDistribution',
      'UpdateDistribution',
      'CreateContinuousDeploymentPolicy',
      'UpdateDistribution',
      'UpdateContinuousDeploymentPolicy',
      'UpdateDistributionWithStagingConfig',
      'UpdateDistribution',
      'DeleteContinuousDeploymentPolicy',
      'UpdateDistribution',
      'DeleteDistribution',
    ]);
    const promotion = world.aws.writes.find(({ operation }) => operation === 'UpdateDistributionWithStagingConfig');
    expect(promotion).toMatchObject({
      changed: [{ path: leaf, before: 30, after: 60 }],
      principal: { assumedRole: { roleArn: changeRole, tags: { SlackUser: approver } } },
    });
    const proposal = await world.services.changes.proposals.read(id);
    expect(proposal?.application?.etagAfter).toBe(world.aws.distribution(world.distributionId).etag);
    expect(proposal?.approvals).toMatchObject([{ userId: approver, way: 'trial' }]);
    await world.eventually('settled', async () => (await world.services.changes.trials.listOpen()).length === 0);
  });

  it('makes every write under a session that is cut to what it writes', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [2_000, 0]);
    const staging = (await world.trial(id))?.remains.stagingDistributionId ?? '';
    for (const { operation, subject, principal } of world.aws.writes) {
      const cut = JSON.stringify(principal.policies.at(-1));
      if (operation === 'UpdateDistribution') expect(cut).toContain(`distribution/${subject}`);
      if (operation === 'UpdateDistribution') expect(cut).not.toContain('distribution/*');
      if (subject === world.distributionId) expect(cut).not.toContain(staging);
    }
    const intents = (await world.changes.audit.read(1, 500)).filter(({ action }) => action === 'aws.write');
    expect(intents.map(({ facts }) => facts['trial'])).toEqual([
      'copy',
      'change-staging',
      'create-policy',
      'attach-policy',
      'shift-to-weight',
    ]);
  });

  it('that is worse is ended by cf502 itself, and everything is taken away', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 1], [2_000, 30]);
    await world.eventually(
      'an end',
      async () => (await world.services.changes.proposals.read(id))?.state === 'revoked',
    );
    const ended = await world.untilState(id, 'revoked');
    expect(ended.history.at(-1)).toMatchObject({ event: 'end-trial', by: null });
    expect(ended.history.at(-1)?.note).toContain('Worse');
    expect(world.isClean()).toBe(true);
    expect(world.readTimeout()).toBe(30);
    expect(await world.decideTrial(id, 'promote-trial')).toMatchObject({ state: 'refused' });
  });

  it('is not promoted on too few requests, which is said', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [10, 0]);
    expect((await world.trial(id))?.comparison?.outcome).toBe('too-few');
    const refused = await world.decideTrial(id, 'promote-trial');
    expect(refused).toMatchObject({ state: 'refused', because: expect.stringContaining('Too little was compared') });
  });

  it.each([
    ['the person who asked', requester],
    ['an approver', approver],
  ])('is ended by %s at any time, and everything is taken away', async (_who, userId) => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilTrial(id, 'changed', 'by-header');
    expect(await world.decideTrial(id, 'end-trial', 'U0STRANGE')).toMatchObject({ state: 'refused' });
    expect(await world.decideTrial(id, 'end-trial', userId)).toMatchObject({ state: 'done' });
    await world.eventually(
      'an end',
      async () => (await world.services.changes.proposals.read(id))?.state === 'revoked',
    );
    expect(world.isClean()).toBe(true);
    expect(world.readTimeout()).toBe(30);
  });

  it('is ended when nobody decides', async () => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilTrial(id, 'by-weight');
    world.pass(minutes(4 * 60 + 1));
    await world.eventually(
      'an end',
      async () => (await world.services.changes.proposals.read(id))?.state === 'revoked',
    );
    expect(world.isClean()).toBe(true);
  });

  it('keeps its distribution from another change', async () => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    const other = await world.propose({ originId: 'static' });
    await world.approveAsTrial(id);
    await world.untilState(id, 'trying');
    expect(await world.approve(other.id)).toMatchObject({
      state: 'refused',
      because: expect.stringContaining('is on trial'),
    });
  });
});

describe('the approval as a trial', () => {
  it('needs the quorum like any other, and one of them makes it a trial', async () => {
    world = await startTrialWorld({ policy: trialPolicy(2) });
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    expect(await world.services.changes.proposals.read(id)).toMatchObject({ state: 'pending' });
    expect(await world.approveAsTrial(id)).toMatchObject({ state: 'refused' });
    expect(await world.approveAsTrial(id, requester)).toMatchObject({ state: 'refused' });
    expect(await world.approve(id, 'U0APPROV2')).toMatchObject({ state: 'done' });
    await world.untilState(id, 'trying');
    await world.untilTrial(id, 'by-header', 'by-weight');
    expect(world.readTimeout()).toBe(30);
  });

  it('is refused where the policy file has no trial', async () => {
    world = await startTrialWorld({ policy: `  approvers:\n    users: [${approver}]\n` });
    const { id } = await world.propose();
    expect(await world.approveAsTrial(id)).toMatchObject({
      state: 'refused',
      because: expect.stringContaining('has no changes.trial'),
    });
  });

  it('is refused for HTTP/3, and the proposal says so', async () => {
    world = await startTrialWorld();
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, HttpVersion: 'http2and3' }));
    world.aws.deploy(world.distributionId);
    const { id, trialRefusal } = await world.propose();
    expect(trialRefusal).toContain('HTTP/3');
    expect(await world.approveAsTrial(id)).toMatchObject({ state: 'refused', because: trialRefusal });
    expect(await world.approve(id)).toMatchObject({ state: 'done' });
  });

  it('of a distribution that has become unfit since changes nothing', async () => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, HttpVersion: 'http3' }));
    world.aws.deploy(world.distributionId);
    await world.approveAsTrial(id);
    expect(await world.untilState(id, 'failed')).toMatchObject({ failure: expect.stringContaining('HTTP/3') });
    expect(writes()).toEqual([]);
  });

  it('of a dry run says the steps and sends nothing', async () => {
    world = await startTrialWorld({ mode: 'dry-run' });
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    const over = await world.untilState(id, 'rehearsed');
    expect(over.history.at(-1)?.note).toContain('1. Copies the distribution to a staging distribution');
    expect(writes()).toEqual([]);
  });
});

describe('what changed while it was on trial', () => {
  it('of the same origin keeps it from being promoted, and everything is taken away', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [2_000, 0]);
    world.aws.editDistribution(world.distributionId, (config) => {
      const custom = config.Origins?.Items?.[0]?.CustomOriginConfig;
      if (custom !== undefined) custom.OriginKeepaliveTimeout = 9;
      return config;
    });
    await world.decideTrial(id, 'promote-trial');
    await world.eventually('an end', async () => (await world.services.changes.proposals.read(id))?.state === 'failed');
    expect(await world.services.changes.proposals.read(id)).toMatchObject({
      failure: expect.stringContaining('no longer holds'),
    });
    expect(world.isClean()).toBe(true);
    expect(writes()).not.toContain('UpdateDistributionWithStagingConfig');
  });

  it('elsewhere would be undone by a promotion, so it is not promoted', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [2_000, 0]);
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, Comment: 'of a deploy' }));
    await world.decideTrial(id, 'promote-trial');
    await world.eventually('an end', async () => (await world.services.changes.proposals.read(id))?.state === 'failed');
    expect(await world.services.changes.proposals.read(id)).toMatchObject({
      failure: expect.stringContaining('would change Comment'),
    });
    expect(world.aws.distribution(world.distributionId).config.Comment).toBe('of a deploy');
    expect(world.isClean()).toBe(true);
  });
});
