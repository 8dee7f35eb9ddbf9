/** A log scan that ends before all is read: when it may, and what is said of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mayStop } from '../../jobs/guess.js';
import { readLogScan } from '../../jobs/read-log-scan.js';
import { createPartialScan } from '../../src/access-log/partial-scan.js';
import { checks } from '../../src/checks/index.js';
import type { LogScanPlan } from '../../src/collectors/log-scan.js';
import { countedResult } from '../../src/collectors/log-shard.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { CloudFrontMetricsEvidence } from '../../src/diagnosis/evidence.js';
import { countUnread } from '../../src/diagnosis/unread-failures.js';
import { createLogScanStore, type LogScanState } from '../../src/platform/log-scan-store.js';
import { aggregateOf } from '../access-log/log-builders.js';
import { aBag, aDeadAddress, aProbe, someMetrics } from '../builders/evidence.js';
import { cause, verdict } from '../builders/verdict.js';
import { plantStory } from '../world/log-story.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

const checkId = 'chk_abcdefghijkl';
const hour = (at: number): string => new Date(Date.UTC(2026, 10, 20, at)).toISOString();
const now = new Date(hour(40));
const options = { window: { from: hour(8), to: hour(12) }, pathPattern: null, behaviours: ['*'] };
const plan: LogScanPlan = {
  options,
  source: 'standard logging v1, s3://example-logs/cdn/',
  bucket: 'example-logs',
  prefix: 'cdn/',
  hours: [8, 9, 10, 11].map((at) => ({ hour: hour(at), objects: 100 })),
  listed: 400,
  cost: { objects: 400, bytes: 100e6, seconds: 10, dollars: 0 },
  whole: null,
  shardHours: [
    [hour(11), hour(10)],
    [hour(9), hour(8)],
  ],
  notes: [],
};
const toRead = Object.fromEntries(plan.hours.map(({ hour: at, objects }) => [at, objects]));
const decided = {
  outcome: 'cause-found',
  causes: [cause({ strength: 'proven' })],
  failures: { count: 1_000, requests: 9_000, source: 'access-logs' },
  unexplained: 10,
} as const;
const nothingLeft = { count: 0, isExact: true, worst: null };
/** A tenth is read after ten seconds. */
const slow: LogScanState = {
  plan,
  shards: 2,
  ended: [0],
  skipped: [],
  startedAtMs: now.getTime() - 10_000,
  stoppedBecause: null,
  read: { objects: 40, bytes: 10e6, failures: 1_000 },
};

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

describe('mayStop', () => {
  it('is true where what is proven accounts for nearly all of many 502s, and the rest would take long', () => {
    expect(mayStop(verdict(decided), nothingLeft, slow, now)).toBe(true);
    expect(mayStop(verdict(decided), { count: 40, isExact: false, worst: hour(8) }, slow, now)).toBe(true);
  });

  it.each([
    ['the cause is not proven', { ...decided, causes: [cause({ strength: 'supported' })] }, {}],
    ['too much is unexplained', { ...decided, unexplained: 60 }, {}],
    ['too few were seen', { ...decided, unexplained: 0, failures: { ...decided.failures, count: 150 } }, {}],
    ['the rest takes no time', decided, { read: { objects: 390, bytes: 97e6, failures: 1_000 } }],
    ['it was stopped before', decided, { stoppedBecause: 'The causes were told apart.' }],
  ] as const)('is false where %s', (_name, differs, state) => {
    expect(mayStop(verdict(differs), nothingLeft, { ...slow, ...state }, now)).toBe(false);
  });

  it.each([
    ['the hours left may hold too many', { count: 60, isExact: false, worst: hour(8) }],
    ['nobody knows what the hours left hold', null],
  ] as const)('is false where %s', (_name, left) => {
    expect(mayStop(verdict(decided), left, slow, now)).toBe(false);
  });
});

