/** The tables that Athena reads logs through, one for each place of logs, as AWS's pages define them. Pure. */
import { createHash } from 'node:crypto';
import { logColumns } from '../../access-log/log-columns.js';
import type { Iso } from '../../diagnosis/evidence.js';
import { Failure } from '../../failure.js';
import type { LogListing } from '../log-objects.js';
import { folderAt, type S3LogSource } from '../log-sources.js';
import type { LogTable } from './count-query.js';
import { sqlInteger, sqlString } from './sql-text.js';

export interface DefinedTable extends LogTable {
  /** Makes the table where it is not there yet; costs nothing. */
  readonly definition: string;
}

/**
 * Columns of standard logging v1 in order, each a string, so that a value which is none of its type is seen as such.
 * https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-standard-logs.html
 */
const legacyFields = [
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
];
/** Without these a row says nothing. */
const requiredFields = ['date', 'time', 'sc-status'];
/** Columns that are read where rows name their values; none that says who the viewer was. The counting query asks for no other. */
const readFields: readonly string[] = logColumns.filter((name) => name !== 'x-edge-result-type');
/** Parts of a date in a folder: the name of the partition, where in an hour's text it stands, and what it ranges over. */
const datePartitions = [
  { variable: '{yyyy}', name: 'year', at: [0, 4], range: '2020,2099', digits: 4 },
  { variable: '{MM}', name: 'month', at: [5, 7], range: '1,12', digits: 2 },
  { variable: '{dd}', name: 'day', at: [8, 10], range: '1,31', digits: 2 },
  { variable: '{HH}', name: 'hour', at: [11, 13], range: '0,23', digits: 2 },
] as const;

/** `cs(Host)` becomes `cs_host`, `x-edge-location` `x_edge_location`: the names of AWS's own table definitions. */
export function columnOf(field: string): string {
  return field
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
}

/** Columns that the reading needs and that these logs lack. */
export function missingFieldsOf(source: S3LogSource): readonly string[] {
  const has = fieldsOf(source);
  return readFields.filter((field) => field !== 'cs(Host)' && !has.includes(field));
}

