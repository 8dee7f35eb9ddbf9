/** What is kept of a log scan while it runs, in a real Redis; and which hours it says were not read. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeNotReached } from '../../jobs/read-log-scan.js';
import { createLogScanStore, type LogScanState, type LogScanStore } from '../../src/platform/log-scan-store.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

const checkId = 'chk_abcdefghijkl';
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

async function begun(shards: number): Promise<{ readonly scans: LogScanStore; readonly key: string }> {
  const prefix = server.prefix();
  const scans = createLogScanStore(redis, prefix);
  await scans.begin(checkId, { any: 'plan' }, shards, 0);
  return { scans, key: `${prefix}:log-scan:${checkId}` };
}

async function kept(scans: LogScanStore): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const group of scans.results(checkId)) all.push(...group);
  return all.sort();
}

describe('the results of shards', () => {
  it('are kept once each, whoever ends a shard twice', async () => {
    const { scans } = await begun(3);
    expect(await scans.endShard(checkId, 1, 'one')).toEqual({ ended: 1, wholeGroup: null });
    expect(await scans.endShard(checkId, 1, 'again')).toEqual({ ended: 1, wholeGroup: null });
    expect(await scans.endShard(checkId, 0, null)).toEqual({ ended: 2, wholeGroup: null });
    expect(await kept(scans)).toEqual(['one']);
    expect(await scans.state(checkId)).toMatchObject({ ended: [0, 1], skipped: [0] });
  });

  it('are merged by groups, so that a scan of many shards keeps few and small ones', async () => {
    const { scans, key } = await begun(40);
    const long = 'a part of a log scan '.repeat(20_000);
    for (let shard = 0; shard < 40; shard += 1) {
      const { wholeGroup } = await scans.endShard(checkId, shard, `${shard} ${long}`);
      expect(wholeGroup).toBe(shard === 15 ? 0 : shard === 31 ? 1 : null);
      if (wholeGroup === null) continue;
      expect(await scans.resultsOf(checkId, wholeGroup)).toHaveLength(16);
      await scans.mergeGroup(checkId, wholeGroup, `group ${wholeGroup}`);
      await scans.mergeGroup(checkId, wholeGroup, 'a second merging');
    }
    const results = await kept(scans);
    expect(results.filter((result) => result.startsWith('group'))).toEqual(['group 0', 'group 1']);
    expect(results).toHaveLength(2 + 8);
    // A shard that is run again after its group was merged comes to nothing.
    await scans.endShard(checkId, 3, 'late');
    expect(await kept(scans)).toEqual(results);
    expect((await scans.state(checkId))?.ended).toHaveLength(40);
    expect(await redis.memory('USAGE', key)).toBeLessThan(long.length);
  });

  it('are not kept of a scan that is over', async () => {
    const { scans, key } = await begun(20);
    await scans.discard(checkId);
    expect(await scans.endShard(checkId, 1, 'late')).toEqual({ ended: 0, wholeGroup: null });
    await scans.mergeGroup(checkId, 0, 'late');
    expect(await redis.exists(key)).toBe(0);
  });
});

it('forgets how fast it was after a week, and what it claimed with the check', async () => {
  const prefix = server.prefix();
  const scans = createLogScanStore(redis, prefix);
  await scans.saveRate({ bytesPerSecond: 1, objectsPerSecond: 2 });
  expect(await scans.claim(checkId, 'guess')).toBe(true);
  expect(await scans.claim(checkId, 'guess')).toBe(false);
  const keys = await redis.keys(`${prefix}:*`);
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
});

describe('describeNotReached', () => {
  const hour = (at: number): string => new Date(Date.UTC(2026, 10, 20, at)).toISOString();
  const state = (ended: readonly number[], skipped: readonly number[]): LogScanState => ({
    plan: {
      hours: [0, 1, 2, 3, 4].map((at) => ({ hour: hour(at), objects: at === 1 ? 0 : 5 })),
      shardHours: [
        [hour(4), hour(3)],
        [hour(3), hour(3)],
        [hour(2), hour(0)],
      ],
    },
    shards: 3,
    ended,
    skipped,
    startedAtMs: 0,
    stoppedBecause: null,
    read: { objects: 0, bytes: 0, failures: 0 },
  });

  it.each([
    ['all is read', [0, 1, 2], [], null],
    [
      'the scan was stopped',
      [0, 1, 2],
      [1, 2],
      'Not read: 2026-11-20 02:00 to 03:00, 2026-11-20 00:00 to 01:00 UTC. Read in part: 2026-11-20 03:00 to 04:00 UTC.',
    ],
    [
      'the oldest is still being read',
      [0, 1],
      [],
      'Not read: 2026-11-20 02:00 to 03:00, 2026-11-20 00:00 to 01:00 UTC.',
    ],
  ] as const)('names the hours that hold logs and were not read, where %s', (_name, ended, skipped, expected) => {
    expect(describeNotReached(state(ended, skipped))).toBe(expected);
  });
});
