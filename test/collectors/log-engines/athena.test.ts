/** Athena behind the real SDK: the same logs counted there and read here. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AggregateOptions } from '../../../src/access-log/aggregate.js';
import { createPartialScan } from '../../../src/access-log/partial-scan.js';
import type { CollectContext } from '../../../src/collectors/collector.js';
import { findLogSources } from '../../../src/collectors/find-log-sources.js';
import { athenaEngine } from '../../../src/collectors/log-engines/athena.js';
import type { LogEngine, QueriedPlace } from '../../../src/collectors/log-engines/log-engine.js';
import { columnOf } from '../../../src/collectors/log-engines/log-table.js';
import { type LogListing, listLogObjects } from '../../../src/collectors/log-objects.js';
import { readLogObjects } from '../../../src/collectors/read-log-objects.js';
import { windowOfLast } from '../../../src/diagnosis/window.js';
import { Failure } from '../../../src/failure.js';
import type { AthenaSettings } from '../../../src/platform/log-settings.js';
import { uploadAccessLogs } from '../../world/access-logs.js';
import { deliveredFields, renderDeliveredText, uploadDeliveredLogs } from '../../world/delivered-logs.js';
import { plantStory } from '../../world/log-story.js';
import { openDuck } from '../../world/sql/duck.js';
import { startStopwatch } from '../../world/stopwatch.js';
import { type LocalContext, startLocalContext } from '../local-context.js';

const id = 'E2EXAMPLE12345';
const distributionArn = `arn:aws:cloudfront::123456789012:distribution/${id}`;
const bucket = 'example-logs';
const now = new Date('2026-11-21T02:00:00.000Z');
/** Over midnight, and not on the minute. */
const window = { from: '2026-11-20T22:10:30.500Z', to: '2026-11-21T01:20:00.000Z' };
const options = { window, pathPattern: null, behaviours: ['/api/*', '*'] };
const story = plantStory({
  seed: 11,
  window: { from: new Date('2026-11-20T20:00:00.000Z'), to: new Date('2026-11-21T02:00:00.000Z') },
  requestsPerMinute: 3,
  failures: [
    { share: 0.4, pathPattern: '/api/*', detailedResult: 'OriginConnectError', timeTakenSeconds: [0.001, 12] },
  ],
});
const settings: AthenaSettings = {
  region: null,
  workgroup: 'cf502',
  catalog: 'AwsDataCatalog',
  database: 'cf502_logs',
  outputLocation: 's3://example-results/cf502/',
  dollarsPerTerabyte: 5,
};

let local: LocalContext;
let engine: LogEngine;
beforeEach(async () => {
  local = await startLocalContext(now);
  local.aws.createBucket(bucket, { region: 'eu-west-1' });
  local.aws.putWorkGroup({ name: 'cf502', bytesScannedCutoff: 1e9 });
  const made = athenaEngine(settings);
  if (made === null) throw new Error('no engine');
  engine = made;
});
afterEach(() => local.stop());

async function listLegacy(): Promise<LogListing> {
  const { sources } = await findLogSources(local.context, {
    distributionId: id,
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
  });
  return listFirst(sources);
}

async function listFirst(sources: Awaited<ReturnType<typeof findLogSources>>['sources']): Promise<LogListing> {
  const source = sources[0];
  if (source?.kind !== 's3') throw new Error('no source in S3');
  return listLogObjects(local.context, source, window);
}

async function read(listing: LogListing) {
  const objects = await readLogObjects(
    local.context,
    listing.objects.map((object) => ({ ...object, listing })),
    options,
  );
  const { samples: _samples, ...counted } = objects.aggregate.finish();
  return { ...counted, malformed: objects.malformed, duplicates: objects.duplicates };
}

async function count(place: QueriedPlace, context = local.context, asked: AggregateOptions = options) {
  const counted = await engine.count(context, place, asked);
  const total = createPartialScan(asked);
  total.merge(counted.part);
  const { samples, objects: _objects, malformedSamples, missingFields, duplicateDoubts, ...result } = total.finish();
  expect(malformedSamples).toEqual([]);
  return { ...counted, samples, missingFields, duplicateDoubts, result };
}