/** Why no table can be made of these logs, as a sentence; null where one can. */
export function refuseTable(source: S3LogSource): string | null {
  const missing = requiredFields.filter((field) => !fieldsOf(source).includes(field));
  if (missing.length > 0)
    return `The logs in s3://${source.bucket} lack ${missing.join(' and ')}, without which Athena cannot count them.`;
  if (isText(source) && source.delimiter.length !== 1)
    return `The values in s3://${source.bucket} are parted by more than one character, which Athena's text tables cannot read.`;
  if (!/^[\w!.*'()=/{}-]*$/.test(source.folders.join('')))
    return `The folder of the logs in s3://${source.bucket} has a name that cf502 does not put into a query.`;
  return null;
}

/** @param database where the table lies or is made. */
export function defineTable(database: string, { source, folder, objects, byHour }: LogListing): DefinedTable {
  const refusal = refuseTable(source);
  if (refusal !== null) throw new Failure('misconfigured', refusal);
  const partitions = datePartitions.filter(({ variable }) => folder.includes(variable));
  const fields = fieldsOf(source);
  const kept = isText(source) ? fields : fields.filter((field) => readFields.includes(field));
  const location = `s3://${source.bucket}/${folder.split('{')[0]?.replace(/[^/]*$/, '') ?? ''}`;
  const columns = kept.map((field) => `  \`${columnOf(field)}\` string`).join(',\n');
  const body = `(\n${columns}\n)${
    partitions.length === 0 ? '' : `\nPARTITIONED BY (${partitions.map(({ name }) => `\`${name}\` int`).join(', ')})`
  }\n${formatOf(source, kept)}\nLOCATION ${sqlString(location)}\nTBLPROPERTIES (${propertiesOf(source, folder, partitions)})`;
  const name = `cf502_${source.generation}_${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
  const hours = byHour.map(({ hour }) => hour);
  return {
    database,
    name,
    definition: `CREATE EXTERNAL TABLE IF NOT EXISTS \`${database}\`.\`${name}\` ${body}`,
    columns: new Set(kept.map(columnOf)),
    lastColumn: isText(source) ? columnOf(kept.at(-1) ?? '') : null,
    prune: partitions.some(({ name: part }) => part === 'hour')
      ? prunePartitions(source, hoursIn(folder, hours, objects), partitions)
      : `${pruneNames(source, folder, hours)}${partitions.length === 0 ? '' : ` AND ${prunePartitions(source, hours, partitions, false)}`}`,
  };
}

function fieldsOf({ generation, format, fields }: S3LogSource): readonly string[] {
  if (fields.length > 0) return fields;
  // Where nobody said which fields there are, they are taken to be those of a delivery that nobody changed.
  return generation === 'v1' || format !== 'raw' ? legacyFields : [];
}

function isText({ format }: S3LogSource): boolean {
  return format === 'w3c' || format === 'plain' || format === 'raw';
}

function formatOf(source: S3LogSource, fields: readonly string[]): string {
  if (source.format === 'parquet')
    return "ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'\nSTORED AS PARQUET";
  if (source.format === 'json') {
    const mapped = fields.map(
      (field) => `${sqlString(`mapping.${columnOf(field)}`)}=${sqlString(field.toLowerCase())}`,
    );
    return `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nWITH SERDEPROPERTIES ('ignore.malformed.json'='true', ${mapped.join(', ')})`;
  }
  const delimiter = source.delimiter === '\t' ? "'\\t'" : sqlString(source.delimiter);
  return `ROW FORMAT DELIMITED FIELDS TERMINATED BY ${delimiter}`;
}

function propertiesOf(
  source: S3LogSource,
  folder: string,
  partitions: readonly (typeof datePartitions)[number][],
): string {
  const properties: [string, string][] = [];
  // The query passes over heads of files all the same: a file that has none must not lose rows, so v2 skips nothing.
  if (source.generation === 'v1') properties.push(['skip.header.line.count', '2']);
  if (partitions.length > 0) {
    properties.push(['projection.enabled', 'true']);
    for (const { name, range, digits } of partitions) {
      properties.push([`projection.${name}.type`, 'integer'], [`projection.${name}.range`, range]);
      properties.push([`projection.${name}.digits`, String(digits)]);
    }
    const template = partitions.reduce((text, { variable, name }) => text.replaceAll(variable, `\${${name}}`), folder);
    properties.push(['storage.location.template', `s3://${source.bucket}/${template}`]);
  }
  if (properties.length === 0) properties.push(['classification', source.format === 'parquet' ? 'parquet' : 'csv']);
  return properties.map(([key, value]) => `${sqlString(key)}=${sqlString(value)}`).join(', ');
}

/** Folders of hours that are looked through: those of the window, and the next where the listing found objects of the window there. */
function hoursIn(folder: string, hours: readonly Iso[], objects: LogListing['objects']): readonly Iso[] {
  const last = hours.at(-1);
  if (last === undefined) return hours;
  const next = new Date(Date.parse(last) + 3_600_000).toISOString();
  const nextFolder = folderAt(folder, next);
  return objects.some(({ key }) => key.startsWith(nextFolder)) ? [...hours, next] : hours;
}

/** A condition over partitions, the hours of a day together. */
function prunePartitions(
  source: S3LogSource,
  hours: readonly Iso[],
  partitions: readonly (typeof datePartitions)[number][],
  isByFolder = true,
): string {
  const days = new Map<string, Set<number>>();
  const dated = partitions.filter(({ name }) => name !== 'hour');
  const isByHour = partitions.length > dated.length;
  for (const hour of hours) {
    const day = dated.map(({ name, at }) => `"${name}" = ${sqlInteger(Number(hour.slice(...at)))}`).join(' AND ');
    const known = days.get(day) ?? new Set<number>();
    days.set(day, known.add(Number(hour.slice(11, 13))));
  }
  const conditions = [...days].map(([day, inDay]) => {
    const ofHours = isByHour ? `"hour" IN (${[...inDay].map(sqlInteger).join(', ')})` : '';
    return `(${[day, ofHours].filter((part) => part !== '').join(' AND ')})`;
  });
  const ofDistribution = `regexp_like("$path", ${sqlString(`/${source.distributionId}[.][^/]*$`)})`;
  const byDate = conditions.length === 0 ? 'FALSE' : `(${conditions.join(' OR ')})`;
  return source.isOwnFolder || !isByFolder ? byDate : `${byDate} AND ${ofDistribution}`;
}

/** Names of objects begin with the distribution and the hour: ranges of `"$path"`, by which Trino leaves out files before it reads them. */
function pruneNames(source: S3LogSource, folder: string, hours: readonly Iso[]): string {
  // A slash is what comes after a dot: the range holds every name that begins with this hour.
  const range = (from: Iso, to: Iso) =>
    `("$path" >= ${sqlString(`${pathOf(source, folder, from)}.`)} AND "$path" < ${sqlString(`${pathOf(source, folder, to)}/`)})`;
  const [first] = hours;
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return 'FALSE';
  return folder.includes('{') ? `(${hours.map((hour) => range(hour, hour)).join(' OR ')})` : range(first, last);
}

function pathOf({ bucket, distributionId }: S3LogSource, folder: string, hour: Iso): string {
  return `s3://${bucket}/${folderAt(folder, hour)}${distributionId}.${hour.slice(0, 10)}-${hour.slice(11, 13)}`;
}
