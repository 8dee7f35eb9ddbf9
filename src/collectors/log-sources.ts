/** The places where log rows of a distribution lie, and the folders that a delivery of standard logging v2 writes to. Pure. */
import type { Iso, LegacyLogging } from '../diagnosis/evidence.js';

/** As `outputFormat` of a delivery destination; v1 is `w3c`. */
export const logFormats = ['w3c', 'plain', 'json', 'raw', 'parquet'] as const;
export type LogFormat = (typeof logFormats)[number];

/** How rows are written. */
export interface LogLayout {
  readonly format: LogFormat;
  /** Between the values of a row in `plain`, `raw` and `w3c`. */
  readonly delimiter: string;
  /** Columns in order, for formats whose objects do not name them (`raw`); empty where not known. */
  readonly fields: readonly string[];
}

/** Log objects in a bucket. Plain JSON, so that it can be part of a job. */
export interface S3LogSource extends LogLayout {
  readonly kind: 's3';
  readonly generation: 'v1' | 'v2';
  /** For people: `standard logging v1, s3://my-logs/cdn/`. */
  readonly name: string;
  readonly distributionId: string;
  readonly bucket: string;
  /**
   * Folders of which the first that holds objects counts: empty or ending in a slash. `{yyyy}`, `{MM}`, `{dd}` and `{HH}` stand for the UTC
   * hour. More than one where AWS's pages leave open whether it puts `AWSLogs/<account>/CloudFront/` in front.
   */
  readonly folders: readonly string[];
  /** Whether the folder holds objects of this distribution alone; else they are told by their names. */
  readonly isOwnFolder: boolean;
}

/** A log group of CloudWatch Logs. */
export interface LogGroupSource extends LogLayout {
  readonly kind: 'log-group';
  readonly generation: 'v2';
  readonly name: string;
  readonly distributionId: string;
  readonly logGroupArn: string;
  readonly region: string;
  /** What the rows of this distribution say in `cs(Host)`; null where that is not known, as of a multi-tenant distribution. */
  readonly domainName: string | null;
  /** Whether no other delivery of this account leads to the group; false where that is not known. */
  readonly isOnlyDelivery: boolean;
}

export type LogSource = S3LogSource | LogGroupSource;

/** Of v1 logs; the objects name their columns themselves. */
const legacyLayout: LogLayout = { format: 'w3c', delimiter: '\t', fields: [] };

/** Where standard logging (legacy) writes to; null where it is off. */
export function legacySource(distributionId: string, logging: LegacyLogging | null): S3LogSource | null {
  if (logging === null || !logging.enabled || logging.bucket === '') return null;
  const folder = folderOf(logging.prefix);
  return {
    kind: 's3',
    generation: 'v1',
    name: `standard logging v1, s3://${logging.bucket}/${folder}`,
    distributionId,
    bucket: logging.bucket,
    folders: [folder],
    isOwnFolder: false,
    ...legacyLayout,
  };
}

export interface S3Delivery extends LogLayout {
  readonly distributionId: string;
  readonly accountId: string;
  /** ARN of the bucket, with `/prefix` where there is one. */
  readonly destinationArn: string;
  readonly suffixPath: string;
  readonly isHiveCompatible: boolean;
}

/**
 * Where a delivery of standard logging v2 writes to; null where the ARN is not that of a bucket.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html#send-logs-s3
 */
export function deliverySource(delivery: S3Delivery): S3LogSource | null {
  const { distributionId, accountId, destinationArn, suffixPath, isHiveCompatible, ...layout } = delivery;
  const [, bucket, prefix = ''] =
    /^arn:[\w-]+:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(destinationArn) ?? [];
  if (bucket === undefined) return null;
  const own = folderOf(prefix.replace(/\/+$/, ''));
  const service = `AWSLogs/${isHiveCompatible ? `aws-account-id=${accountId}` : accountId}/CloudFront/`;
  const suffix = suffixFolder(suffixPath, { distributionId, accountId, isHiveCompatible });
  const folders = own === '' ? [`${service}${suffix}`, suffix] : [`${own}${suffix}`, `${own}${service}${suffix}`];
  return {
    kind: 's3',
    generation: 'v2',
    name: `standard logging v2 (${layout.format}), s3://${bucket}/${folders[0] ?? ''}`,
    distributionId,
    bucket,
    folders: [...new Set(folders)],
    isOwnFolder: /\{distributionid\}/i.test(suffixPath),
    format: layout.format,
    delimiter: layout.delimiter,
    fields: layout.fields,
  };
}

/** Names that Hive-compatible paths give to the parts of a date. */
const hiveNames: Readonly<Record<string, string>> = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour' };

function suffixFolder(
  suffixPath: string,
  of: { readonly distributionId: string; readonly accountId: string; readonly isHiveCompatible: boolean },
): string {
  const segments = suffixPath.split('/').filter((segment) => segment !== '');
  const filled = segments.map((segment) => {
    const variable = /^\{([\w-]+)\}$/.exec(segment)?.[1];
    const value = segment
      .replaceAll(/\{distributionid\}/gi, of.distributionId)
      .replaceAll(/\{account-?id\}/gi, of.accountId);
    return of.isHiveCompatible && variable !== undefined ? `${hiveNames[variable] ?? variable}=${value}` : value;
  });
  return folderOf(filled.join('/'));
}

/** The folder that log objects lie in: empty, or ending in a slash, which CloudFront adds where the prefix lacks it. */
export function folderOf(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** The folder of one UTC hour. */
export function folderAt(folder: string, hour: Iso): string {
  return folder
    .replaceAll('{yyyy}', hour.slice(0, 4))
    .replaceAll('{MM}', hour.slice(5, 7))
    .replaceAll('{dd}', hour.slice(8, 10))
    .replaceAll('{HH}', hour.slice(11, 13));
}

/**
 * What the names of an hour's objects begin with: `<distribution id>.YYYY-MM-DD-HH.`, which v2 was seen to keep.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
export function fileNamePrefix(distributionId: string, hour: Iso): string {
  return `${distributionId}.${hour.slice(0, 10)}-${hour.slice(11, 13)}.`;
}

/** The UTC hour in the name of a log object; null where it tells none. */
export function hourInName(key: string, distributionId: string): Iso | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (!name.startsWith(`${distributionId}.`)) return null;
  const [, date, hour] = /^(\d{4}-\d{2}-\d{2})-([01]\d|2[0-3])\./.exec(name.slice(distributionId.length + 1)) ?? [];
  const at = new Date(`${date}T${hour}:00:00.000Z`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
