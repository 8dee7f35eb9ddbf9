/** Lines that are no rows: how many, and what a few of them look like, with everything that anybody could have typed taken out. */

/** CloudFront logs no request whose head is over 32 KiB; a longer line is not a row. */
export const maxLineBytes = 128 * 1024;
export const maxSamples = 5;
const maxShapeLength = 60;
/** However many there are, so many show what there is to be seen. */
export const maxDescribed = 200;

/** What stands for the lines of an object that is a JSON array, which nobody could tell by their shape. */
export const markOfArray = '[{';
const shownMark = Buffer.from(`?${markOfArray}`);

/** As they cross processes. */
export interface SavedMalformedLines {
  readonly count: number;
  readonly samples: string[];
}

/** Keeps the samples that come first by their text, so that the order of lines and merges does not matter. */
export class MalformedLines {
  count = 0;
  #samples: readonly string[] = [];

  /** @param expected columns that a row has; null before any `#Fields`. */
  add(bytes: Uint8Array, start: number, end: number, delimiter: number, expected: number | null): void {
    this.count += 1;
    if (this.count <= maxDescribed) this.#keep([describeLine(bytes, start, end, delimiter, expected)]);
  }

  /** Lines past `maxDescribed`, which nobody looks at. */
  addUndescribed(count: number): void {
    this.count += count;
  }

  merge(other: MalformedLines): void {
    this.restore(other.save());
  }

  save(): SavedMalformedLines {
    return { count: this.count, samples: [...this.#samples] };
  }

  restore({ count, samples }: SavedMalformedLines): void {
    this.count += count;
    this.#keep(samples);
  }

  /** Such as `9 of 33 columns: 0000-00-00 00:00:00 AAA00-A0`, each once. */
  get samples(): readonly string[] {
    return this.#samples;
  }

  #keep(samples: readonly string[]): void {
    this.#samples = joinSamples(this.#samples, samples);
  }
}

/** Those that come first by their text, each once: associative, and independent of order. */
export function joinSamples(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort((a, b) => (a < b ? -1 : 1)).slice(0, maxSamples);
}

/** The number of columns and the shape of the first few: letters and digits are told apart, and nothing else is kept of them. */
function describeLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: number,
  expected: number | null,
): string {
  if (shownMark.equals(bytes.subarray(start, end))) return 'one JSON array; CloudFront writes an object per line';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, maxShapeLength));
  const shape = head
    .toString('latin1')
    .replaceAll(/[a-z]/g, 'a')
    .replaceAll(/[A-Z]/g, 'A')
    .replaceAll(/[0-9]/g, '0')
    .replaceAll(/[^aA0:./ {}[\]"(),_-]/g, (character) => (character.charCodeAt(0) === delimiter ? ' ' : '?'));
  // What lies behind its beginning may not even be here.
  if (end - start > maxLineBytes) return `a line of more than ${maxLineBytes / 1024} KB: ${shape}`;
  let found = 1;
  for (let at = start; at < end; at += 1) if (bytes[at] === delimiter) found += 1;
  const columns = expected === null ? `${found} columns and no line of field names` : `${found} of ${expected} columns`;
  return `${columns}: ${shape}`;
}
