/** The same subset by DuckDB, in a process of its own: one pass over the files, then sums over what is left. `node duckdb.js <list> <threads>` */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [list = '', threads = '2'] = process.argv.slice(2);
const files = readFileSync(list, 'utf8').trim().split('\n');
const names = Array.from({ length: 33 }, (_, index) => `'c${index + 1}': 'VARCHAR'`).join(', ');
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
await connection.run(`CREATE TABLE counted AS
  SELECT substr(c2, 1, 5) AS minute, c9 AS status, length(c4) AS digits,
    CASE WHEN c9 = '502' THEN c3 END AS location, CASE WHEN c9 = '502' THEN c29 END AS result,
    CASE WHEN c9 = '502' THEN c16 END AS host, CASE WHEN c9 = '502' THEN c8 END AS path,
    CASE WHEN c9 = '502' THEN c19 END AS taken, count(*) AS n
  FROM read_csv([${files.map((file) => `'${file}'`).join(', ')}], delim = '\t', quote = '', escape = '', header = false, skip = 2,
    auto_detect = false, columns = {${names}})
  GROUP BY ALL`);
const sums = [
  `SELECT 'requests', '', sum(n) FROM counted`,
  `SELECT 'failures', '', sum(n) FROM counted WHERE status = '502'`,
  `SELECT 'status', status, sum(n) FROM counted GROUP BY ALL`,
  `SELECT 'minute', minute, sum(n) FROM counted GROUP BY ALL`,
  `SELECT 'failed minute', minute, sum(n) FROM counted WHERE status = '502' GROUP BY ALL`,
  ...['location', 'result', 'host', 'path'].map(
    (column) => `SELECT '${column}', ${column}, sum(n) FROM counted WHERE status = '502' GROUP BY ALL`,
  ),
];
for (const sum of sums) {
  const rows = (await connection.runAndReadAll(sum)).getRows();
  process.stdout.write(rows.map((row) => `${row.map(String).join('\t')}\n`).join(''));
}
process.stderr.write(`maxRssMb ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
connection.closeSync();
