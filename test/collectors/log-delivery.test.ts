/** Where the logs of a distribution go, read from the local AWS. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect } from '../../src/collectors/collect.js';
import type { TaskOf } from '../../src/collectors/collector.js';
import { planAuditTasks } from '../../src/collectors/plan-audit-tasks.js';
import { collectTaskSchema, planTasks } from '../../src/collectors/tasks.js';
import { aBehaviour, aDistribution, aWindow, now } from '../builders/evidence.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const distributionArn = 'arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7';
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(now);
});
afterEach(() => local.stop());

async function read(differing: Partial<TaskOf<'log-delivery'>> = {}) {
  return (await collect(local.context, { kind: 'log-delivery', distributionArn, realtimeLogArns: [], ...differing }))
    .gathered;
}

describe('log delivery', () => {
  it('leads to the destinations of this distribution', async () => {
    const recordFields = ['sc-status', 'x-edge-detailed-result-type'];
    local.aws.putLogDelivery({
      resourceArn: 'arn:aws:cloudfront::123456789012:distribution/EOTHER',
      destinationArn: 'arn:aws:s3:::other',
    });
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:cdn',
      destinationType: 'CWL',
      outputFormat: 'json',
      recordFields,
    });
    local.aws.putLogDelivery({ resourceArn: distributionArn, destinationArn: 'arn:aws:s3:::theirs', foreign: true });
    expect(await read()).toMatchObject({
      state: 'collected',
      data: {
        deliveries: [
          {
            destinationType: 'CWL',
            destinationArn: expect.stringContaining('log-group:cdn'),
            outputFormat: 'json',
            recordFields,
          },
          { destinationType: 'S3', destinationArn: null, outputFormat: null },
        ],
        realtimeLogs: [],
        gaps: [],
      },
    });
  });

  it('reads the real-time logs that behaviours name', async () => {
    const arn = local.aws.putRealtimeLogConfig({ name: 'errors', samplingRate: 50, fields: ['sc-status'] });
    expect(
      await read({ realtimeLogArns: [arn, 'arn:aws:cloudfront::123456789012:realtime-log-config/gone'] }),
    ).toMatchObject({
      data: {
        realtimeLogs: [{ arn, name: 'errors', samplingPercent: 50, fields: ['sc-status'] }],
        gaps: [{ kind: 'not-found' }],
      },
    });
  });

  it.each([
    ['logs', 'DescribeDeliverySources'],
    ['logs', 'DescribeDeliveries'],
    ['logs', 'DescribeDeliveryDestinations'],
    ['cloudfront', 'GetRealtimeLogConfig'],
  ] as const)('names %s:%s where it is missing', async (service, operation) => {
    local.aws.putLogDelivery({ resourceArn: distributionArn, destinationArn: 'arn:aws:s3:::logs' });
    const arn = local.aws.putRealtimeLogConfig({ name: 'errors' });
    local.aws.fail({ service, operation, how: 'access-denied' });
    expect(await read({ realtimeLogArns: [arn] })).toMatchObject({
      state: 'collected',
      data: { gaps: [{ kind: 'access-denied', remedy: expect.stringContaining(`${service}:${operation}`) }] },
    });
  });
});

describe('planAuditTasks', () => {
  const arn = 'arn:aws:cloudfront::111122223333:realtime-log-config/errors';
  const distribution = aDistribution({
    behaviours: [
      aBehaviour({ pathPattern: '/a/*', realtimeLogConfigArn: arn }),
      aBehaviour({ realtimeLogConfigArn: arn }),
    ],
  });
  const options = { window: aWindow, pathPattern: null, maxLogBytes: 1 };
  const kinds = (purpose: 'check' | 'audit') =>
    planTasks(distribution, { ...options, purpose }).map(({ task }) => task.kind);

  it('adds to what a check collects, and a check does without', () => {
    expect(kinds('audit')).toEqual([...kinds('check'), 'alarms', 'log-delivery']);
    expect(planTasks(distribution, options).map(({ task }) => task.kind)).toEqual(kinds('check'));
  });

  it('names each real-time log once, in tasks that the worker takes', () => {
    const tasks = planAuditTasks(distribution).map(({ task }) => task);
    expect(tasks).toMatchObject([{ kind: 'alarms' }, { kind: 'log-delivery', realtimeLogArns: [arn] }]);
    for (const task of tasks) expect(collectTaskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });
});
