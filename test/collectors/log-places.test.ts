/** Where logs lie, and what stands in the way of reading them, against the local AWS. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect } from '../../src/collectors/collect.js';
import type { CollectContext, TaskOf } from '../../src/collectors/collector.js';
import { logSettings } from '../../src/platform/log-settings.js';
import { type Policy, parsePolicy } from '../../src/policy.js';
import { accessLogKey, renderAccessLog, uploadAccessLogs } from '../world/access-logs.js';
import type { ObjectSeed } from '../world/aws/s3.js';
import { deliveredFields, renderDeliveredText, uploadDeliveredLogs } from '../world/delivered-logs.js';
import { plantStory } from '../world/log-story.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const id = 'E2EXAMPLE12345';
const distributionArn = `arn:aws:cloudfront::123456789012:distribution/${id}`;
const bucket = 'example-logs';
const region = 'eu-west-1';
const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T12:00:00.000Z' };
const story = plantStory({
  seed: 5,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 2,
  failures: [{ share: 0.5, pathPattern: '/api/*', detailedResult: 'OriginConnectError' }],
});
const failures = story.filter(({ values }) => values['sc-status'] === '502').length;

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T12:00:00.000Z'));
});
afterEach(() => local.stop());

function policyWith(lines: string): Policy {
  return parsePolicy(`version: 1\n${lines}\n`, 'test');
}

async function read(policy: Policy | null = null, differs: Partial<TaskOf<'access-logs'>> = {}) {
  const context: CollectContext = policy === null ? local.context : { ...local.context, logs: logSettings(policy) };
  const { gathered } = await collect(context, taskOf(differs));
  return gathered;
}

function taskOf(differs: Partial<TaskOf<'access-logs'>> = {}): TaskOf<'access-logs'> {
  return {
    kind: 'access-logs',
    distributionId: id,
    distributionArn,
    domainName: 'd111111abcdef8.cloudfront.net',
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
    behaviours: [{ pathPattern: '*', isDefault: true }],
    window,
    pathPattern: null,
    maxBytes: 1e9,
    ...differs,
  };
}

const notes = (...lines: readonly RegExp[]) => ({
  state: 'collected',
  data: { notes: expect.arrayContaining(lines.map((line) => expect.stringMatching(line))) },
});

/** Every second object differs from the others. */
function uploadHalf(seed: ObjectSeed): void {
  for (const [index, part] of [0, 1, 2, 3].entries())
    local.aws.putBucketObject(
      bucket,
      accessLogKey('cdn/', id, new Date(window.from), `u${index}`),
      renderAccessLog(story.filter(({ at }, row) => row % 4 === part && at < new Date('2026-11-20T11:00:00.000Z'))),
      index % 2 === 0 ? {} : seed,
    );
}

describe('a log bucket', () => {
  it('is read in an opt-in region, by the endpoint of that region', async () => {
    local.aws.createBucket(bucket, { region: 'me-south-1' });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({ data: { requests: story.length, failures } });
    expect(local.aws.calls.find(({ operation }) => operation === 'GetObject')).toMatchObject({ region: 'me-south-1' });
  });

  it('in a region that is not turned on is said to be so', async () => {
    local.aws.createBucket(bucket, { region: 'me-south-1' });
    local.aws.fail({ service: 's3', region: 'me-south-1', how: { status: 400, code: 'InvalidToken' } });
    expect(await read()).toMatchObject({
      state: 'unavailable',
      reason: {
        message: expect.stringContaining('lies in me-south-1, a region that must be turned on'),
        remedy: expect.stringContaining('Turn on me-south-1'),
      },
    });
  });

  it('that may not be listed names the permission', async () => {
    local.aws.createBucket(bucket, { region });
    local.aws.fail({ service: 's3', operation: 'ListObjectsV2', how: 'access-denied' });
    expect(await read()).toMatchObject({
      state: 'unavailable',
      reason: { kind: 'access-denied', remedy: expect.stringContaining(`s3:ListBucket on arn:aws:s3:::${bucket}`) },
    });
  });

  it('that is gone is said to be gone', async () => {
    expect(await read()).toMatchObject({
      state: 'unavailable',
      reason: { kind: 'not-found', message: `The log bucket ${bucket} of the distribution does not exist.` },
    });
  });

  it('whose reader pays says so, and is read where the policy agrees to pay', async () => {
    local.aws.createBucket(bucket, { region, requesterPays: true });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({
      state: 'unavailable',
      reason: {
        message: expect.stringContaining('is a Requester Pays bucket'),
        remedy: expect.stringContaining('logs.requesterPays'),
      },
    });
    expect(await read(policyWith('logs: { requesterPays: true }'))).toMatchObject({ data: { requests: story.length } });
  });
});

