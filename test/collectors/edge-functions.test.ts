/** The collector of edge functions against the local CloudWatch and CloudFront. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectEdgeFunctions } from '../../src/collectors/edge-functions.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const distributionId = 'E2EXAMPLE12345';
const lambdaArn = 'arn:aws:lambda:us-east-1:111122223333:function:sign:7';
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T11:00:00.000Z'));
});
afterEach(() => local.stop());

const collect = (functionArns: readonly string[], lambdaArns: readonly string[] = []) =>
  collectEdgeFunctions(local.context, { kind: 'edge-functions', distributionId, functionArns, lambdaArns, window });

function plant(name: string, value: number, functionName?: string): void {
  local.aws.putMetric({
    namespace: 'AWS/CloudFront',
    name,
    dimensions: {
      DistributionId: distributionId,
      Region: 'Global',
      ...(functionName === undefined ? {} : { FunctionName: functionName }),
    },
    points: [{ at: new Date('2026-11-20T10:07:00Z'), value }],
  });
}

describe('collectEdgeFunctions', () => {
  it('reads the counts of each function by its name, and when it was published', async () => {
    const rewrite = local.aws.putFunction('rewrite', new Date('2026-11-20T09:58:00Z'));
    const redirect = local.aws.putFunction('redirect', new Date('2026-01-01T00:00:00Z'));
    plant('FunctionInvocations', 900, 'rewrite');
    plant('FunctionValidationErrors', 40, 'rewrite');
    plant('FunctionExecutionErrors', 3, 'redirect');
    expect(await collect([rewrite, redirect])).toEqual({
      distributionId,
      periodSeconds: 60,
      functions: [
        {
          arn: rewrite,
          name: 'rewrite',
          invocations: 900,
          validationErrors: 40,
          executionErrors: 0,
          throttles: 0,
          validationErrorsPerMinute: [{ at: '2026-11-20T10:07:00.000Z', value: 40 }],
          lastModified: '2026-11-20T09:58:00.000Z',
        },
        expect.objectContaining({ name: 'redirect', validationErrors: 0, executionErrors: 3 }),
      ],
      lambda: null,
      gaps: [],
    });
  });

  it('reads Lambda@Edge for the distribution as a whole', async () => {
    plant('LambdaValidationError', 12);
    plant('LambdaExecutionError', 2);
    plant('LambdaLimitExceededError', 1);
    expect(await collect([], [lambdaArn])).toMatchObject({
      functions: [],
      lambda: { arns: [lambdaArn], validationErrors: 12, executionErrors: 2, throttles: 1 },
    });
  });

  it('does without DescribeFunction, and says so once', async () => {
    const arns = ['a', 'b'].map((name) => local.aws.putFunction(name));
    local.aws.fail({ operation: 'DescribeFunction', how: 'access-denied' });
    const evidence = await collect(arns);
    expect(evidence.functions.map(({ lastModified }) => lastModified)).toEqual([null, null]);
    expect(evidence.gaps).toEqual([
      expect.objectContaining({ remedy: expect.stringContaining('cloudfront:DescribeFunction') }),
    ]);
  });

  it('looks at twenty functions at most', async () => {
    const arns = Array.from({ length: 23 }, (_, index) => local.aws.putFunction(`f${index}`));
    const evidence = await collect(arns);
    expect(evidence.functions).toHaveLength(20);
    expect(evidence.gaps[0]?.message).toBe('3 of 23 CloudFront Functions were not looked at.');
  });

  it('fails where the metrics cannot be read', async () => {
    local.aws.fail({ service: 'cloudwatch', how: 'access-denied' });
    await expect(collect([], [lambdaArn])).rejects.toMatchObject({ kind: 'access-denied' });
  });
});
