/** The alarms of a distribution, read from the local AWS. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect } from '../../src/collectors/collect.js';
import { collectTaskSchema } from '../../src/collectors/tasks.js';
import type { AlarmEvidence } from '../../src/diagnosis/audit-evidence.js';
import type { Gathered } from '../../src/diagnosis/evidence.js';
import { now } from '../builders/evidence.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const distributionId = 'E1A2B3C4D5E6F7';
const dimensions = { DistributionId: distributionId, Region: 'Global' };
const task = { kind: 'alarms', distributionId } as const;

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(now);
});
afterEach(() => local.stop());

async function read(): Promise<Gathered<AlarmEvidence>> {
  const { gathered } = await collect(local.context, task);
  return gathered as Gathered<AlarmEvidence>;
}

describe('alarms', () => {
  it('are found by metric and inside metric math, of this distribution only', async () => {
    local.aws.putAlarm({ name: 'b-502', metric: '502ErrorRate', dimensions, actions: [] });
    local.aws.putAlarm({ name: 'a-slow', metric: 'OriginLatency', dimensions, statistic: 'p99', threshold: 3000 });
    local.aws.putAlarm({ name: 'c-math', metric: '5xxErrorRate', dimensions, inMetricMath: true });
    local.aws.putAlarm({
      name: 'other',
      metric: '502ErrorRate',
      dimensions: { ...dimensions, DistributionId: 'E0THER1234567' },
    });
    local.aws.putAlarm({ name: 'balancer', metric: 'TargetResponseTime', namespace: 'AWS/ApplicationELB', dimensions });
    local.aws.putAlarm({ name: 'elsewhere', metric: '502ErrorRate', dimensions, region: 'eu-west-1' });
    expect(await read()).toMatchObject({
      state: 'collected',
      data: {
        alarms: [
          {
            name: 'a-slow',
            metrics: ['OriginLatency'],
            statistic: 'p99',
            condition: '> 3000 for 3 of 3 periods of 60 s',
          },
          { name: 'b-502', metrics: ['502ErrorRate'], actions: 0, actionsEnabled: true, state: 'OK' },
          { name: 'c-math', metrics: ['5xxErrorRate'], statistic: null, actions: 1 },
        ],
        scanned: 5,
        truncated: false,
        gaps: [],
      },
    });
  });

  it('are looked for through every page', async () => {
    for (let index = 0; index < 120; index++)
      local.aws.putAlarm({ name: `n-${index}`, metric: 'Requests', dimensions: { DistributionId: 'E0THER1234567' } });
    local.aws.putAlarm({ name: 'z-last', metric: '502ErrorRate', dimensions, inMetricMath: true });
    expect(await read()).toMatchObject({ data: { scanned: 121, alarms: [{ name: 'z-last' }] } });
  });

  it('say which permission is missing, and keep what could be read', async () => {
    local.aws.putAlarm({ name: 'b-502', metric: '502ErrorRate', dimensions });
    local.aws.fail({ service: 'cloudwatch', operation: 'DescribeAlarms', how: 'access-denied' });
    expect(await read()).toMatchObject({
      state: 'collected',
      data: {
        alarms: [{ name: 'b-502' }],
        gaps: [{ kind: 'access-denied', remedy: expect.stringContaining('cloudwatch:DescribeAlarms on *') }],
      },
    });
  });

  it('name each missing permission once', async () => {
    local.aws.fail({ service: 'cloudwatch', how: 'access-denied' });
    const gathered = await read();
    expect(gathered.state === 'collected' && gathered.data.gaps.map(({ message }) => message).sort()).toEqual([
      expect.stringContaining('cloudwatch:DescribeAlarms.'),
      expect.stringContaining('cloudwatch:DescribeAlarmsForMetric.'),
    ]);
  });

  it('are a task that passes the border of the worker', () => {
    expect(collectTaskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });
});