it('takes hours that were not read for unknown, not for hours without requests', async () => {
  const scans = createLogScanStore(redis, server.prefix());
  await scans.begin(checkId, { ...plan, toRead }, 2, 0);
  const rows = plantStory({
    seed: 4,
    window: { from: new Date(hour(10)), to: new Date(hour(12)) },
    requestsPerMinute: 20,
    failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
  });
  const part = createPartialScan(options);
  part.add({ aggregate: aggregateOf(rows, options), malformed: 0, duplicates: 0, missingFields: [] });
  const read = { ...countedResult(part), objects: 200, read: 200, readByHour: { [hour(10)]: 100, [hour(11)]: 100 } };
  await scans.endShard(checkId, 0, JSON.stringify(read));
  const gathered = await readLogScan({ scans }, checkId, now);
  if (gathered?.state !== 'collected') throw new Error('nothing was read');
  expect(gathered.data.hours.map(({ partRead = 1, rows: counted }) => [partRead, counted > 0])).toEqual([
    [0, false],
    [0, false],
    [1, true],
    [1, true],
  ]);
  const logs = gathered.data;
  const concluded = (metrics: CloudFrontMetricsEvidence) => {
    const bag = {
      ...aBag({ logs, metrics, probes: [aProbe({ addresses: [aDeadAddress('refused')] })] }),
      window: options.window,
    };
    return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
  };
  // CloudWatch counts the hours that were not read as well: here 502s of the newest alone.
  const quiet = byTheHour([0, 0, 100, 100]);
  expect(concluded(quiet)).toMatchObject({
    outcome: 'cause-found',
    headline: expect.not.stringContaining('not read'),
    onset: { state: 'before-window', to: hour(10) },
    unexplained: 0,
    failures: { count: logs.failures },
    nextTest: null,
  });
  expect(mayStop(concluded(quiet), countUnread(logs, quiet), slow, now)).toBe(true);

  // And here many more in one of those that were not read, which may be of another cause.
  const worse = byTheHour([0, 50, 100, 100]);
  const left = 0.5 * perHour;
  expect(concluded(worse)).toMatchObject({
    headline: expect.stringContaining(`; about ${left} more by CloudWatch in hours not read.`),
    unexplained: left,
    nextTest: expect.stringContaining('the most in the hour from 2026-11-20 09:00 UTC'),
  });
  expect(mayStop(concluded(worse), countUnread(logs, worse), slow, now)).toBe(false);

  // Where it does not tell 502s from other 5xx they may all be 502s, and what is not counted may be anything.
  const of5xx = { ...worse, error502Rate: null, estimated502: null };
  expect(concluded(of5xx)).toMatchObject({ headline: expect.not.stringContaining('not read'), unexplained: 0 });
  expect(mayStop(concluded(of5xx), countUnread(logs, of5xx), slow, now)).toBe(false);
  const none = { ...of5xx, error5xxRate: quiet.error5xxRate };
  expect(mayStop(concluded(none), countUnread(logs, none), slow, now)).toBe(true);
  const late = { ...quiet, requests: quiet.requests.slice(1) };
  expect(countUnread(logs, late)).toBeNull();
});

const perHour = 1_200;

/** @param rates percent of the requests of each hour. */
function byTheHour(rates: readonly number[]): CloudFrontMetricsEvidence {
  const points = (values: readonly number[]) => values.map((value, index) => ({ at: hour(8 + index), value }));
  const count = (perHour * rates.reduce((sum, rate) => sum + rate, 0)) / 100;
  return someMetrics({
    periodSeconds: 3600,
    requests: points(rates.map(() => perHour)),
    requestsTotal: perHour * rates.length,
    error5xxRate: points(rates),
    error502Rate: points(rates),
    estimated5xx: count,
    estimated502: count,
  });
}

it('says why the rest was not read, and which hours that is', async () => {
  const scans = createLogScanStore(redis, server.prefix());
  await scans.begin(checkId, plan, 2, 0);
  const read = { ...countedResult(createPartialScan(options)), objects: 200, read: 200 };
  await scans.endShard(checkId, 0, JSON.stringify(read));
  await scans.stop(checkId, 'The causes were told apart by then.');
  await scans.endShard(checkId, 1, null);
  const gathered = await readLogScan({ scans }, checkId, now);
  expect(gathered).toMatchObject({ state: 'collected', data: { objects: { listed: 400, read: 200 } } });
  if (gathered?.state !== 'collected') return;
  expect(gathered.data.notes.slice(0, 2)).toEqual([
    '200 of 400 log objects had been read when this was written, the newest first. The causes were told apart by then.',
    'Not read: 2026-11-20 08:00 to 10:00 UTC.',
  ]);
});
