/**
 * A writer of CloudFront's standard logs v2 in text and JSON: objects as a delivery writes them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
import { gzipSync } from 'node:zlib';
import { type AccessLogRow, encodeLogValue, standardFields } from './access-logs.js';
import type { S3Control } from './aws/s3.js';

/** What a delivery writes unless somebody chose otherwise. */
export const deliveredFields: readonly string[] = [...standardFields, 'c-country', 'cache-behavior-path-pattern'];

export interface DeliveredOptions {
  readonly format: 'json' | 'w3c' | 'plain' | 'raw';
  readonly fields?: readonly string[];
  readonly delimiter?: string;
}

/** One object before compression. `w3c` and `plain` name their columns first. */
export function renderDeliveredText(rows: readonly AccessLogRow[], options: DeliveredOptions): string {
  const { format, fields = deliveredFields, delimiter = '\t' } = options;
  const lines = rows.map((row) => {
    const values = fields.map((field) => valueIn(row, field));
    return format === 'json'
      ? JSON.stringify(Object.fromEntries(fields.map((field, index) => [field, values[index]])))
      : values.join(delimiter);
  });
  const head =
    format === 'w3c'
      ? ['#Version: 1.0', `#Fields: ${fields.join(' ')}`]
      : format === 'plain'
        ? [fields.join(delimiter)]
        : [];
  return `${[...head, ...lines].join('\n')}\n`;
}

/** @param folderOf the folder of an hour, ending in a slash. @returns the keys. */
export function uploadDeliveredLogs(
  owner: Pick<S3Control, 'putBucketObject'>,
  bucket: string,
  distributionId: string,
  folderOf: (hour: Date) => string,
  rows: readonly AccessLogRow[],
  options: DeliveredOptions,
): readonly string[] {
  const hours = new Map<string, AccessLogRow[]>();
  for (const row of rows) {
    const hour = row.at.toISOString().slice(0, 13);
    hours.set(hour, [...(hours.get(hour) ?? []), row]);
  }
  return Array.from(hours, ([hour, inHour], index) => {
    const at = new Date(`${hour}:00:00.000Z`);
    const key = `${folderOf(at)}${distributionId}.${hour.replace('T', '-')}.${index.toString(16).padStart(8, '0')}.gz`;
    owner.putBucketObject(bucket, key, gzipSync(renderDeliveredText(inHour, options)), { lastModified: at });
    return key;
  });
}

function valueIn({ at, values }: AccessLogRow, field: string): string {
  if (field === 'date') return at.toISOString().slice(0, 10);
  if (field === 'time') return at.toISOString().slice(11, 19);
  const value = values[field];
  return value === undefined || value === '' ? '-' : encodeLogValue(value);
}
