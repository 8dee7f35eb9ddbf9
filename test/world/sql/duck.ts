/** DuckDB as a stand-in for engines that speak Trino's SQL: the few functions that it names otherwise are macros. */
import { DuckDBInstance } from '@duckdb/node-api';

export interface Duck {
  run(sql: string): Promise<void>;
  /** Columns in order, and rows of text. */
  query(
    sql: string,
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }>;
  close(): void;
}

/** What Trino and Logs Insights call by another name. */
const macros = [
  'CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)',
  'CREATE MACRO cwl_substr(text, start, length) AS substr(text, start + 1, length)',
  'CREATE MACRO strcontains(text, part) AS CAST(contains(text, part) AS INTEGER)',
  'CREATE MACRO array_join(list, separator) AS array_to_string(list, separator)',
];

export async function openDuck(): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const macro of macros) await connection.run(macro);
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    query: async (sql) => {
      const reader = await connection.runAndReadAll(sql);
      const rows = reader.getRowsJson().map((row) => row.map((value) => (value === null ? null : textOf(value))));
      return { columns: reader.columnNames(), rows };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
