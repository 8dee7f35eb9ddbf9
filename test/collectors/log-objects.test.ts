import { describe, expect, it } from '@jest/globals';
import { keyPrefixes, listHours } from '../../src/collectors/log-objects.js';
import { deliverySource, folderOf, hourInName } from '../../src/collectors/log-sources.js';

describe('listHours', () => {
  it.each([
    ['10:00:00.000', '11:00:00.000', ['10']],
    ['10:59:59.999', '11:00:00.001', ['10', '11']],
    ['10:30:00.000', '13:00:00.000', ['10', '11', '12']],
  ])('%s to %s', (from, to, hours) => {
    expect(listHours({ from: `2026-11-20T${from}Z`, to: `2026-11-20T${to}Z` })).toEqual(
      hours.map((hour) => `2026-11-20T${hour}:00:00.000Z`),
    );
  });

  it('crosses midnight', () => {
    expect(listHours({ from: '2026-11-20T23:30:00.000Z', to: '2026-11-21T00:30:00.000Z' })).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
    ]);
  });
});

const at = (hour: string) => `2026-11-20T${hour}:00:00.000Z`;

describe('keyPrefixes', () => {
  const own = { distributionId: 'E1', isOwnFolder: true };
  const shared = { distributionId: 'E1', isOwnFolder: false };
  const hours = [at('09'), at('10')];

  it.each([
    ['', ['E1.2026-11-20-10.', 'E1.2026-11-20-09.']],
    ['cdn', ['cdn/E1.2026-11-20-10.', 'cdn/E1.2026-11-20-09.']],
    ['a/b/', ['a/b/E1.2026-11-20-10.', 'a/b/E1.2026-11-20-09.']],
    ['{yyyy}/{MM}/{dd}', ['2026/11/20/E1.2026-11-20-10.', '2026/11/20/E1.2026-11-20-09.']],
  ])('asks under %j for the names of the hours, the newest first', (prefix, expected) => {
    expect(keyPrefixes(shared, folderOf(prefix), hours, at('18')).map((one) => one.prefix)).toEqual(expected);
  });

  it('asks for folders of hours, and for the one after, which may hold what was delivered late', () => {
    const folder = 'E1/{yyyy}/{MM}/{dd}/{HH}/';
    const prefixes = (source: typeof own, now: string) =>
      keyPrefixes(source, folder, hours, now).map((one) => one.prefix);
    expect(prefixes(own, at('18'))).toEqual(['E1/2026/11/20/11/', 'E1/2026/11/20/10/', 'E1/2026/11/20/09/']);
    expect(prefixes(own, at('10'))).toEqual(['E1/2026/11/20/10/', 'E1/2026/11/20/09/']);
    expect(prefixes(shared, at('10'))).toEqual(['E1/2026/11/20/10/E1.', 'E1/2026/11/20/09/E1.']);
  });
});

describe('deliverySource', () => {
  const delivery = {
    distributionId: 'E1EXAMPLE',
    accountId: '111122223333',
    destinationArn: 'arn:aws:s3:::my-logs',
    suffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
    isHiveCompatible: false,
    format: 'json',
    delimiter: '\t',
    fields: ['date'],
  } as const;
  const dated = 'E1EXAMPLE/{yyyy}/{MM}/{dd}/{HH}/';

  it.each([
    ['no prefix', {}, [`AWSLogs/111122223333/CloudFront/${dated}`, dated]],
    [
      'a prefix',
      { destinationArn: 'arn:aws:s3:::my-logs/cdn' },
      [`cdn/${dated}`, `cdn/AWSLogs/111122223333/CloudFront/${dated}`],
    ],
    ['no suffix', { suffixPath: '' }, ['AWSLogs/111122223333/CloudFront/', '']],
    [
      'a suffix with a slash',
      { suffixPath: '/{accountid}/x/' },
      ['AWSLogs/111122223333/CloudFront/111122223333/x/', '111122223333/x/'],
    ],
    [
      'Hive-compatible paths',
      { isHiveCompatible: true },
      [
        'AWSLogs/aws-account-id=111122223333/CloudFront/DistributionId=E1EXAMPLE/year={yyyy}/month={MM}/day={dd}/hour={HH}/',
        'DistributionId=E1EXAMPLE/year={yyyy}/month={MM}/day={dd}/hour={HH}/',
      ],
    ],
  ])('with %s', (_name, differs, folders) => {
    expect(deliverySource({ ...delivery, ...differs })).toMatchObject({ bucket: 'my-logs', folders, format: 'json' });
  });

  it('is nothing where the destination is no bucket', () => {
    expect(deliverySource({ ...delivery, destinationArn: 'arn:aws:firehose:us-east-1:1:x' })).toBeNull();
  });
});

describe('hourInName', () => {
  it.each([
    ['cdn/E1.2026-11-20-09.abc.gz', at('09')],
    ['E1.2026-11-20-23.abc.parquet', at('23')],
    ['E1.2026-11-20-24.abc.gz', null],
    ['E12.2026-11-20-09.abc.gz', null],
    ['E1-2026.gz', null],
    ['', null],
  ])('%s', (key, hour) => {
    expect(hourInName(key, 'E1')).toBe(hour);
  });
});
