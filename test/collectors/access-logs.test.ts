/** The access log collector against the local S3. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectAccessLogs } from '../../src/collectors/access-logs.js';
import type { TaskOf } from '../../src/collectors/collector.js';
import { Failure } from '../../src/failure.js';
import {
  type AccessLogRow,
  accessLogKey,
  accessLogRow,
  renderAccessLog,
  uploadAccessLogs,
} from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const id = 'E2EXAMPLE12345';
const bucket = 'example-logs';
const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T12:00:00.000Z' };
const now = new Date('2026-11-20T12:00:00.000Z');
const story = plantStory({
  seed: 5,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 4,
  failures: [{ share: 0.5, pathPattern: '/api/*', detailedResult: 'OriginConnectError' }],
});
const failuresIn = (rows: readonly AccessLogRow[]) => rows.filter(({ values }) => values['sc-status'] === '502').length;
const rowAt = (at: string, values: AccessLogRow['values'] = {}) => accessLogRow(new Date(at), values);

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(now);
  local.aws.createBucket(bucket, { region: 'eu-west-1' });
});
afterEach(() => local.stop());

function collect(differs: Partial<TaskOf<'access-logs'>> = {}) {
  return collectAccessLogs(local.context, {
    kind: 'access-logs',
    distributionId: id,
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
    behaviours: [
      { pathPattern: '/api/*', isDefault: false },
      { pathPattern: '*', isDefault: true },
    ],
    window,
    pathPattern: null,
    maxBytes: 1e9,
    ...differs,
  });
}

describe('collectAccessLogs', () => {
  it('finds the region, the hours and the objects, and counts what is in them', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 3 });
    const evidence = await collect();
    expect(evidence).toMatchObject({
      source: 'standard logging v1, s3://example-logs/cdn/',
      bucket,
      objects: { listed: 6, read: 6, failed: [], failedCount: 0 },
      rows: { inWindow: story.length, outsideWindow: 0, malformed: 0, duplicates: 0 },
      requests: story.length,
      failures: failuresIn(story),
      missingFields: [],
    });
    expect(evidence.objects.bytes).toBeGreaterThan(1_000);
    expect(evidence.hours.map(({ hour, objects }) => [hour, objects])).toEqual([
      ['2026-11-20T10:00:00.000Z', 3],
      ['2026-11-20T11:00:00.000Z', 3],
    ]);
    expect(evidence.hours.reduce((sum, { rows }) => sum + rows, 0)).toBe(story.length);
    expect(local.phrases.at(-1)).toMatch(/^6 of 6 log objects, \d+ 502s so far$/);
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  it.each([
    ['a prefix with a slash', 'cdn/'],
    ['a prefix without', 'cdn'],
    ['no prefix', ''],
  ])('finds the keys under %s', async (_name, prefix) => {
    uploadAccessLogs(local.aws, bucket, prefix, id, story);
    expect(await collect({ legacyLogging: { enabled: true, bucket, prefix } })).toMatchObject({
      requests: story.length,
    });
  });

  it('asks for the hours of the window only, exactly', async () => {
    const rows = ['09:30', '10:30', '11:30', '12:30'].map((time) => rowAt(`2026-11-20T${time}:00Z`));
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, rows);
    uploadAccessLogs(local.aws, bucket, 'cdn/', `${id}X`, rows);
    const evidence = await collect({ window: { from: '2026-11-20T10:29:00.000Z', to: '2026-11-20T11:00:00.000Z' } });
    expect(evidence).toMatchObject({ objects: { listed: 1, read: 1 }, requests: 1 });
    expect(local.aws.calls.filter(({ operation }) => operation === 'ListObjectsV2')).toHaveLength(1);
  });

  it('pages through an hour with more than a thousand objects', async () => {
    const empty = renderAccessLog([]);
    for (let index = 0; index < 1_005; index += 1)
      local.aws.putBucketObject(bucket, accessLogKey('cdn/', id, new Date(window.from), `u${index}`), empty);
    expect(await collect()).toMatchObject({ objects: { listed: 1_005, read: 1_005 } });
  });

  it('counts rows that two objects hold once', async () => {
    // More objects than are in flight at once.
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { seed: 1, objectsPerHour: 24 });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { seed: 2, objectsPerHour: 12 });
    expect(await collect()).toMatchObject({ rows: { duplicates: story.length }, requests: story.length });
  });

  it('filters by path and names behaviours by precedence', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const evidence = await collect({ pathPattern: '/api/*' });
    expect(evidence.pathPattern).toBe('/api/*');
    expect(evidence.rows.inWindow).toBe(story.length);
    expect(evidence.dimensions.behaviour.map(({ value }) => value)).toEqual(['/api/*']);
    expect(evidence.failures).toBe(failuresIn(story));
  });

  it('reads an object again whose stream breaks off, and counts its rows once', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 1 });
    local.aws.fail({ service: 's3', operation: 'GetObject', how: 'cut', times: 1 });
    expect(await collect()).toMatchObject({
      objects: { read: 2, failedCount: 0 },
      rows: { duplicates: 0 },
      requests: story.length,
    });
  });

  it('counts nothing of an object that is not whole, lists it, and says so', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 1 });
    const broken = accessLogKey('cdn/', id, new Date(window.from), 'broken');
    const whole = renderAccessLog([rowAt('2026-11-20T10:00:01Z', { 'x-edge-request-id': 'only-here' })]);
    local.aws.putBucketObject(bucket, broken, whole.subarray(0, whole.length - 10));
    const evidence = await collect();
    expect(evidence).toMatchObject({
      objects: {
        listed: 3,
        read: 2,
        failedCount: 1,
        failed: [{ key: broken, message: 'The log object is cut short or is not gzip.' }],
      },
      requests: story.length,
    });
    expect(evidence.notes).toContainEqual(expect.stringMatching(/^1 of 3 log objects could not be read to the end/));
  });

  it('reads the same share of every hour where all of it is past the budget, and says so', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 4 });
    const all = await collect();
    const evidence = await collect({ maxBytes: Math.ceil(all.objects.bytes * 0.6) });
    expect(all).toMatchObject({ objects: { listed: 8, read: 8 } });
    expect(all.whole).toBeUndefined();
    expect(evidence).toMatchObject({
      objects: { listed: 8, read: 4 },
      whole: { objects: 8, bytes: all.objects.bytes },
    });
    expect(evidence.hours.every(({ rows }) => rows > 0)).toBe(true);
    expect(evidence.notes).toContainEqual(
      expect.stringMatching(/^Only a sample was read: 4 of 8 log objects, .* about the same share of every hour\./),
    );
    // Half of the objects; by their bytes about half.
    for (const { partRead = 1 } of evidence.hours) expect(Math.abs(partRead - 0.5)).toBeLessThan(0.2);
    expect(all.hours.every(({ partRead }) => partRead === undefined)).toBe(true);
  });

  it('says which hours have no object and how new the newest row is', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, [rowAt('2026-11-20T10:12:00Z')]);
    expect((await collect()).notes).toEqual([
      'There is no log object for the hours that begin at 2026-11-20 11:00 UTC: no traffic, or the logs have not arrived.',
      'Logs can arrive up to 24 hours late; the newest row is from 2026-11-20 10:12 UTC, 108 minutes before the end of the window.',
    ]);
  });

  it('is evidence of nothing, and says so, where no object has arrived', async () => {
    expect(await collect()).toMatchObject({
      objects: { listed: 0, read: 0 },
      requests: 0,
      newestRow: null,
      notes: ['There is no log object for this window yet: no traffic, or the logs have not arrived.'],
    });
  });

  it('says that a custom error response may hide 502s, and which columns are missing', async () => {
    const rows = [
      rowAt('2026-11-20T10:12:00Z', { 'sc-status': '200', 'x-edge-detailed-result-type': 'OriginDnsError' }),
    ];
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, rows, {
      fields: ['date', 'time', 'sc-status', 'cs-uri-stem', 'x-edge-detailed-result-type'],
    });
    const { notes, missingFields, rows: counted } = await collect();
    expect(missingFields).toContain('x-edge-location');
    expect(counted.duplicatesAreComplete).toBe(false);
    expect(notes).toContainEqual(expect.stringMatching(/^Rows .* count twice where the logs hold no request ids/));
    expect(notes).toContainEqual(expect.stringMatching(/^The logs lack the columns .*x-edge-location/));
    expect(notes).toContainEqual(expect.stringMatching(/^1 request failed at the origin .* hiding 502s\.$/));
  });

  it.each([
    ['was never set up', null],
    ['is off', { enabled: false, bucket, prefix: '' }],
  ])('fails as not found, with what to turn on, where logging %s', async (_name, legacyLogging) => {
    await expect(collect({ legacyLogging })).rejects.toMatchObject({
      kind: 'not-found',
      details: { remedy: expect.stringContaining('Turn on standard logging') },
    });
  });

  it('fails as not found where the bucket does not exist', async () => {
    await expect(collect({ legacyLogging: { enabled: true, bucket: 'gone-logs', prefix: '' } })).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('gone-logs'),
    });
  });

  it('finds the region without the permission to ask for it', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    local.aws.fail({ service: 's3', operation: 'GetBucketLocation', how: 'access-denied' });
    expect(await collect()).toMatchObject({ requests: story.length });
  });

  it('gives up early, with the permission to ask for, where no object may be read', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 40 });
    local.aws.fail({ service: 's3', operation: 'GetObject', how: 'access-denied' });
    await expect(collect()).rejects.toMatchObject({
      kind: 'access-denied',
      details: { remedy: expect.stringContaining('s3:GetObject on arn:aws:s3:::example-logs/*') },
    });
    expect(local.aws.calls.filter(({ operation }) => operation === 'GetObject').length).toBeLessThan(40);
  });

  it('names the permission to list', async () => {
    local.aws.fail({ service: 's3', operation: 'ListObjectsV2', how: 'access-denied' });
    await expect(collect()).rejects.toMatchObject({
      kind: 'access-denied',
      details: { action: 's3:ListBucket', remedy: expect.stringContaining('s3:ListBucket') },
    });
  });

  it('lets go of every stream when the check is cancelled', async () => {
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story, { objectsPerHour: 2 });
    local.aws.fail({ service: 's3', operation: 'GetObject', how: 'stall' });
    const running = collect();
    const call = await local.aws.waitForCall(({ operation }) => operation === 'GetObject');
    local.abort(new Failure('cancelled', 'Stopped by the test.'));
    await expect(running).rejects.toMatchObject({ kind: 'cancelled', message: 'Stopped by the test.' });
    await local.aws.waitForCall(({ requestId, state }) => requestId === call.requestId && state === 'left');
  });
});
