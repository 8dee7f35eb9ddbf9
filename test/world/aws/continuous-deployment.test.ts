import {
  CloudFrontClient,
  CopyDistributionCommand,
  CreateContinuousDeploymentPolicyCommand,
  DeleteContinuousDeploymentPolicyCommand,
  DeleteDistributionCommand,
  type DistributionConfig,
  GetContinuousDeploymentPolicyCommand,
  GetContinuousDeploymentPolicyConfigCommand,
  GetDistributionConfigCommand,
  ListContinuousDeploymentPoliciesCommand,
  UpdateContinuousDeploymentPolicyCommand,
  UpdateDistributionCommand,
  UpdateDistributionWithStagingConfigCommand,
} from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { distributionConfig } from './distribution-config.js';
import { applyEnvironment } from './environment.js';
import { type LocalAws, startLocalAws } from './local-aws.js';

let aws: LocalAws;
let restore: () => void;
let client: CloudFrontClient;
beforeAll(async () => {
  aws = await startLocalAws();
  restore = applyEnvironment(aws.environment);
  client = new CloudFrontClient({ maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  restore();
  await aws.stop();
});

const read = async (id: string) => {
  const { DistributionConfig: config, ETag: etag } = await client.send(new GetDistributionConfigCommand({ Id: id }));
  if (config === undefined || etag === undefined) throw new Error('no configuration');
  return { config, etag };
};
const update = async (id: string, change: Partial<DistributionConfig>) => {
  const { config, etag } = await read(id);
  return client.send(
    new UpdateDistributionCommand({ Id: id, IfMatch: etag, DistributionConfig: { ...config, ...change } }),
  );
};
const copy = async (id: string, reference: string) =>
  client.send(
    new CopyDistributionCommand({
      PrimaryDistributionId: id,
      Staging: true,
      Enabled: true,
      IfMatch: (await read(id)).etag,
      CallerReference: reference,
    }),
  );
const byHeader = (name: string, header = 'aws-cf-cd-ours') => ({
  StagingDistributionDnsNames: { Quantity: 1, Items: [name] },
  Enabled: true,
  TrafficConfig: { Type: 'SingleHeader' as const, SingleHeaderConfig: { Header: header, Value: 'yes' } },
});
const create = (config: ReturnType<typeof byHeader>) =>
  client.send(new CreateContinuousDeploymentPolicyCommand({ ContinuousDeploymentPolicyConfig: config }));
const named = (name: string) => ({ name });

describe('continuous deployment', () => {
  it('copies, sends by header and by weight, promotes, and is taken away in one order only', async () => {
    const { id } = aws.putDistribution({ config: distributionConfig({ aliases: ['www.example.com'] }) });
    const { Distribution: staging } = await copy(id, 'trial-1');
    const [stagingId = '', name = ''] = [staging?.Id, staging?.DomainName];
    expect(staging?.DistributionConfig).toMatchObject({ Staging: true, Aliases: { Quantity: 0 }, Enabled: true });
    await expect(copy(id, 'trial-1')).rejects.toMatchObject(named('DistributionAlreadyExists'));

    await expect(create(byHeader(name, 'x-other'))).rejects.toMatchObject(named('InvalidArgument'));
    await expect(create(byHeader('d0.cloudfront.net'))).rejects.toMatchObject(named('InvalidArgument'));
    const { ContinuousDeploymentPolicy: policy } = await create(byHeader(name));
    await expect(create(byHeader(name))).rejects.toMatchObject(named('StagingDistributionInUse'));
    const policyId = policy?.Id ?? '';
    const { ContinuousDeploymentPolicyList: list } = await client.send(new ListContinuousDeploymentPoliciesCommand({}));
    expect(list?.Items?.map((item) => item.ContinuousDeploymentPolicy?.Id)).toEqual([policyId]);

    await expect(update(id, { ContinuousDeploymentPolicyId: 'none' })).rejects.toMatchObject(
      named('NoSuchContinuousDeploymentPolicy'),
    );
    await expect(
      update(id, { ContinuousDeploymentPolicyId: policyId, HttpVersion: 'http2and3' }),
    ).rejects.toMatchObject(named('InvalidArgument'));
    await update(id, { ContinuousDeploymentPolicyId: policyId });
    aws.deploy(id);
    const got = await client.send(new GetContinuousDeploymentPolicyCommand({ Id: policyId }));
    const weighted = {
      ...got.ContinuousDeploymentPolicy?.ContinuousDeploymentPolicyConfig,
      StagingDistributionDnsNames: { Quantity: 1, Items: [name] },
      Enabled: true,
    };
    const weigh = (weight: number) =>
      client.send(
        new UpdateContinuousDeploymentPolicyCommand({
          Id: policyId,
          IfMatch: got.ETag,
          ContinuousDeploymentPolicyConfig: {
            ...weighted,
            TrafficConfig: { Type: 'SingleWeight', SingleWeightConfig: { Weight: weight } },
          },
        }),
      );
    await expect(weigh(0.2)).rejects.toMatchObject(named('InvalidArgument'));
    await weigh(0.05);
    expect(aws.distribution(id).status).toBe('InProgress');
    await expect(weigh(0.05)).rejects.toMatchObject(named('PreconditionFailed'));

    await update(stagingId, { Comment: 'tried' });
    const [primaryNow, stagingNow] = [await read(id), await read(stagingId)];
    const promote = (ifMatch: string) =>
      client.send(
        new UpdateDistributionWithStagingConfigCommand({ Id: id, StagingDistributionId: stagingId, IfMatch: ifMatch }),
      );
    await expect(promote(`${primaryNow.etag}, EOTHER`)).rejects.toMatchObject(named('PreconditionFailed'));
    await promote(`${primaryNow.etag}, ${stagingNow.etag}`);
    expect((await read(id)).config).toMatchObject({
      Comment: 'tried',
      Staging: false,
      Aliases: { Items: ['www.example.com'] },
      ContinuousDeploymentPolicyId: policyId,
      CallerReference: 'made-by-a-test',
    });
    const after = await client.send(new GetContinuousDeploymentPolicyConfigCommand({ Id: policyId }));
    expect(after.ContinuousDeploymentPolicyConfig?.Enabled).toBe(false);

    const deletePolicy = () =>
      client.send(new DeleteContinuousDeploymentPolicyCommand({ Id: policyId, IfMatch: after.ETag }));
    const deleteStaging = async () =>
      client.send(new DeleteDistributionCommand({ Id: stagingId, IfMatch: (await read(stagingId)).etag }));
    await expect(deletePolicy()).rejects.toMatchObject(named('ContinuousDeploymentPolicyInUse'));
    await expect(deleteStaging()).rejects.toMatchObject(named('DistributionNotDisabled'));
    await update(stagingId, { Enabled: false });
    aws.deploy(stagingId);
    await expect(deleteStaging()).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } });
    await update(id, { ContinuousDeploymentPolicyId: '' });
    await deletePolicy();
    await deleteStaging();
    expect(aws.stagingDistributions()).toEqual([]);
    expect(aws.continuousDeploymentPolicies().size).toBe(0);
  });

  it('is refused with HTTP/3, and a staging distribution has no aliases and stays one', async () => {
    const { id } = aws.putDistribution({ config: distributionConfig({ others: { HttpVersion: 'http2and3' } }) });
    await expect(copy(id, 'trial-2')).rejects.toMatchObject(named('InvalidArgument'));
    const { id: other } = aws.putDistribution();
    const { Distribution: staging } = await copy(other, 'trial-3');
    const aliases = { Aliases: { Quantity: 1, Items: ['www.example.com'] } };
    await expect(update(staging?.Id ?? '', aliases)).rejects.toMatchObject(named('InvalidArgument'));
    await expect(update(staging?.Id ?? '', { Staging: false })).rejects.toMatchObject(named('IllegalUpdate'));
  });
});
