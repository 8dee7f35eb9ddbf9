/** Reads the rows of a Parquet object, one row group after the other, only the columns that are counted. */
import { type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { columnNamed, fieldKey } from './row-layout.js';
import type { RowWriter } from './row-writer.js';
import { UnreadableLogError } from './unreadable-log.js';

/** The footer of a Parquet file comes last, so all of it is held; CloudFront's objects are some megabytes. */
export const maxParquetBytes = 64 * 1024 * 1024;
/** Decoded; what its footer claims. */
const maxGroupBytes = 512 * 1024 * 1024;

/** @throws UnreadableLogError where it is not Parquet to its end. */
export async function readParquetRows(bytes: Uint8Array, writer: RowWriter, signal: AbortSignal): Promise<void> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (!(file instanceof ArrayBuffer)) throw new TypeError('Log objects are not in shared memory.');
  const metadata = openFile(file);
  const names = parquetSchema(metadata)
    .children.map(({ element }) => element.name)
    .filter((name) => columnNamed(name) >= 0 || fieldKey(name).startsWith('timestamp'));
  writer.layOut(names);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    signal.throwIfAborted();
    const rowEnd = rowStart + Number(group.num_rows);
    if (Number(group.total_byte_size) > maxGroupBytes)
      throw new UnreadableLogError('A row group of the Parquet log object is too large.');
    const rows = await readGroup(file, metadata, names, rowStart, rowEnd);
    for (const row of rows) writer.writeRow(names.map((name) => row[name]));
    rowStart = rowEnd;
  }
  writer.flush();
}

function openFile(file: ArrayBuffer): FileMetaData {
  try {
    return parquetMetadata(file);
  } catch (error) {
    throw new UnreadableLogError('The Parquet log object is cut short or damaged.', { cause: error });
  }
}

async function readGroup(
  file: ArrayBuffer,
  metadata: FileMetaData,
  names: string[],
  rowStart: number,
  rowEnd: number,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await parquetReadObjects({ file, metadata, columns: names, rowStart, rowEnd, compressors });
  } catch (error) {
    throw new UnreadableLogError('The Parquet log object is damaged.', { cause: error });
  }
}
