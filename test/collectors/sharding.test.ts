/** However the objects of a scan are cut into jobs, the same comes out; and rows that lie in several objects count once, or it is said. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collectAccessLogs } from '../../src/collectors/access-logs.js';
import { assembleLogScan } from '../../src/collectors/assemble-log-scan.js';
import type { TaskOf } from '../../src/collectors/collector.js';
import { type LogScanPlan, planLogScan } from '../../src/collectors/log-scan.js';
import { readLogShard, type ShardResult } from '../../src/collectors/log-shard.js';
import { mergeShardResults } from '../../src/collectors/merge-shards.js';
import { assumedRatePerThread } from '../../src/collectors/plan-log-scan.js';
import { planShards, splitHours } from '../../src/collectors/plan-shards.js';
import { accessLogKey, accessLogRow, renderAccessLog } from '../world/access-logs.js';
import { deliveredFields, renderDeliveredText } from '../world/delivered-logs.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const bucket = 'example-logs';
const window = { from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T12:00:00.000Z' };
const now = new Date('2026-11-22T12:00:00.000Z');
const mayCountTwice = /^Rows that were delivered twice within an hour that was read in several parts may count twice: /;

let local: LocalContext;
beforeAll(async () => {
  local = await startLocalContext(now);
  local.aws.createBucket(bucket, { region: 'eu-west-1' });
});
afterAll(() => local.stop());

function taskOf(id: string): TaskOf<'access-logs'> {
  return {
    kind: 'access-logs',
    distributionId: id,
    distributionArn: `arn:aws:cloudfront::123456789012:distribution/${id}`,
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
    behaviours: [{ pathPattern: '*', isDefault: true }],
    window,
    pathPattern: null,
    maxBytes: 1e9,
  };
}

/** An object in v1 for each list of numbers; the number of a row is its request id, and one in three is a 502. */
function put(id: string, at: Date, rows: readonly (readonly number[])[], generation: 'v1' | 'v2' = 'v1'): void {
  for (const [index, numbers] of rows.entries()) {
    const name = String(index).padStart(6, '0');
    const logged = numbers.map((number) =>
      accessLogRow(new Date(at.getTime() + (number % 3_600) * 1000), {
        'x-edge-request-id': `${id}-${at.getUTCHours()}-${number}`,
        'sc-status': number % 3 === 0 ? '502' : '200',
        'cs-uri-stem': `/p${number % 7}`,
      }),
    );
    if (generation === 'v1')
      local.aws.putBucketObject(bucket, accessLogKey('cdn/', id, at, name), renderAccessLog(logged));
    else
      local.aws.putBucketObject(
        bucket,
        accessLogKey('delivered/', id, at, name),
        renderDeliveredText(logged, { format: 'json', fields: deliveredFields }),
      );
  }
}

