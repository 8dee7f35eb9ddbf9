/** What is listed before anything is read, where there is more than a check lists. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { listLogs } from '../../src/collectors/list-logs.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const bucket = 'example-logs';
const region = 'eu-west-1';
const perPage = 1_000;

let local: LocalContext;
beforeAll(async () => {
  local = await startLocalContext(new Date('2026-11-22T12:00:00.000Z'));
  local.aws.createBucket(bucket, { region });
});
afterAll(() => local.stop());

it('stops at 200,000 objects, and says that the oldest hours are missing', async () => {
  let pages = 0;
  // A bucket that never ends: each page leads to a next one.
  local.context.aws.s3(region).middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'ListObjectsV2Command') return await next(args);
        pages += 1;
        const { Prefix: prefix = '' } = args.input as { readonly Prefix?: string };
        const Contents = Array.from({ length: perPage }, (_, index) => ({
          Key: `${prefix}${pages}-${index}.gz`,
          Size: 10,
        }));
        return {
          response: {},
          output: { $metadata: {}, Contents, IsTruncated: true, NextContinuationToken: `${pages}` },
        };
      },
    { step: 'initialize', name: 'endless' },
  );
  const listed = await listLogs(local.context, {
    distributionId: 'E2EXAMPLE12345',
    legacyLogging: { enabled: true, bucket, prefix: 'cdn/' },
    window: { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T12:00:00.000Z' },
  });
  // Hours are listed side by side, so each may add the page that it was asking for.
  expect(listed.objects).toBeGreaterThanOrEqual(200_000);
  expect(listed.objects).toBeLessThan(200_000 + 8 * perPage);
  expect(pages).toBe(listed.objects / perPage);
  // How much more there is of these nobody knows.
  expect(listed.byHour).toMatchObject([{ readable: 0 }, { readable: 0 }]);
  expect(listed.notes).toEqual([
    `There are more log objects in s3://${bucket} than cf502 lists (${listed.objects}); those of the oldest hours are missing.`,
  ]);
});