describe('log objects', () => {
  beforeEach(() => local.aws.createBucket(bucket, { region }));

  it('that a denied KMS key encrypts are counted, and the key is named', async () => {
    local.aws.denyKmsKey(keyArn);
    uploadHalf({ kmsKeyArn: keyArn });
    expect(await read()).toMatchObject(
      notes(/^2 of 4 log objects were not read: .* KMS key that cf502 may not use\. Allow kms:Decrypt on arn:aws:kms:/),
    );
  });

  it('that all are encrypted so make the logs unavailable, with the remedy', async () => {
    local.aws.denyKmsKey(keyArn);
    local.aws.putBucketObject(bucket, accessLogKey('cdn/', id, new Date(window.from), 'u'), renderAccessLog(story), {
      kmsKeyArn: keyArn,
    });
    expect(await read()).toMatchObject({
      state: 'unavailable',
      reason: { kind: 'access-denied', remedy: expect.stringContaining(`kms:Decrypt on ${keyArn}`) },
    });
  });

  it('whose key is disabled are counted', async () => {
    uploadHalf({});
    local.aws.fail({
      service: 's3',
      operation: 'GetObject',
      url: '.u1.gz',
      how: { status: 400, code: 'KMS.DisabledException' },
    });
    expect(await read()).toMatchObject(
      notes(/^1 of 4 log objects was not read: the KMS key that encrypts it is disabled/),
    );
  });

  it.each(['GLACIER', 'DEEP_ARCHIVE'] as const)('in %s are not asked for, and counted', async (storageClass) => {
    uploadHalf({ storageClass });
    expect(await read()).toMatchObject(
      notes(/^2 of 4 log objects lie in Glacier or Deep Archive and were not read\. Restore/),
    );
    expect(local.aws.calls.filter(({ operation }) => operation === 'GetObject')).toHaveLength(2);
  });

  it('that are archived leave their hours unknown, which is not without objects', async () => {
    const archive = (at: string, name: string, body: Buffer) =>
      local.aws.putBucketObject(bucket, accessLogKey('cdn/', id, new Date(at), name), body, {
        storageClass: 'GLACIER',
      });
    const rowsOf = (hour: string) => renderAccessLog(story.filter(({ at }) => at.toISOString().includes(`T${hour}`)));
    const recent = rowsOf('11');
    archive('2026-11-20T10:00:00.000Z', 'u0', rowsOf('10'));
    // Of the hour that is there one object is archived too.
    archive('2026-11-20T11:00:00.000Z', 'u1', recent);
    local.aws.putBucketObject(bucket, accessLogKey('cdn/', id, new Date('2026-11-20T11:00:00.000Z'), 'u2'), recent);
    const gathered = await read();
    expect(gathered).toMatchObject({
      data: {
        objects: { listed: 3, read: 1 },
        hours: [
          { objects: 1, rows: 0, partRead: 0 },
          { objects: 2, partRead: 0.5 },
        ],
      },
    });
    expect(gathered).toMatchObject(notes(/^Nothing was read of 2026-11-20 10:00 to 11:00 UTC\.$/, /in Glacier/));
    expect(gathered).not.toMatchObject(notes(/There is no log object/));
  });

  it('that were restored, or are in a class that answers at once, are read', async () => {
    uploadHalf({ storageClass: 'GLACIER', restoredUntil: new Date('2026-12-01T00:00:00.000Z') });
    expect(await read()).toMatchObject({ data: { objects: { read: 4 } } });
    uploadHalf({ storageClass: 'GLACIER_IR' });
    expect(await read()).toMatchObject({ data: { objects: { listed: 4 } } });
  });

  it('in the archive tier of Intelligent-Tiering, which no listing tells, are counted when they refuse', async () => {
    uploadHalf({ storageClass: 'ARCHIVE_ACCESS' });
    expect(await read()).toMatchObject(
      notes(/^2 of 4 log objects were not read, being in an archive tier of S3\. Restore/),
    );
  });

  it('that are gone when it is time to read are counted', async () => {
    uploadHalf({});
    local.aws.fail({ service: 's3', operation: 'GetObject', url: '.u2.gz', how: { status: 404, code: 'NoSuchKey' } });
    expect(await read()).toMatchObject(notes(/^1 of 4 log objects was gone when it was time to read/));
  });
});