function deliverAsWell(id: string): void {
  local.aws.putLogDelivery({
    resourceArn: taskOf(id).distributionArn ?? '',
    destinationArn: `arn:aws:s3:::${bucket}`,
    destinationType: 'S3',
    outputFormat: 'json',
    recordFields: deliveredFields,
    suffixPath: 'delivered/',
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const singles = (count: number) => upTo(count).map((number) => [number]);
const hour = new Date(window.from);

describe('rows that lie in several objects of an hour', () => {
  it('count once where late deliveries make more objects than a job has otherwise', async () => {
    // 210 objects, and 40 that repeat rows of these.
    put('E2LATE00000001', hour, [...singles(210), ...singles(40)]);
    const evidence = await collectAccessLogs(local.context, taskOf('E2LATE00000001'));
    expect(evidence).toMatchObject({
      requests: 210,
      failures: 70,
      rows: { duplicates: 40, duplicatesAreComplete: true },
    });
    expect(evidence.notes).toEqual([expect.stringMatching(/^There is no log object for the hours/)]);
  });

  it('may count twice where the hour is split, which is said', async () => {
    // The last object, of another job than the first, repeats the row of that.
    put('E2SPLIT0000001', hour, [...singles(609), [0]]);
    const { notes, requests, rows } = await collectAccessLogs(local.context, taskOf('E2SPLIT0000001'));
    expect(requests).toBe(610);
    expect(rows).toMatchObject({ duplicates: 0, duplicatesAreComplete: false });
    expect(notes).toContainEqual(expect.stringMatching(mayCountTwice));
    expect(notes).toContainEqual(expect.stringContaining('2026-11-20 08:00 to 09:00 UTC'));
  });

  it.each([
    [130, 130, 0],
    // Too many to be held against each other: one place is read.
    [310, 0, 1],
  ])('count once where v1 and v2 both hold them, in %d objects each', async (objects, duplicates, saidOnePlace) => {
    const id = `E2BOTH${String(objects).padStart(8, '0')}`;
    put(id, hour, singles(objects));
    put(id, hour, singles(objects), 'v2');
    deliverAsWell(id);
    const { requests, failures, rows, notes } = await collectAccessLogs(local.context, taskOf(id));
    expect({ requests, failures, duplicates: rows.duplicates }).toEqual({
      requests: objects,
      failures: Math.ceil(objects / 3),
      duplicates,
    });
    expect(
      notes.filter((note) => /^Only standard logging v1, .* was read of 2026-11-20 08:00 to 09:00 UTC/.test(note)),
    ).toHaveLength(saidOnePlace);
    expect(notes.filter((note) => mayCountTwice.test(note))).toEqual([]);
  });
});

/** The rows of some objects, of the hours of the window, as listed with sizes that split them into jobs. */
const anyObjects = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 3 }),
    rows: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }),
    megabytes: fc.integer({ min: 1, max: 20 }),
  }),
  { minLength: 1, maxLength: 16 },
);

it('comes to the same in any number of jobs, ended in any order', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(anyObjects, fc.infiniteStream(fc.nat()), async (objects, order) => {
      run += 1;
      const id = `E2ANY${String(run).padStart(9, '0')}`;
      for (const at of [0, 1, 2, 3])
        put(
          id,
          new Date(hour.getTime() + at * 3_600_000),
          objects.filter((object) => object.at === at).map(({ rows }) => rows),
        );
      const { plan, shards } = await planLogScan(local.context, taskOf(id), assumedRatePerThread);
      const places = shards[0]?.places ?? [];
      const sizes = new Map(objects.map(({ megabytes }, index) => [index, megabytes]));
      const listed = shards
        .flatMap((shard) => shard.objects)
        .map((object, index) => ({ ...object, bytes: (sizes.get(index) ?? 1) * 1e6 }));
      const cuts = planShards(listed);
      const readAll = async (parts: readonly (readonly (typeof listed)[number][])[]) => {
        const results: ShardResult[] = [];
        for (const part of parts)
          results.push(await readLogShard(local.context, plan.options, { places, objects: [...part] }));
        const ranked = results
          .map((result) => ({ result, rank: order.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        const ordered = ranked.map(({ result }) => result);
        // As a large scan does with its groups.
        const half = Math.floor(ordered.length / 2);
        const merged = half < 2 ? ordered.slice(0, half) : [mergeShardResults(ordered.slice(0, half), plan.options)];
        return assembleLogScan(plan satisfies LogScanPlan, [...ordered.slice(half), ...merged], now, null);
      };
      const [whole, cut] = [await readAll([listed]), await readAll(cuts)];
      if (splitHours(cuts).length === 0) return expect(cut).toEqual(whole);
      // A split hour may count rows twice, never less than once.
      expect(cut.requests).toBeGreaterThanOrEqual(whole.requests);
      expect(cut.requests + cut.rows.duplicates).toBe(whole.requests + whole.rows.duplicates);
    }),
    { numRuns: 20 },
  );
}, 60_000);
