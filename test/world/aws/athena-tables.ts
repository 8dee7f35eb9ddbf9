/** Tables of the local Athena: definitions as Hive's DDL writes them, and the objects of the local S3 as rows of DuckDB. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Duck } from '../sql/duck.js';
import type { StoredObject } from './s3.js';

export interface TableDefinition {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly partitions: readonly string[];
  readonly format: 'text' | 'json' | 'parquet';
  readonly delimiter: string;
  /** JSON key by column. */
  readonly mapping: ReadonlyMap<string, string>;
  readonly bucket: string;
  readonly folder: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** What a scan may be of. */
export interface TableFile {
  readonly path: string;
  readonly bytes: number;
}

/** Reads a definition; null where the text is none. Throws for what Hive would not take. */
export function parseTable(sql: string): TableDefinition | null {
  const head = /^CREATE EXTERNAL TABLE IF NOT EXISTS `([^`]+)`\.`([^`]+)` \(([^)]*)\)/.exec(sql);
  if (head === null) return null;
  const [, database = '', name = '', columns = ''] = head;
  const named = (text: string) => Array.from(text.matchAll(/`([^`]+)` (?:string|int)/g), ([, column = '']) => column);
  const [, bucket = '', folder = ''] = /LOCATION 's3:\/\/([^/']+)\/([^']*)'/.exec(sql) ?? [];
  if (bucket === '' || !(folder === '' || folder.endsWith('/'))) throw new Error('the location is no folder in S3');
  const pairs = (text: string) =>
    new Map(
      Array.from(text.matchAll(/'((?:[^']|'')*)'='((?:[^']|'')*)'/g), ([, key = '', value = '']) => [key, value]),
    );
  const serde = pairs(/SERDEPROPERTIES \((.*)\)/.exec(sql)?.[1] ?? '');
  const mapping = Array.from(serde).filter(([key]) => key.startsWith('mapping.'));
  const delimiter = /FIELDS TERMINATED BY '([^']+)'/.exec(sql)?.[1] ?? '\\t';
  return {
    database,
    name,
    columns: named(columns),
    partitions: named(/PARTITIONED BY \(([^)]*)\)/.exec(sql)?.[1] ?? ''),
    format: sql.includes('JsonSerDe') ? 'json' : sql.includes('ParquetHiveSerDe') ? 'parquet' : 'text',
    delimiter: delimiter === '\\t' ? '\t' : delimiter,
    mapping: new Map(mapping.map(([key, value]) => [key.slice('mapping.'.length), value])),
    bucket,
    folder,
    properties: pairs(/TBLPROPERTIES \((.*)\)/.exec(sql)?.[1] ?? ''),
  };
}

/** Makes the rows of a table in DuckDB, `"$path"` and partitions among its columns. @returns every object that it could scan. */
export async function loadTable(
  duck: Duck,
  table: TableDefinition,
  objects: readonly StoredObject[],
): Promise<readonly TableFile[]> {
  const folder = mkdtempSync(join(tmpdir(), 'local-athena-'));
  try {
    const placed = objects.flatMap((object) => {
      const partitions = partitionsOf(table, object.key);
      return partitions === null ? [] : [{ object, path: `s3://${table.bucket}/${object.key}`, partitions }];
    });
    await duck.run(`CREATE SCHEMA IF NOT EXISTS "${table.database}"`);
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const own = ['$path', ...table.partitions];
    const typed = [
      ...table.columns.map((column) => `"${column}": 'VARCHAR'`),
      `"$path": 'VARCHAR'`,
      ...table.partitions.map((name) => `"${name}": 'INTEGER'`),
    ];
    if (table.format === 'parquet') {
      const parts = placed.map(({ object, path, partitions }, index) => {
        const file = join(folder, `${index}.parquet`);
        writeFileSync(file, object.body);
        const constants = own.map((name) => `${name === '$path' ? quoted(path) : partitions.get(name)} AS "${name}"`);
        return `SELECT ${[...table.columns.map((column) => `CAST("${column}" AS VARCHAR) AS "${column}"`), ...constants].join(', ')} FROM read_parquet(${quoted(file)})`;
      });
      const none = `SELECT ${[...table.columns.map((column) => `NULL::VARCHAR AS "${column}"`), ...own.map((name) => `NULL AS "${name}"`)].join(', ')} WHERE FALSE`;
      await duck.run(
        `CREATE TABLE "${table.database}"."${table.name}" AS ${parts.length === 0 ? none : parts.join(' UNION ALL ')}`,
      );
    } else {
      const file = join(folder, 'rows.json');
      const lines = placed.flatMap(({ object, path, partitions }) =>
        rowsOf(table, object).map((row) => JSON.stringify({ ...row, $path: path, ...Object.fromEntries(partitions) })),
      );
      writeFileSync(file, `${lines.join('\n')}\n`);
      await duck.run(
        `CREATE TABLE "${table.database}"."${table.name}" AS SELECT * FROM read_json(${quoted(file)}, format = 'newline_delimited', columns = {${typed.join(', ')}})`,
      );
    }
    return placed.map(({ object, path }) => ({ path, bytes: object.body.length }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Values of the partitions by the template of the projection; null where the object lies in none. */
function partitionsOf(
  { bucket, folder, partitions, properties }: TableDefinition,
  key: string,
): ReadonlyMap<string, number> | null {
  if (!key.startsWith(folder)) return null;
  const template = properties.get('storage.location.template');
  if (template === undefined || partitions.length === 0) return new Map();
  const path = template.slice(`s3://${bucket}/`.length);
  const escaped = path.replaceAll(/[.*+?^()[\]|\\]/g, '\\$&');
  const pattern = escaped.replaceAll(
    /\$\{(\w+)\}/g,
    (_all, name: string) => `(?<${name}>\\d{${properties.get(`projection.${name}.digits`) ?? '1'}})`,
  );
  const match = new RegExp(`^${pattern}[^/]+$`).exec(key);
  if (match === null) return null;
  return new Map(partitions.map((name) => [name, Number(match.groups?.[name])]));
}

/** As Hive's readers make them: columns too few are NULL, columns too many are dropped, JSON that is none is a row of NULLs. */
function rowsOf(table: TableDefinition, { body }: StoredObject): readonly Readonly<Record<string, string | null>>[] {
  const text = (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString('utf8');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const skipped = Number(table.properties.get('skip.header.line.count') ?? 0);
  return lines.slice(skipped).map((line) => {
    if (table.format === 'json') return jsonRow(table, line);
    const values = line.replace(/\r$/, '').split(table.delimiter);
    return Object.fromEntries(table.columns.map((column, index) => [column, values[index] ?? null]));
  });
}

function jsonRow({ columns, mapping }: TableDefinition, line: string): Readonly<Record<string, string | null>> {
  let parsed: Readonly<Record<string, unknown>> = {};
  try {
    parsed = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    // `ignore.malformed.json`
  }
  const lowerCase = new Map(Object.entries(parsed).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.fromEntries(
    columns.map((column) => {
      const value = lowerCase.get(mapping.get(column) ?? column);
      return [
        column,
        value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value),
      ];
    }),
  );
}
