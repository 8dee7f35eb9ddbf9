/** Whole checks in one process against the local AWS, and what becomes of failures. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, collectAll } from '../../src/collectors/collect.js';
import type { TaskProgress } from '../../src/diagnosis/progress.js';
import { Failure } from '../../src/failure.js';
import { uploadAccessLogs } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { plantStory } from '../world/log-story.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const now = new Date('2026-11-20T11:05:00.000Z');
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(now);
});
afterEach(() => local.stop());

const distributionTask = (id: string) => ({ kind: 'distribution', target: { kind: 'distribution-id', id } }) as const;

const logsTask = {
  kind: 'access-logs',
  distributionId: 'E2EXAMPLE12345',
  legacyLogging: { enabled: true, bucket: 'example-logs', prefix: '' },
  behaviours: [],
  window,
  pathPattern: null,
  maxBytes: 1,
} as const;

describe('collect', () => {
  it('wraps evidence', async () => {
    const { id } = local.aws.putDistribution();
    expect(await collect(local.context, distributionTask(id))).toMatchObject({
      kind: 'distribution',
      gathered: { state: 'collected', at: now.toISOString(), elapsedMs: 0, data: { id } },
    });
  });

  it('turns a Failure into its reason, its remedy and what was tried', async () => {
    expect(await collect(local.context, distributionTask('E2ABSENT123456'))).toEqual({
      kind: 'distribution',
      gathered: {
        state: 'unavailable',
        at: now.toISOString(),
        elapsedMs: 0,
        reason: {
          kind: 'not-found',
          message: 'There is no distribution E2ABSENT123456 in the AWS account that cf502 reads.',
          remedy: expect.any(String),
        },
        tried: ['cloudfront:GetDistribution E2ABSENT123456'],
      },
    });
  });

  it('names the permission that is missing', async () => {
    const { id } = local.aws.putDistribution();
    local.aws.fail({ service: 'cloudfront', operation: 'GetDistribution', how: 'access-denied' });
    expect(await collect(local.context, distributionTask(id))).toMatchObject({
      gathered: {
        state: 'unavailable',
        reason: { kind: 'access-denied', remedy: expect.stringContaining('cloudfront:GetDistribution') },
      },
    });
  });

  it.each(['cancelled', 'timed-out'] as const)('gives the reason of an abort: %s', async (kind) => {
    const { id } = local.aws.putDistribution();
    local.aws.fail({ service: 'cloudfront', how: 'hang' });
    const running = collect(local.context, distributionTask(id));
    await local.aws.waitForCall(({ operation }) => operation === 'GetDistribution');
    local.abort(new Failure(kind, 'Stopped by the test.'));
    expect(await running).toMatchObject({
      gathered: { state: 'unavailable', reason: { kind, message: 'Stopped by the test.' } },
    });
  });

  it('gives the reason of an abort whatever was thrown on the way down', async () => {
    const abortsAndFails = {
      ...local.context,
      aws: {
        ...local.context.aws,
        s3: () => {
          local.abort(new Failure('timed-out', 'Out of time.'));
          throw new TypeError('socket of null');
        },
      },
    };
    expect(await collect(abortsAndFails, logsTask)).toMatchObject({
      gathered: { reason: { kind: 'timed-out', message: 'Out of time.' } },
    });
  });

  it('begins nothing after an abort', async () => {
    const { id } = local.aws.putDistribution();
    local.abort(new Failure('cancelled', 'Stopped before.'));
    expect(await collect(local.context, distributionTask(id))).toMatchObject({
      gathered: { reason: { kind: 'cancelled' } },
    });
    expect(local.aws.calls).toEqual([]);
  });

  it('calls a fault of ours a bug, in a plain sentence', async () => {
    const broken = {
      ...local.context,
      aws: {
        ...local.context.aws,
        s3: () => {
          throw new TypeError('x is not a function');
        },
      },
    };
    const { gathered } = await collect(broken, logsTask);
    expect(gathered).toMatchObject({ state: 'unavailable', reason: { kind: 'bug' } });
    expect(JSON.stringify(gathered)).not.toContain('TypeError');
  });
});

describe('collectAll', () => {
  it('collects what the configuration leads to and reports on every task', async () => {
    const { id } = local.aws.putDistribution({
      config: distributionConfig({
        origins: [customOrigin({ Id: 'app', DomainName: 'app.example.test' })],
        logging: { bucket: 'example-logs', prefix: 'cdn' },
      }),
    });
    local.aws.createBucket('example-logs', { region: 'eu-west-1' });
    const rows = plantStory({
      seed: 1,
      window: { from: new Date(window.from), to: new Date(window.to) },
      requestsPerMinute: 20,
      failures: [{ share: 0.5, pathPattern: '/api/*', detailedResult: 'OriginConnectError' }],
    });
    uploadAccessLogs(local.aws, 'example-logs', 'cdn', id, rows);
    const seen: TaskProgress[] = [];
    const bag = await collectAll(
      local.context,
      {
        checkId: 'chk_abcdefghijkl',
        asked: id,
        target: { kind: 'distribution-id', id },
        window,
        pathPattern: null,
        maxLogBytes: 1e9,
      },
      (progress) => seen.push(progress),
    );
    expect(bag).toMatchObject({
      format: 'cf502.evidence/1',
      target: id,
      distribution: { state: 'collected' },
      accessLogs: { state: 'collected', data: { requests: rows.length } },
      cloudFrontMetrics: { state: 'collected' },
      loadBalancers: {},
    });
    expect(Object.keys(bag.originProbes)).toEqual(['app/https/app.example.test']);
    const last = new Map(seen.map(({ id: taskId, state }) => [taskId, state]));
    expect([...last.keys()]).toEqual([
      'distribution',
      'access-logs',
      'cloudfront-metrics',
      'origin-probe-1',
      'keep-alive-1',
      'changes',
    ]);
    expect([...last.values()].every((state) => state === 'done' || state === 'unavailable')).toBe(true);
    expect(JSON.parse(JSON.stringify(bag))).toEqual(bag);
  });

  it('ends with the reason where there is no distribution', async () => {
    const bag = await collectAll(
      local.context,
      {
        checkId: 'chk_abcdefghijkl',
        asked: 'www.example.com',
        target: { kind: 'domain-name', domainName: 'www.example.com' },
        window,
        pathPattern: null,
        maxLogBytes: 1,
      },
      () => undefined,
    );
    expect(bag).toMatchObject({
      distribution: { state: 'unavailable', reason: { kind: 'not-found' } },
      accessLogs: { state: 'unavailable', reason: { kind: 'not-found' } },
      originProbes: {},
    });
  });
});
