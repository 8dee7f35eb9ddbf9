/** Reading many log objects at once: what they come to together, and what one that breaks off does to the others. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PlacedObject, readLogObjects } from '../../src/collectors/read-log-objects.js';
import { accessLogRow, renderAccessLogText } from '../world/access-logs.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const bucket = 'example-logs';
const hour = '2026-11-20T10:00:00.000Z';
const options = {
  window: { from: hour, to: '2026-11-20T11:00:00.000Z' },
  pathPattern: null,
  behaviours: ['*'],
};
const source = {
  kind: 's3',
  generation: 'v1',
  name: 'standard logging v1',
  distributionId: 'E2EXAMPLE12345',
  bucket,
  folders: [''],
  isOwnFolder: true,
  format: 'w3c',
  delimiter: '\t',
  fields: [],
} as const;

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T11:00:00.000Z'));
  local.aws.createBucket(bucket, { region: 'eu-west-1' });
});
afterEach(() => local.stop());

function put(key: string, body: Buffer): PlacedObject {
  local.aws.putBucketObject(bucket, key, body);
  return { key, bytes: body.length, hour, listing: { source, region: 'eu-west-1' } };
}

const rowOf = (id: string) =>
  accessLogRow(new Date('2026-11-20T10:15:42.000Z'), { 'sc-status': '502', 'x-edge-request-id': id });

describe('objects that are read side by side', () => {
  it('lose no row to one that breaks off', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      rowOf(`id-${index}-${(index * index * 7919) % 1_000_003}`),
    );
    const whole = gzipSync(renderAccessLogText(rows));
    const objects = [
      put('a', whole.subarray(0, -5)),
      put('b', whole),
      put('c', whole),
      put('d', whole.subarray(0, -9)),
    ];
    const read = await readLogObjects(local.context, objects, options);
    expect(read).toMatchObject({ read: 2, failedCount: 2, duplicates: 20_000, duplicatesAreComplete: true });
    expect(read.aggregate.finish().failures).toBe(20_000);
  });

  it('show what lines look like that are no rows', async () => {
    const objects = ['a', 'b'].map((key) => put(key, gzipSync(`${renderAccessLogText([rowOf(key)])}Key-${key}\n`)));
    const read = await readLogObjects(local.context, objects, options);
    expect(read).toMatchObject({ malformed: 2, malformedSamples: ['1 of 33 columns: Aaa-a'] });
  });

  it('are no leak to Node, however many listen to the signal', async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error): void => {
      warnings.push(name);
    };
    process.on('warning', listen);
    const objects = Array.from({ length: 40 }, (_, index) =>
      put(`${index}`, gzipSync(renderAccessLogText([rowOf(`${index}`)]))),
    );
    const context = { ...local.context, signal: new AbortController().signal };
    await readLogObjects(context, objects, options);
    // Warnings are told in a later turn.
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).not.toContain('MaxListenersExceededWarning');
  });

  it('does not take a row of the future for a proof that logs have arrived', async () => {
    const rows = [rowOf('now'), accessLogRow(new Date('9999-12-31T23:59:59.000Z'), { 'x-edge-request-id': 'then' })];
    const read = await readLogObjects(local.context, [put('a', gzipSync(renderAccessLogText(rows)))], options);
    expect(read.aggregate.finish()).toMatchObject({
      newestRow: '2026-11-20T10:15:42.000Z',
      rows: { outsideWindow: 1 },
    });
  });

  it('take no row of far outside the window for the oldest or the newest', async () => {
    // A day later rows of today are no longer of the future.
    const context = { ...local.context, now: () => new Date('2026-11-21T11:00:00.000Z') };
    const absurd = ['1970-01-02T00:00:00.000Z', '2026-11-20T20:00:00.000Z', '2099-01-01T00:00:00.000Z'];
    const rows = [rowOf('now'), ...absurd.map((at) => accessLogRow(new Date(at), { 'x-edge-request-id': at }))];
    const read = await readLogObjects(context, [put('a', gzipSync(renderAccessLogText(rows)))], options);
    expect(read.aggregate.finish()).toMatchObject({
      newestRow: '2026-11-20T10:15:42.000Z',
      // The hour is known, the row is not.
      oldestRow: '2026-11-20T10:00:00.000Z',
      rows: { inWindow: 1, outsideWindow: 3 },
    });
  });
});
