/** What a trial makes of the answers of AWS: refused, lost, sent and lost. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { startTrialWorld, type TrialWorld } from './trial-world.js';

let world: TrialWorld;
afterEach(() => world.stop());

const writes = () => world.aws.writes.map(({ operation }) => operation);

/** Up to the decision. */
async function compared(live: readonly [number, number], staging: readonly [number, number]): Promise<string> {
  const { id } = await world.propose();
  expect(await world.approveAsTrial(id)).toMatchObject({ state: 'done' });
  await world.untilCompared(id, live, staging);
  return id;
}

describe('an answer of AWS', () => {
  it.each([
    ['CopyDistribution', 'access-denied'],
    ['CreateContinuousDeploymentPolicy', 'access-denied'],
    ['UpdateContinuousDeploymentPolicy', 'access-denied'],
  ] as const)('%s refused: the trial ends, with the reason and nothing left', async (operation, how) => {
    world = await startTrialWorld();
    world.aws.fail({ operation, how, times: 1 });
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.eventually('an end', async () => (await world.services.changes.proposals.read(id))?.state === 'failed');
    expect((await world.services.changes.proposals.read(id))?.failure).toContain(operation);
    expect(world.isClean()).toBe(true);
  });

  it.each([
    ['CopyDistribution', 'hang-after'],
    ['CopyDistribution', 'reset-after'],
    ['CreateContinuousDeploymentPolicy', 'reset-after'],
    ['UpdateContinuousDeploymentPolicy', 'reset-after'],
  ] as const)('%s lost (%s): what was made is found, and the trial goes on', async (operation, how) => {
    world = await startTrialWorld();
    world.aws.fail({ operation, how, times: 1 });
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilTrial(id, 'by-weight');
    expect(writes().filter((each) => each === operation)).toHaveLength(1);
  });

  it.each(['reset-after', 'hang-after'] as const)(
    'of the promotion lost (%s): it is read and not sent again',
    async (how) => {
      world = await startTrialWorld();
      const id = await compared([20_000, 4], [2_000, 0]);
      world.aws.fail({ operation: 'UpdateDistributionWithStagingConfig', how, times: 1 });
      await world.decideTrial(id, 'promote-trial');
      await world.untilState(id, 'applied');
      await world.eventually('a clean account', () => world.isClean());
      expect(writes().filter((each) => each === 'UpdateDistributionWithStagingConfig')).toHaveLength(1);
      expect(world.readTimeout()).toBe(60);
    },
  );

  it('of the promotion that never left: nothing is changed, and everything is taken away', async () => {
    world = await startTrialWorld();
    const id = await compared([20_000, 4], [2_000, 0]);
    world.aws.fail({ operation: 'UpdateDistributionWithStagingConfig', how: 'reset', times: 1 });
    await world.decideTrial(id, 'promote-trial');
    await world.eventually('an end', async () => (await world.services.changes.proposals.read(id))?.state === 'failed');
    expect(world.isClean()).toBe(true);
    expect(world.readTimeout()).toBe(30);
  });

  it('that forbids the cleaning: what remains is named to a person', async () => {
    world = await startTrialWorld();
    world.aws.fail({ operation: 'DeleteDistribution', how: 'access-denied' });
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilTrial(id, 'by-weight');
    await world.decideTrial(id, 'end-trial');
    await world.eventually('an end', async () => (await world.services.changes.proposals.read(id))?.state === 'failed');
    const { failure } = (await world.services.changes.proposals.read(id)) ?? {};
    expect(failure).toContain(`the staging distribution ${world.aws.stagingDistributions()[0]}`);
    expect(failure).toContain('cloudfront:DeleteDistribution');
  });
});