describe('deliveries of standard logging v2', () => {
  const folder = (hour: Date) => `v2/${id}/${hour.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')}/`;
  const deliver = (differs: Partial<Parameters<LocalContext['aws']['putLogDelivery']>[0]> = {}) =>
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: 'arn:aws:s3:::example-v2/v2',
      outputFormat: 'w3c',
      recordFields: deliveredFields,
      suffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
      ...differs,
    });

  it('are found in a bucket elsewhere, and rows that v1 holds too are counted once', async () => {
    deliver();
    local.aws.createBucket('example-v2', { region: 'ap-south-1' });
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story.slice(0, 100));
    uploadDeliveredLogs(local.aws, 'example-v2', id, folder, story, { format: 'w3c' });
    expect(await read()).toMatchObject({
      data: {
        requests: story.length,
        failures,
        rows: { duplicates: 100 },
        source: `standard logging v1, s3://${bucket}/cdn/ and standard logging v2 (w3c), s3://example-v2/v2/${id}/{yyyy}/{MM}/{dd}/{HH}/`,
      },
    });
  });

  it('are enough where v1 is off', async () => {
    deliver();
    local.aws.createBucket('example-v2');
    uploadDeliveredLogs(local.aws, 'example-v2', id, folder, story, { format: 'w3c' });
    expect(await read(null, { legacyLogging: null })).toMatchObject({ data: { requests: story.length } });
  });

  it.each([
    [
      'another account',
      { foreign: true },
      /^Standard logs v2 are delivered to a destination that could not be looked up/,
    ],
    [
      'Firehose',
      { destinationType: 'FH', destinationArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/cdn' },
      /Firehose stream cdn, which hands them on and keeps none/,
    ],
  ] as const)('to %s are named, beside the logs that can be read', async (_name, differs, note) => {
    deliver(differs);
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({ ...notes(note), data: { requests: story.length } });
    expect(await read(null, { legacyLogging: null })).toMatchObject({
      state: 'unavailable',
      reason: {
        message: expect.stringMatching(
          /^Access logs of E2EXAMPLE12345 are delivered where cf502 cannot read them, .*Standard logs v2/,
        ),
        remedy: expect.any(String),
      },
    });
  });

  it('that may not be looked up are a note where v1 does', async () => {
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    local.aws.fail({ service: 'logs', operation: 'DescribeDeliverySources', how: 'access-denied' });
    expect(await read()).toMatchObject(notes(/logs:DescribeDeliverySources/));
  });

  it('into a bucket that is denied are a note beside one that is not', async () => {
    deliver();
    local.aws.createBucket(bucket, { region });
    local.aws.createBucket('example-v2');
    local.aws.fail({ service: 's3', operation: 'ListObjectsV2', url: '/example-v2', how: 'access-denied' });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({
      ...notes(/log bucket example-v2 be listed/),
      data: { requests: story.length },
    });
    // What the other has no object for may lie there.
    const longer = await read(null, { window: { from: '2026-11-20T09:00:00.000Z', to: window.to } });
    expect(longer).toMatchObject({
      data: { hours: [{ objects: 0, partRead: 0 }, { rows: expect.any(Number) }, { rows: expect.any(Number) }] },
    });
    expect(longer).toMatchObject(notes(/^Nothing was read of 2026-11-20 09:00 to 10:00 UTC\.$/));
    expect(longer).not.toMatchObject(notes(/There is no log object/));
  });

  it('without request ids are left aside where v1 holds the same rows', async () => {
    deliver({ recordFields: deliveredFields.filter((field) => field !== 'x-edge-request-id') });
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({ ...notes(/holds no request ids/), data: { requests: story.length } });
  });

  it('are left aside where the policy file names the place', async () => {
    deliver({ destinationArn: 'arn:aws:s3:::elsewhere' });
    local.aws.createBucket('example-moved', { region });
    uploadAccessLogs(local.aws, 'example-moved', 'kept/', id, story);
    const policy = policyWith(`distributions: { shop: { id: ${id}, logs: [{ s3: s3://example-moved/kept/ }] } }`);
    expect(await read(policy)).toMatchObject({
      data: { requests: story.length, source: 'logs named in the policy file (w3c), s3://example-moved/kept/' },
    });
  });
});

