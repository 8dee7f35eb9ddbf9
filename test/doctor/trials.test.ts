/** What the doctor says of the permissions for trials, with the change role of iam/change.json and iam/change-trial.json. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DoctorWorld,
  distributionId,
  fullPolicy,
  readGrants,
  roles,
  startDoctorWorld,
  troubles,
} from './doctor-world.js';

let world: DoctorWorld;
beforeAll(async () => {
  world = await startDoctorWorld();
});
afterAll(() => world.stop());
afterEach(() => expect(world.aws.writes).toEqual([]));

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

const trialFile = readFileSync('iam/change-trial.json', 'utf8').replaceAll('111122223333', '123456789012');
const trialActions = (JSON.parse(trialFile) as Document).Statement.flatMap(({ Action }) => Action);
const withTrials = fullPolicy.replace('  distributions: [', '  trial: {}\n  distributions: [');

/** @param without taken out of what trials need; what a change needs stays. */
function grantTrials(without?: string): void {
  const change = JSON.parse(readGrants('change')) as Document;
  const trial = (JSON.parse(trialFile) as Document).Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== without),
  })).filter(({ Action }) => Action.length > 0);
  const policy = JSON.stringify({ ...change, Statement: [...change.Statement, ...trial] });
  world.aws.putRole(roles.change, { externalId: 'agreed-upon', policy });
}

describe('trials', () => {
  it('are not asked about where the policy file has none', async () => {
    grantTrials();
    const { items } = await world.run();
    expect(items.filter(({ what }) => what.includes('trial'))).toEqual([]);
    expect(world.aws.calls.map(({ operation }) => operation)).not.toContain('CopyDistribution');
  });

  it('lack nothing with both files; every write is tried once and none is taken', async () => {
    grantTrials();
    const from = world.aws.calls.length;
    const report = await world.run({ policy: withTrials });
    expect(troubles(report)).toEqual([]);
    const tried = report.items.filter(({ what }) => what.includes('for trials is allowed'));
    expect(tried.map(({ permission }) => permission)).toEqual([
      'cloudfront:CopyDistribution',
      'cloudfront:UpdateDistribution',
      'cloudfront:CreateContinuousDeploymentPolicy',
      'cloudfront:UpdateContinuousDeploymentPolicy',
      'cloudfront:UpdateDistributionWithStagingConfig',
      'cloudfront:DeleteContinuousDeploymentPolicy',
      'cloudfront:DeleteDistribution',
    ]);
    const calls = world.aws.calls.slice(from).filter(({ operation }) => operation === 'CopyDistribution');
    expect(calls).toMatchObject([{ status: 412, assumedRole: { roleArn: roles.change } }]);
    const head = await world.audit.head();
    expect(await world.audit.read(head?.sequence ?? 0, 1)).toMatchObject([
      { actor: 'U0EXAMPLE01', action: 'doctor.trial-tried', subject: distributionId },
    ]);
  });

  // Only what AWS looks at beside another action is not tried by itself.
  it.each(trialActions.filter((action) => action !== 'cloudfront:GetDistribution'))(
    'without %s it is said, with what to allow',
    async (action) => {
      grantTrials(action);
      const found = troubles(await world.run({ policy: withTrials }));
      expect(found).toMatchObject([
        { part: 'changes', state: 'missing', remedy: expect.stringContaining(`as iam/change-trial.json has it`) },
      ]);
      expect(found[0]?.remedy).toContain(action);
      expect(found[0]?.what).toContain('can be tried on a part of the traffic');
    },
  );

  it('with the permissions of a change alone, each that is missing is named', async () => {
    world.grant('change');
    const found = troubles(await world.run({ policy: withTrials }));
    expect(found.every(({ state }) => state === 'missing')).toBe(true);
    expect(found.map(({ permission }) => permission)).toContain('cloudfront:DeleteContinuousDeploymentPolicy');
  });
});
