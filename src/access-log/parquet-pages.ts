/** Decodes one column of a row group of a Parquet object page by page, within bounds that do not rest on the object's own word. */
import type { ColumnMetaData, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { DecodedArray } from 'hyparquet/src/types.js';
import { compressors, decompressZstd } from 'hyparquet-compressors';
import { UnreadableLogError } from './unreadable-log.js';

/** Its own decompressor makes as much room as the bytes ask for. */
const boundedCompressors = {
  ...compressors,
  ZSTD: (input: Uint8Array, length: number) => decompressZstd(input, new Uint8Array(length)),
};

const parsers = {
  ...DEFAULT_PARSERS,
  // Measured: several times as fast as a TextDecoder for values of this length.
  stringFromBytes: (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
};

/** Writers make pages of a megabyte, or of 20,000 values; of a column that says one thing only, a page for a million of rows. */
const maxPageBytes = 32 * 1024 * 1024;
const maxPageValues = 1024 * 1024;
/** Of all columns that are being read: a page of each. */
const maxLiveBytes = 64 * 1024 * 1024;
const maxLiveValues = 8 * 1024 * 1024;

/** What the pages hold that are decoded at the moment. */
export interface LivePages {
  bytes: number;
  values: number;
}

export interface ColumnPages {
  /** Decodes a page where none is; how many values are there that are not passed over. 0: the column is over. */
  ready(): number;
  /** @param index counted from the first that is not passed over. */
  value(index: number): unknown;
  skip(count: number): void;
}

/**
 * @param rows of the row group.
 * @throws UnreadableLogError where the column is damaged, or its pages are too large.
 */
export function openColumn(
  file: Uint8Array,
  meta: ColumnMetaData,
  path: readonly [root: SchemaTree, leaf: SchemaTree],
  rows: number,
  live: LivePages,
): ColumnPages {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const length = Number(meta.total_compressed_size);
  if (!(start >= 0 && length >= 0 && start + length <= file.length)) throw damaged();
  const reader = { view: new DataView(file.buffer, file.byteOffset + start, length), offset: 0 };
  const { element } = path[1];
  const decoder = {
    ...meta,
    pathInSchema: meta.path_in_schema,
    element,
    schemaPath: [...path],
    compressors: boundedCompressors,
    parsers,
  };
  let dictionary: DecodedArray | undefined;
  let values: DecodedArray = [];
  let held = { bytes: 0, values: 0 };
  let passed = 0;
  let left = rows;

  function hold(next: typeof held): void {
    live.bytes += next.bytes - held.bytes;
    live.values += next.values - held.values;
    held = next;
    if (live.bytes > maxLiveBytes || live.values > maxLiveValues) throw tooLarge();
  }

  /** @returns whether there was a page. */
  function readNext(): boolean {
    values = [];
    passed = 0;
    hold({ bytes: 0, values: 0 });
    if (left === 0 || reader.offset >= length) return false;
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    if (!(packed >= 0 && packed <= length - reader.offset && unpacked >= 0)) throw damaged();
    const { num_values: count = 0 } =
      header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header ?? {};
    if (unpacked > maxPageBytes || count > maxPageValues) throw tooLarge();
    const isDictionary = header.type === 'DICTIONARY_PAGE';
    // No value of a dictionary is shorter than four bytes, but for those of one or two.
    if (count < 0 || (isDictionary ? count > unpacked : count > left)) throw damaged();
    hold({ bytes: unpacked, values: count });
    if (isDictionary) {
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
      dictionary = data === undefined ? undefined : convert(data, decoder);
      return true;
    }
    if (header.type !== 'DATA_PAGE' && header.type !== 'DATA_PAGE_V2') {
      reader.offset += packed;
      return true;
    }
    values = readPage(reader, header, decoder, dictionary, undefined, 0).data ?? [];
    if (values.length !== count) throw damaged();
    left -= count;
    return true;
  }

  return {
    ready() {
      while (passed === values.length) if (!readNext()) return 0;
      return values.length - passed;
    },
    value: (index) => values[passed + index],
    skip(count) {
      passed += count;
    },
  };
}

export function damaged(cause?: unknown): UnreadableLogError {
  return new UnreadableLogError('The Parquet log object is cut short or damaged.', { cause });
}

function tooLarge(): UnreadableLogError {
  return new UnreadableLogError('The pages of the Parquet log object are too large to be read in bounded memory.', {
    remedy: 'Let whatever writes it make pages of a megabyte, or deliver the logs as W3C or JSON.',
  });
}
