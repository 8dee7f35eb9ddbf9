import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { concludeCheck, isDecided } from '../../jobs/conclude.js';
import { createPartialScan } from '../../src/access-log/partial-scan.js';
import type { LogScanPlan } from '../../src/collectors/log-scan.js';
import { countedResult } from '../../src/collectors/log-shard.js';
import { parseConfig } from '../../src/config.js';
import { isScorecard } from '../../src/diagnosis/scorecard.js';
import { createCheckStore } from '../../src/platform/check-store.js';
import { createLog } from '../../src/platform/log.js';
import { createLogScanStore } from '../../src/platform/log-scan-store.js';
import { defaultPolicy } from '../../src/policy.js';
import { checkRequestSchema } from '../../src/queue/checks.js';
import { checkRequest } from '../builders/check-request.js';
import { aDistribution, collected } from '../builders/evidence.js';
import { cause, verdict } from '../builders/verdict.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

describe('isDecided', () => {
  const failures = { count: 100, requests: 1_000, source: 'access-logs' } as const;
  const found = { outcome: 'cause-found', failures, unexplained: 5 } as const;
  const proven = cause({ strength: 'proven' });
  it.each([
    ['a proven cause of nearly all of them', { ...found, causes: [proven] }, true],
    ['a proven cause of fewer', { ...found, unexplained: 6, causes: [proven] }, false],
    ['a cause that is not proven', { ...found, causes: [cause({ strength: 'supported' })] }, false],
    ['no logs to explain', { ...found, unexplained: null, causes: [proven] }, false],
    ['nothing found', { outcome: 'no-502s' as const, failures, unexplained: 0, causes: [] }, false],
    ['nothing decided', { ...found, outcome: 'inconclusive' as const, causes: [proven] }, false],
  ])('%s', (_what, changes, expected) => {
    expect(isDecided(verdict(changes))).toBe(expected);
  });
});

describe('a check whose logs were read by workers of two versions', () => {
  const checkId = 'chk_abcdefghijkl';
  const hours = [8, 9].map((at) => ({ hour: new Date(Date.UTC(2026, 10, 20, at)).toISOString(), objects: 100 }));
  const window = { from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T10:00:00.000Z' };
  const options = { window, pathPattern: null, behaviours: ['*'] };
  const plan: LogScanPlan = {
    options,
    source: 'standard logging v1, s3://example-logs/cdn/',
    bucket: 'example-logs',
    prefix: 'cdn/',
    hours,
    listed: 200,
    cost: { objects: 200, bytes: 100e6, seconds: 10, dollars: 0 },
    whole: null,
    shardHours: hours.map(({ hour }) => [hour, hour] as const),
    notes: [],
  };
  const ours = { ...countedResult(createPartialScan(options)), objects: 100, read: 100 };
  const { readByHour: _readByHour, ...shape } = ours;
  const theirs = { ...shape, v: 1 };
  const message = 'What they came to was written by another version of cf502.';

  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function conclude(results: readonly string[]) {
    const redisPrefix = server.prefix();
    const config = parseConfig({ CF502_REDIS_PREFIX: redisPrefix }, ['terminal']);
    const store = createCheckStore(redis, redisPrefix, (value) => checkRequestSchema.parse(value));
    const scans = createLogScanStore(redis, redisPrefix);
    await store.create(checkRequest({ checkId, window }), 'token');
    const distribution = { kind: 'distribution', gathered: collected(aDistribution()) };
    await store.saveEvidence(checkId, 'distribution', distribution);
    await scans.begin(checkId, plan, results.length, 0);
    for (const [shard, result] of results.entries()) await scans.endShard(checkId, shard, result);
    const now = () => new Date('2026-11-20T12:00:00.000Z');
    const requestReportNow = () => Promise.resolve();
    const log = createLog('silent');
    await concludeCheck({ config, policy: defaultPolicy, log, store, scans, now, redis, requestReportNow }, checkId);
    const record = await store.read(checkId);
    if (record?.verdict === null || record?.verdict === undefined || isScorecard(record.verdict))
      throw new Error('no verdict');
    return record.verdict.coverage;
  }

  it('ends, and names what the other version had read as not seen', async () => {
    const { logs, missing } = await conclude([JSON.stringify(ours), JSON.stringify(theirs)]);
    expect(logs?.notes).toContain(`100 of 200 log objects were not read: ${message} Run the check again.`);
    expect(missing.map(({ what }) => what)).not.toContain('access logs');
  });

  it.each([
    ['another version', JSON.stringify(theirs)],
    ['nobody', '{"v":'],
  ])('ends without the logs where all of it was written by %s', async (_whom, result) => {
    const { logs, missing } = await conclude([result, result]);
    expect(logs).toBeNull();
    expect(missing).toContainEqual(expect.objectContaining({ message }));
  });
});
