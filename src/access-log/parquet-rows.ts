/** Reads the rows of a Parquet object, page by page, only the columns that are counted. */
import { setImmediate } from 'node:timers/promises';
import { type FileMetaData, parquetMetadata, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { damaged, type LivePages, openColumn } from './parquet-pages.js';
import { columnNamed, fieldKey } from './row-layout.js';
import type { RowWriter } from './row-writer.js';
import { UnreadableLogError } from './unreadable-log.js';

/** However small an object, it may hold so many rows, and more by its size: a row has a request id of its own. */
const alwaysAllowedRows = 4 * 1024 * 1024;
const maxRowsPerByte = 4;
/** Rows between two moments at which others have their turn. */
const rowsAtOnce = 8_192;
const footerBytes = 8;

/** @throws UnreadableLogError where it is not Parquet to its end, or does not fit into bounded memory. */
export async function readParquetRows(bytes: Uint8Array, writer: RowWriter, signal: AbortSignal): Promise<void> {
  const metadata = readFooter(bytes);
  const schema = parquetSchema(metadata);
  const leaves = schema.children.filter(isWanted);
  writer.layOut(leaves.map(({ element }) => element.name));
  const rows = metadata.row_groups.reduce((sum, { num_rows: more }) => sum + Math.max(0, Number(more)), 0);
  if (rows > alwaysAllowedRows + bytes.length * maxRowsPerByte)
    throw new UnreadableLogError('The Parquet log object holds far more rows than logs of its size do.', {
      remedy: 'Look at what wrote it, and take it out of the bucket.',
    });
  for (const group of metadata.row_groups) await readGroup(bytes, schema, leaves, group, writer, signal);
  writer.flush();
}

/** A column of single values that is counted. */
function isWanted({ element, children }: SchemaTree): boolean {
  const { name, repetition_type: repetition } = element;
  return (
    children.length === 0 &&
    repetition !== 'REPEATED' &&
    (columnNamed(name) >= 0 || fieldKey(name).startsWith('timestamp'))
  );
}

/** Only the footer is copied. */
function readFooter(bytes: Uint8Array): FileMetaData {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - footerBytes).getUint32(0, true);
    if (length > bytes.length - footerBytes) throw damaged();
    return parquetMetadata(Uint8Array.from(bytes.subarray(-(length + footerBytes))).buffer);
  } catch (error) {
    throw damaged(error);
  }
}

async function readGroup(
  bytes: Uint8Array,
  schema: SchemaTree,
  leaves: readonly SchemaTree[],
  group: RowGroup,
  writer: RowWriter,
  signal: AbortSignal,
): Promise<void> {
  const live: LivePages = { bytes: 0, values: 0 };
  const rows = Number(group.num_rows);
  const columns = leaves.map((leaf) => {
    const chunk = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === leaf.element.name);
    if (chunk?.meta_data === undefined || chunk.file_path !== undefined) throw damaged();
    const pages = openColumn(bytes, chunk.meta_data, [schema, leaf], rows, live);
    return { pages, read: readerOf(leaf) };
  });
  for (let left = rows; left > 0; ) {
    let ready = Math.min(left, rowsAtOnce);
    for (const { pages } of columns) {
      ready = Math.min(
        ready,
        orDamaged(() => pages.ready()),
      );
      // A page may take a while.
      await setImmediate();
      signal.throwIfAborted();
    }
    if (ready === 0) throw damaged();
    for (let row = 0; row < ready; row += 1) writer.writeRow(columns.map(({ pages, read }) => read(pages.value(row))));
    for (const { pages } of columns) pages.skip(ready);
    left -= ready;
  }
}

function orDamaged<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableLogError ? error : damaged(error);
  }
}

const daySeconds = 86_400;
const perSecond: Readonly<Record<string, number>> = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 };

/** A time of the day is a number of some unit; everything else shows what it is. */
function readerOf({ element }: SchemaTree): (value: unknown) => unknown {
  const { logical_type: logical, converted_type: converted } = element;
  const unit = logical?.type === 'TIME' ? logical.unit : /^TIME_(MILLIS|MICROS)$/.exec(converted ?? '')?.[1];
  const units = unit === undefined ? undefined : perSecond[unit];
  if (units === undefined) return (value) => value;
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return value;
    const seconds = Number(value) / units;
    return seconds >= 0 && seconds < daySeconds ? new Date(seconds * 1_000) : null;
  };
}
