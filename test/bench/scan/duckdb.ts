/** The same subset by DuckDB, in a process of its own: one pass over the files, every table at once. `node duckdb.js <list> <threads>` */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { sqlTables } from './subset.js';

const [list = '', threads = '2'] = process.argv.slice(2);
const files = readFileSync(list, 'utf8').trim().split('\n');
const names = Array.from({ length: 33 }, (_, index) => `'c${index + 1}': 'VARCHAR'`).join(', ');
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const keys = sqlTables.map((_, index) => `k${index}`);
const chosen = keys.map((key, index) => `WHEN GROUPING(${key}) = 0 THEN '${sqlTables[index]?.[0]}'`).join(' ');
const rows = await connection.runAndReadAll(`
  SELECT CASE ${chosen} ELSE 'all' END, coalesce(${keys.join(', ')}, ''), count(*), count(*) FILTER (k0 = '502')
  FROM (
    SELECT ${sqlTables.map(([, key], index) => `${key} AS k${index}`).join(', ')}
    FROM read_csv([${files.map((file) => `'${file}'`).join(', ')}], delim = '\t', quote = '', escape = '', header = false, skip = 2,
      auto_detect = false, columns = {${names}})
  )
  GROUP BY GROUPING SETS ((), ${keys.map((key) => `(${key})`).join(', ')})`);
process.stdout.write(
  rows
    .getRows()
    .map((row) => `${row.map(String).join('\t')}\n`)
    .join(''),
);
process.stderr.write(`maxRssMb ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
connection.closeSync();