/** As a delivery writes it: every column a string, named with underscores. */
async function toParquet(jsonLines: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  const duck = await openDuck();
  try {
    const columns = deliveredFields.map((field) => `"${field}": 'VARCHAR'`).join(', ');
    const named = deliveredFields.map((field) => `"${field}" AS "${columnOf(field)}"`).join(', ');
    writeFileSync(join(folder, 'rows.json'), jsonLines);
    await duck.run(
      `COPY (SELECT ${named} FROM read_json('${folder}/rows.json', format = 'newline_delimited', columns = {${columns}})) TO '${folder}/rows.parquet' (FORMAT parquet)`,
    );
    return readFileSync(join(folder, 'rows.parquet'));
  } finally {
    duck.close();
    rmSync(folder, { recursive: true });
  }
}

describe('Athena', () => {
  it('counts v1 logs as reading them does, and scans no other hour and no other distribution', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 3 });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story.slice(0, 200), { seed: 2 });
    uploadAccessLogs(local.aws, bucket, 'cdn/', 'E9OTHER1234567', story);
    const listing = await listLegacy();
    const counted = await count({ kind: 's3', listing });
    expect(counted.result).toEqual(await read(listing));
    expect(counted.result.failures).toBeGreaterThan(20);
    expect(counted.samples).toHaveLength(20);
    expect(counted).toMatchObject({
      scannedBytes: listing.bytes,
      reused: false,
      missingFields: [],
      duplicateDoubts: [],
    });
    expect(counted.dollars).toBeCloseTo(0.00005, 8);
    expect(counted.notes[0]).toMatch(/^Counted by Athena, which scanned 0\.\d+ GB for about \$0\.0001/);
  });

  it.each([
    ['json', '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}', false],
    ['w3c', '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}', true],
    ['plain', '{yyyy}/{MM}/{dd}/{HH}', false],
    ['raw', '', false],
    ['json', '{yyyy}/{MM}/{dd}', false],
  ] as const)(
    'counts v2 logs in %s under %j (Hive: %s) by partition projection',
    async (format, suffixPath, isHive) => {
      local.aws.putLogDelivery({
        resourceArn: distributionArn,
        destinationArn: `arn:aws:s3:::${bucket}`,
        outputFormat: format,
        recordFields: deliveredFields,
        fieldDelimiter: '\t',
        suffixPath,
        enableHiveCompatiblePath: isHive,
      });
      const { sources } = await findLogSources(local.context, {
        distributionId: id,
        distributionArn,
        legacyLogging: null,
      });
      const folder = (hour: Date): string => {
        const [date = '', clock = ''] = hour.toISOString().split('T');
        const [year, month, day] = date.split('-');
        const values: Readonly<Record<string, string>> = {
          '{DistributionId}': isHive ? `DistributionId=${id}` : id,
          '{yyyy}': `${isHive ? 'year=' : ''}${year}`,
          '{MM}': `${isHive ? 'month=' : ''}${month}`,
          '{dd}': `${isHive ? 'day=' : ''}${day}`,
          '{HH}': `${isHive ? 'hour=' : ''}${clock.slice(0, 2)}`,
        };
        const suffix = suffixPath
          .split('/')
          .map((part) => values[part] ?? part)
          .join('/');
        return `AWSLogs/${isHive ? 'aws-account-id=' : ''}123456789012/CloudFront/${suffix === '' ? '' : `${suffix}/`}`;
      };
      uploadDeliveredLogs(local.aws, bucket, id, folder, story, { format });
      if (!suffixPath.includes('{DistributionId}'))
        uploadDeliveredLogs(local.aws, bucket, 'E9OTHER1234567', folder, story, { format });
      const listing = await listFirst(sources);
      expect(listing.objects).toHaveLength(4);
      const counted = await count({ kind: 's3', listing });
      const inWindow = story.filter(({ at }) => at >= new Date('2026-11-20T22:10:31.000Z') && at < new Date(window.to));
      expect(counted.result).toMatchObject({
        requests: inWindow.length,
        failures: inWindow.filter(({ values }) => values['sc-status'] === '502').length,
        malformed: 0,
      });
      expect(counted.result).toEqual(await read(listing));
      expect(counted.scannedBytes).toBe(listing.bytes);
    },
  );

  it('counts v2 logs in Parquet, whose columns it reads by name', async () => {
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: `arn:aws:s3:::${bucket}/parquet`,
      outputFormat: 'parquet',
      recordFields: deliveredFields,
      suffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
    });
    const inHour = story.filter(({ at }) => at.toISOString().startsWith('2026-11-20T23'));
    const key = `parquet/${id}/2026/11/20/23/${id}.2026-11-20-23.0a1b2c3d.parquet`;
    local.aws.putBucketObject(bucket, key, await toParquet(renderDeliveredText(inHour, { format: 'json' })));
    const { sources } = await findLogSources(local.context, {
      distributionId: id,
      distributionArn,
      legacyLogging: null,
    });
    const listing = await listFirst(sources);
    const counted = await count({ kind: 's3', listing });
    expect(counted.result).toEqual(await read(listing));
    expect(counted.result).toMatchObject({
      requests: inHour.length,
      failures: inHour.filter(({ values }) => values['sc-status'] === '502').length,
      malformed: 0,
    });
  });

  /** The local AWS goes by the clock of this machine. */
  const later = (minutes: number) => ({ ...local.context, now: () => new Date(Date.now() + minutes * 60_000) });

  it('is asked once for the same objects, and says that the second answer costs nothing', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const first = await count({ kind: 's3', listing: await listLegacy() }, later(0));
    const again = await count({ kind: 's3', listing: await listLegacy() }, later(180));
    expect(first).toMatchObject({
      reused: false,
      notes: [expect.stringMatching(/ for about \$0\.0001/), expect.anything()],
    });
    expect(again).toMatchObject({
      reused: true,
      dollars: 0,
      result: first.result,
      notes: [expect.stringMatching(/an earlier query over the same objects, at no cost\.$/), expect.anything()],
    });
    // The table and one count: the token answers for the second.
    expect(local.aws.queriesRun).toHaveLength(2);
  });

  it('is asked once for the last three hours within a minute, and anew in the next', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const listing = await listLegacy();
    const ask = (time: string, minutes: number) =>
      count({ kind: 's3', listing }, later(minutes), {
        ...options,
        window: windowOfLast(180, new Date(`2026-11-21T${time}Z`)),
      });
    const first = await ask('01:19:05', 0);
    const again = await ask('01:19:50', 1);
    expect(first.reused).toBe(false);
    expect(first.result.requests).toBeGreaterThan(100);
    expect(again).toMatchObject({ reused: true, dollars: 0, result: first.result });
    expect((await ask('01:20:05', 2)).reused).toBe(false);
    expect(local.aws.queriesRun).toHaveLength(3);
  });

  it.each([1, 180])('is asked anew where late rows arrived %s minutes after the first count', async (minutes) => {
    const late = story.length - 100;
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story.slice(0, late));
    await count({ kind: 's3', listing: await listLegacy() }, later(0));
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story.slice(late), { seed: 2 });
    const listing = await listLegacy();
    const again = await count({ kind: 's3', listing }, later(minutes));
    expect(again).toMatchObject({ reused: false, result: await read(listing) });
    expect(again.result.requests).toBeGreaterThan(0);
    expect(local.aws.queriesRun).toHaveLength(3);
  });

  it('joins a run that another attempt of the same job began', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const listing = await listLegacy();
    const [one, other] = await Promise.all([count({ kind: 's3', listing }), count({ kind: 's3', listing })]);
    expect(one.result).toEqual(other.result);
    expect(local.aws.queriesRun.filter((sql) => sql.startsWith('WITH'))).toHaveLength(1);
  });

  it('says for itself why rows that were delivered twice count twice', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { seed: 2 });
    local.aws.putWorkGroup({ name: 'cf502', bytesScannedCutoff: 1e12 });
    const listing = await listLegacy();
    const once = await count({ kind: 's3', listing });
    const twice = await count({ kind: 's3', listing: { ...listing, bytes: 60e9 } });
    expect(twice.result.requests).toBe(once.result.requests * 2);
    expect(once.notes.join(' ')).not.toContain('twice');
    expect(twice.notes[1]).toBe(
      'Rows that were delivered twice count twice: above 50.0 GB they are not looked for in Athena.',
    );
    expect(twice.duplicateDoubts).toEqual(['not-sought']);
  });

  it('estimates what it may cost before anything is run', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const listing = { ...(await listLegacy()), bytes: 2e12 };
    expect(await engine.estimate(local.context, { kind: 's3', listing }, options)).toMatchObject({
      engine: 'athena',
      bytes: 2e12,
      dollars: 10,
      price: expect.stringContaining('https://aws.amazon.com/athena/pricing/'),
    });
    expect(local.aws.queriesRun).toEqual([]);
  });

  it.each([
    ['without a cut-off', { name: 'cf502' }, /sets no limit/],
    ['that is disabled', { name: 'cf502', bytesScannedCutoff: 1e9, state: 'DISABLED' }, /is disabled/],
    ['whose cut-off is less than the logs', { name: 'cf502', bytesScannedCutoff: 100 }, /cuts queries off at/],
  ] as const)('starts nothing in a workgroup %s', async (_name, seed, message) => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    local.aws.putWorkGroup(seed);
    const failure = await count({ kind: 's3', listing: await listLegacy() }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ kind: 'misconfigured', message: expect.stringMatching(message) });
    expect(local.aws.queriesRun).toEqual([]);
  });

  it('stops the query in Athena within a second when the check is cancelled', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const listing = await listLegacy();
    const release = local.aws.stallQueries();
    const counting = count({ kind: 's3', listing }, later(0)).catch((thrown: unknown) => thrown);
    await local.aws.waitForCall(({ operation }) => operation === 'GetQueryExecution');
    const sinceAbort = startStopwatch();
    local.abort(new Failure('cancelled', 'The check was cancelled.'));
    expect(await counting).toMatchObject({ kind: 'cancelled' });
    expect(sinceAbort.elapsedMs()).toBeLessThan(1_000);
    expect(local.aws.calls.map(({ operation }) => operation)).toContain('StopQueryExecution');
    release();
  });

  /** A check that asks the same as others: it can be cancelled, and says when it waits for its query. */
  function asking(listing: LogListing, context: CollectContext) {
    const controller = new AbortController();
    let waits: () => void = () => undefined;
    const isWaiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const onProgress = (phrase: string): void => (phrase.startsWith('Athena counts') ? waits() : undefined);
    const counting = count({ kind: 's3', listing }, { ...context, signal: controller.signal, onProgress });
    counting.catch(() => undefined);
    const cancel = () => controller.abort(new Failure('cancelled', 'The check was cancelled.'));
    return { counting, cancel, isWaiting: Promise.race([isWaiting, counting]) };
  }
  const counts = () => local.aws.queriesRun.filter((sql) => sql.startsWith('WITH'));
  const stops = () => local.aws.calls.filter(({ operation }) => operation === 'StopQueryExecution');
  /** A table, so that the next query is a count. */
  const makeTable = (listing: LogListing) =>
    count({ kind: 's3', listing }, later(0), { ...options, pathPattern: '/none' });

  it.each([
    ['joined it', 'second', 1, { stopped: 0, begun: 1 }],
    ['began it', 'first', 1, { stopped: 1, begun: 2 }],
    ['asked at the same moment, as clocks go', 'second', -1, { stopped: 1, begun: 2 }],
  ] as const)(
    'answers a check that shares its query with one that %s and is cancelled',
    async (_which, which, minutes, expected) => {
      uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
      const listing = await listLegacy();
      await makeTable(listing);
      const before = counts().length;
      const release = local.aws.stallQueries();
      const first = asking(listing, later(0));
      await first.isWaiting;
      const second = asking(listing, later(minutes));
      await second.isWaiting;
      const [cancelled, other] = which === 'first' ? [first, second] : [second, first];
      cancelled.cancel();
      await expect(cancelled.counting).rejects.toMatchObject({ kind: 'cancelled' });
      release();
      expect((await other.counting).result).toEqual(await read(listing));
      expect({ stopped: stops().length, begun: counts().length - before }).toEqual(expected);
    },
  );

  it('answers a run of a job whose earlier runs were aborted, however many', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const listing = await listLegacy();
    await makeTable(listing);
    const release = local.aws.stallQueries();
    for (let run = 1; run <= 4; run += 1) {
      const { counting, cancel, isWaiting } = asking(listing, later(0));
      await isWaiting;
      cancel();
      await expect(counting).rejects.toMatchObject({ kind: 'cancelled' });
      expect(stops()).toHaveLength(run);
    }
    release();
    expect((await asking(listing, later(0)).counting).result).toEqual(await read(listing));
  });

  it('does not pay again for a query that the workgroup cut off', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    local.aws.putWorkGroup({ name: 'cf502', bytesScannedCutoff: 100 });
    const counting = count({ kind: 's3', listing: { ...(await listLegacy()), bytes: 100 } }, later(0));
    await expect(counting).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('cuts off'),
    });
    expect(counts()).toHaveLength(1);
  });

  it.each(['GetWorkGroup', 'StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'] as const)(
    'names athena:%s where it is missing',
    async (operation) => {
      uploadAccessLogs(local.aws, bucket, 'cdn/', id, story.slice(0, 50));
      const listing = await listLegacy();
      local.aws.fail({ service: 'athena', operation, how: 'access-denied' });
      const failure = await count({ kind: 's3', listing }).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({
        kind: 'access-denied',
        details: { remedy: expect.stringContaining(`athena:${operation}`) },
      });
    },
  );
});