describe('engines', () => {
  const logGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:my-cdn';
  const athena = 'athena: { workgroup: cf502, database: cf502_logs, outputLocation: s3://example-results/ }';

  function deliverToGroup(): void {
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: logGroupArn,
      destinationType: 'CWL',
      outputFormat: 'json',
      recordFields: deliveredFields,
    });
    local.aws.putLogEvents(
      logGroupArn,
      story.map((row) => ({ at: row.at, message: renderDeliveredText([row], { format: 'json' }).trim() })),
    );
  }

  it('count a log group where nothing lies in S3', async () => {
    deliverToGroup();
    const gathered = await read(null, { legacyLogging: null });
    expect(gathered).toMatchObject({
      ...notes(/^Counted by CloudWatch Logs Insights/, /^Logs Insights tells time .*delivered twice count twice/),
      data: {
        requests: story.length,
        failures,
        rows: { duplicatesAreComplete: false },
        source: 'standard logging v2, log group my-cdn',
      },
    });
    expect(JSON.stringify(gathered)).not.toContain('may not be counted exactly once');
  });

  it('count the rows of the distribution alone where another delivers to the same log group', async () => {
    deliverToGroup();
    const other = 'arn:aws:cloudfront::123456789012:distribution/E9OTHER1234567';
    const rows = story.map(({ at, values }) => ({
      at,
      values: { ...values, 'cs(Host)': 'd999999abcdef8.cloudfront.net' },
    }));
    local.aws.putLogDelivery({
      resourceArn: other,
      destinationArn: logGroupArn,
      destinationType: 'CWL',
      outputFormat: 'json',
    });
    local.aws.putLogEvents(
      logGroupArn,
      rows.map((row) => ({ at: row.at, message: renderDeliveredText([row], { format: 'json' }).trim() })),
    );
    expect(await read(null, { legacyLogging: null })).toMatchObject({ data: { requests: story.length, failures } });
  });

  it('count a log group of its own for a distribution that rows do not name, and none that it shares', async () => {
    deliverToGroup();
    const { domainName: _name, ...unnamed } = taskOf({ legacyLogging: null });
    expect((await collect(local.context, unnamed)).gathered).toMatchObject({ data: { requests: story.length } });
    const other = 'arn:aws:cloudfront::123456789012:distribution/E9OTHER1234567';
    local.aws.putLogDelivery({
      resourceArn: other,
      destinationArn: `${logGroupArn}:*`,
      destinationType: 'CWL',
      outputFormat: 'json',
    });
    expect((await collect(local.context, unnamed)).gathered).toMatchObject({
      state: 'unavailable',
      reason: { message: expect.stringMatching(/cannot be told from those of others/) },
    });
  });

  it('leave a log group alone where S3 holds the rows', async () => {
    deliverToGroup();
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read()).toMatchObject({
      ...notes(/log group my-cdn was not counted; it may hold rows of this window that do not lie in S3/),
      data: { requests: story.length },
    });
    expect(local.aws.insightsRun).toEqual([]);
  });

  const incoming = (hours: readonly (readonly [Date, number])[]) =>
    local.aws.putMetric({
      namespace: 'AWS/Logs',
      name: 'IncomingBytes',
      dimensions: { LogGroupName: 'my-cdn' },
      points: hours.map(([at, value]) => ({ at, value })),
    });
  const sinceNow = '2026-11-20T11:50:00.000Z';

  it('count the log group where S3 has objects for fewer hours, as after logging there was turned on', async () => {
    deliverToGroup();
    local.aws.createBucket(bucket, { region });
    uploadAccessLogs(
      local.aws,
      bucket,
      'cdn/',
      id,
      story.filter(({ at }) => at.toISOString() >= sinceNow),
    );
    incoming([
      [new Date('2026-11-20T10:10:00.000Z'), 1e6],
      [new Date('2026-11-20T11:10:00.000Z'), 1e6],
    ]);
    const gathered = await read(null, { maxDollars: 1 });
    expect(gathered).toMatchObject({
      ...notes(/s3:\/\/example-logs\/cdn\/ has objects for 1 of 2 hours and was not counted/),
      data: { requests: story.length, failures, hours: [{ objects: 1 }, { objects: 1 }] },
    });
  });

  it.each([
    ['others deliver to it too', true, 1e6],
    ['what came in was late rows', false, 1e4],
    ['CloudWatch has no figure', false, null],
  ] as const)('read what lies in S3 where %s', async (_name, isShared, first) => {
    deliverToGroup();
    const other = 'arn:aws:cloudfront::123456789012:distribution/E9OTHER1234567';
    if (isShared) local.aws.putLogDelivery({ resourceArn: other, destinationArn: logGroupArn, destinationType: 'CWL' });
    local.aws.createBucket(bucket, { region });
    const written = story.filter(({ at }) => at.toISOString() >= '2026-11-20T11:00:00.000Z');
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, written);
    if (first !== null)
      incoming([
        [new Date('2026-11-20T10:10:00.000Z'), first],
        [new Date('2026-11-20T11:10:00.000Z'), 1e6],
      ]);
    expect(await read(null, { maxDollars: 1 })).toMatchObject({ data: { requests: written.length } });
    expect(local.aws.insightsRun).toEqual([]);
  });

  it('count in Athena the place in S3 that has objects for the most hours', async () => {
    local.aws.createBucket(bucket, { region });
    local.aws.putWorkGroup({ name: 'cf502', bytesScannedCutoff: 1e9 });
    uploadAccessLogs(
      local.aws,
      bucket,
      'cdn/',
      id,
      story.filter(({ at }) => at.toISOString() >= sinceNow),
    );
    local.aws.putLogDelivery({
      resourceArn: distributionArn,
      destinationArn: `arn:aws:s3:::${bucket}/v2`,
      outputFormat: 'json',
      recordFields: deliveredFields,
      suffixPath: '{DistributionId}',
    });
    uploadDeliveredLogs(local.aws, bucket, id, () => `v2/${id}/`, story, { format: 'json' });
    expect(await read(policyWith(`logs: { ${athena} }`), { maxBytes: 1_000 })).toMatchObject({
      ...notes(/^Counted by Athena/, /s3:\/\/example-logs\/cdn\/ has objects for 1 of 2 hours and was not counted/),
      data: { requests: story.length, failures, hours: [{ objects: 1 }, { objects: 1 }] },
    });
  });

  it('spend no more on a log group than a check may', async () => {
    deliverToGroup();
    local.aws.putMetric({
      namespace: 'AWS/Logs',
      name: 'IncomingBytes',
      dimensions: { LogGroupName: 'my-cdn' },
      points: [{ at: new Date(window.from), value: 400e9 }],
    });
    expect(await read(null, { legacyLogging: null, maxDollars: 1 })).toMatchObject({
      state: 'unavailable',
      reason: {
        message: expect.stringContaining('would cost about $12.00'),
        remedy: expect.stringContaining('maxLogDollars'),
      },
    });
    expect(local.aws.insightsRun).toEqual([]);
  });

  it('count no log group at a price that is not known, where a check has a limit', async () => {
    deliverToGroup();
    expect(await read(null, { legacyLogging: null, maxDollars: 1 })).toMatchObject({
      state: 'unavailable',
      reason: { message: expect.stringMatching(/cannot be told, since CloudWatch has no figure .*IncomingBytes/) },
    });
    expect(local.aws.insightsRun).toEqual([]);
    expect(local.phrases.join(' ')).not.toContain('$0.0000');
  });

  it('are not used where the policy wants none, and the report says what that leaves out', async () => {
    deliverToGroup();
    expect(await read(policyWith('logs: { engine: local }'), { legacyLogging: null })).toMatchObject({
      state: 'unavailable',
      reason: {
        message: expect.stringContaining('log group my-cdn only'),
        remedy: expect.stringContaining('logs.engine'),
      },
    });
  });

  it('take over in Athena what is past the budget', async () => {
    local.aws.createBucket(bucket, { region });
    local.aws.putWorkGroup({ name: 'cf502', bytesScannedCutoff: 1e9 });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    const policy = policyWith(`logs: { ${athena} }`);
    expect(await read(policy, { maxBytes: 1_000 })).toMatchObject({
      ...notes(/^Counted by Athena/),
      data: { requests: story.length, failures, objects: { read: 0 }, hours: [{ objects: 2 }, { objects: 2 }] },
    });
    expect(local.aws.calls.filter(({ operation }) => operation === 'GetObject')).toEqual([]);
    expect(await read(policy)).toMatchObject({ data: { objects: { read: 4 } } });
    // What is archived is not counted there either.
    const key = accessLogKey('cdn/', id, new Date(window.from), 'cold');
    local.aws.putBucketObject(bucket, key, renderAccessLog([]), { storageClass: 'GLACIER' });
    const gathered = await read(policy, { maxBytes: 1_000 });
    if (gathered.state !== 'collected' || !('hours' in gathered.data)) throw new Error('nothing was counted');
    expect(gathered.data.objects).toMatchObject({ listed: 5, read: 0 });
    expect(gathered.data.hours).toMatchObject([{ objects: 3, partRead: expect.any(Number) }, { objects: 2 }]);
    expect(gathered.data.hours[0]?.partRead).toBeLessThan(1);
  });

  it('that fail leave a sample and the reason', async () => {
    local.aws.createBucket(bucket, { region });
    local.aws.putWorkGroup({ name: 'cf502' });
    uploadAccessLogs(local.aws, bucket, 'cdn/', id, story);
    expect(await read(policyWith(`logs: { ${athena} }`), { maxBytes: 1_000 })).toMatchObject(
      notes(
        /^Only a sample was read/,
        /^Athena did not count standard logging v1, .*sets no limit .*BytesScannedCutoffPerQuery/,
      ),
    );
  });
});
