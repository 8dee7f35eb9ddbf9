/**
 * A writer of CloudFront's standard access logs (v1): rows, files and object names as CloudFront makes them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
import { gzipSync } from 'node:zlib';
import type { S3Control } from './aws/s3.js';
import { createRandom } from './random.js';

/** The 33 columns in the order in which CloudFront writes them. */
export const standardFields = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(Referer)',
  'cs(User-Agent)',
  'cs-uri-query',
  'cs(Cookie)',
  'x-edge-result-type',
  'x-edge-request-id',
  'x-host-header',
  'cs-protocol',
  'cs-bytes',
  'time-taken',
  'x-forwarded-for',
  'ssl-protocol',
  'ssl-cipher',
  'x-edge-response-result-type',
  'cs-protocol-version',
  'fle-status',
  'fle-encrypted-fields',
  'c-port',
  'time-to-first-byte',
  'x-edge-detailed-result-type',
  'sc-content-type',
  'sc-content-len',
  'sc-range-start',
  'sc-range-end',
] as const;
export type StandardField = (typeof standardFields)[number];

export interface AccessLogRow {
  /** When CloudFront finished answering; written as `date` and `time`. */
  readonly at: Date;
  /** Values as the viewer sent them: they are encoded when written. An absent column is written as `-`. */
  readonly values: Readonly<Partial<Record<StandardField, string>> & Record<string, string>>;
}

/** A successful GET over HTTPS, with private values in it; `values` says what differs. */
export function accessLogRow(at: Date, values: AccessLogRow['values'] = {}): AccessLogRow {
  const detailed = values['x-edge-detailed-result-type'];
  const failed =
    detailed !== undefined && !/^(Hit|RefreshHit|Miss|OriginShieldHit|MissGeneratedResponse)$/.test(detailed);
  const result = failed ? 'Error' : detailed === 'Hit' || detailed === 'RefreshHit' ? detailed : 'Miss';
  return {
    at,
    values: {
      'x-edge-location': 'FRA56-P1',
      'sc-bytes': '2048',
      'c-ip': '192.0.2.10',
      'cs-method': 'GET',
      'cs(Host)': 'd111111abcdef8.cloudfront.net',
      'cs-uri-stem': '/',
      'sc-status': failed ? '502' : '200',
      'cs(Referer)': 'https://www.example.com/?account=4711',
      'cs(User-Agent)': 'Mozilla/5.0 (X11; Linux x86_64) ExampleBrowser/1.0',
      'cs-uri-query': 'token=not-for-the-report',
      'cs(Cookie)': 'session=not-for-the-report; theme=dark',
      'x-edge-result-type': result,
      'x-edge-request-id': values['x-edge-request-id'] ?? requestIdAt(at),
      'x-host-header': 'www.example.com',
      'cs-protocol': 'https',
      'cs-bytes': '312',
      'time-taken': '0.104',
      'x-forwarded-for': '198.51.100.7',
      'ssl-protocol': 'TLSv1.3',
      'ssl-cipher': 'TLS_AES_128_GCM_SHA256',
      'x-edge-response-result-type': result,
      'cs-protocol-version': 'HTTP/2.0',
      'c-port': '40213',
      'time-to-first-byte': values['time-taken'] ?? '0.104',
      'x-edge-detailed-result-type': detailed ?? 'Miss',
      'sc-content-type': 'text/html',
      'sc-content-len': '1802',
      ...values,
    },
  };
}

export interface RenderOptions {
  /** Columns in order: fewer or others than CloudFront's 33 are possible. */
  readonly fields?: readonly string[];
  /** Rows are never in time order; absent: 1. */
  readonly shuffleSeed?: number;
}

/** One log object: gzip of two header lines and a line per row. */
export function renderAccessLog(rows: readonly AccessLogRow[], options: RenderOptions = {}): Buffer {
  return gzipSync(renderAccessLogText(rows, options));
}

/** The same before compression. */
export function renderAccessLogText(rows: readonly AccessLogRow[], options: RenderOptions = {}): string {
  const { fields = standardFields, shuffleSeed = 1 } = options;
  const lines = createRandom(shuffleSeed)
    .shuffled(rows)
    .map((row) => fields.map((field) => renderValue(row, field)).join('\t'));
  return `${['#Version: 1.0', `#Fields: ${fields.join(' ')}`, ...lines].join('\n')}\n`;
}

function renderValue({ at, values }: AccessLogRow, field: string): string {
  if (field === 'date') return values['date'] ?? at.toISOString().slice(0, 10);
  if (field === 'time') return values['time'] ?? at.toISOString().slice(11, 19);
  const value = values[field];
  return value === undefined || value === '' ? '-' : encodeLogValue(value);
}

/** CloudFront's encoding: control characters, blanks, everything beyond ASCII and a list of marks; `%` too, so that it encodes twice. */
export function encodeLogValue(value: string): string {
  if (plain.test(value)) return value;
  let encoded = '';
  for (const byte of Buffer.from(value, 'utf8')) encoded += encodedBytes[byte];
  return encoded;
}

// Stories have hundreds of thousands of values: decided once for every byte.
const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const isEncoded = byte <= 32 || byte >= 127 || '<>"#%{}|\\^~[]`\''.includes(character);
  return isEncoded ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : character;
});
const plain = /^[A-Za-z0-9/._:;=?&+*,$@!()-]*$/;

/** `<prefix>/<distribution id>.YYYY-MM-DD-HH.<unique>.gz`; CloudFront adds the slash where the prefix lacks it. */
export function accessLogKey(prefix: string, distributionId: string, hour: Date, unique: string): string {
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  return `${folder}${distributionId}.${hourOf(hour)}.${unique}.gz`;
}

export interface UploadOptions extends RenderOptions {
  /** CloudFront delivers several objects per hour; absent: 2. */
  readonly objectsPerHour?: number;
  /** Makes the unique parts of the names; absent: 1. Another seed adds objects instead of replacing them. */
  readonly seed?: number;
}

/** Writes the rows as objects, by the hour in which each ended. @returns the keys in order. */
export function uploadAccessLogs(
  bucketOwner: Pick<S3Control, 'putBucketObject'>,
  bucket: string,
  prefix: string,
  distributionId: string,
  rows: readonly AccessLogRow[],
  options: UploadOptions = {},
): readonly string[] {
  const { objectsPerHour = 2, seed = 1 } = options;
  const random = createRandom(seed);
  const hours = new Map<string, AccessLogRow[]>();
  for (const row of rows) {
    const hour = hourOf(row.at);
    const known = hours.get(hour) ?? [];
    hours.set(hour, known);
    known.push(row);
  }
  const keys: string[] = [];
  for (const [, inHour] of [...hours].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let part = 0; part < objectsPerHour; part += 1) {
      const mine = inHour.filter((_row, index) => index % objectsPerHour === part);
      const [first] = mine;
      if (first === undefined) continue;
      const key = accessLogKey(prefix, distributionId, first.at, random.text(8, '0123456789abcdef'));
      const newest = Math.max(...mine.map(({ at }) => at.getTime()));
      bucketOwner.putBucketObject(bucket, key, renderAccessLog(mine, options), { lastModified: new Date(newest) });
      keys.push(key);
    }
  }
  return keys.sort();
}

function hourOf(at: Date): string {
  return at.toISOString().slice(0, 13).replace('T', '-');
}

/** Enough for hand-made rows; stories make their own. */
function requestIdAt(at: Date): string {
  return `${Buffer.from(`request-at-${at.toISOString()}`).toString('base64url').slice(0, 54).padEnd(54, 'A')}==`;
}
