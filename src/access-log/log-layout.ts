/** How the text of a log object is laid out: told from its first lines, with what the delivery is known to be set to where they leave it open. */
import { columnNamed, readFieldsLine } from './row-layout.js';

/** What is known of a delivery before an object of it is opened; the object's own word counts for more. */
export interface LogHint {
  /** Tells what objects are that do not show it, such as one whose first line is cut short. */
  readonly format?: 'w3c' | 'plain' | 'json' | 'raw' | 'parquet';
  /** Between the values of a row. */
  readonly delimiter?: string;
  /** Names of the fields in order, for objects that do not name them. */
  readonly fields?: readonly string[];
}

export type TextLayout =
  /** `isArray`: not an object a line, as CloudFront writes it, hence nothing that is read. */
  | { readonly kind: 'json'; readonly isArray: boolean }
  | {
      readonly kind: 'delimited';
      readonly delimiter: string;
      readonly fields: readonly string[];
      /** What names them: a `#Fields` line, a line of names without a mark, or nothing in the object. */
      readonly namedBy: 'fields-line' | 'first-line' | 'delivery';
    };

/**
 * The fields in the order in which CloudFront writes them when nothing else is set: 26 before 2019, 33 in standard logs, two more in v2.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export const defaultFields: readonly string[] =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end c-country cache-behavior-path-pattern'.split(
    ' ',
  );
/** Without the columns that came after 2019, one after the other. */
const fewestDefaults = 26;
const delimiters = ['\t', ',', '|', ';', ' '];

/** @param lines the first whole lines of the text, without line ends. A single row may be damaged, so others are held against it. */
export function detectLayout(lines: readonly string[], hint: LogHint): TextLayout {
  const rows = lines.filter(isRow);
  const comment = lines.find((line) => line.startsWith('#Fields:'));
  if (comment !== undefined) {
    const found = mostFitting(rows, hint, (values, by) => values.length === namesOf(comment, by).length, true);
    const delimiter = found?.delimiter ?? fallbackOf(hint);
    return { kind: 'delimited', delimiter, fields: namesOf(comment, delimiter), namedBy: 'fields-line' };
  }
  if (/^\s*\[\s*\{/.test(rows.slice(0, 2).join(''))) return { kind: 'json', isArray: true };
  const objects = rows.filter((row) => row.trimStart().startsWith('{')).length;
  if (objects > 0 && objects * 2 >= rows.length) return { kind: 'json', isArray: false };
  const first = rows[0] ?? '';
  const named = delimitersFor(hint).find((delimiter) => isHeader(first.split(delimiter)));
  if (named !== undefined)
    return { kind: 'delimited', delimiter: named, fields: first.split(named), namedBy: 'first-line' };
  return detectUnnamed(rows, hint);
}

/** The last one that was read: the objects of a delivery begin alike. */
let known = { comment: '', delimiter: '', names: [] as readonly string[] };

function namesOf(comment: string, delimiter: string): readonly string[] {
  if (known.comment !== comment || known.delimiter !== delimiter)
    known = { comment, delimiter, names: readFieldsLine(comment, delimiter) ?? [] };
  return known.names;
}

/** Without a word on the fields only the documented order is left, and only where rows bear it out. */
function detectUnnamed(rows: readonly string[], hint: LogHint): TextLayout {
  const { fields = [] } = hint;
  const told = fields.length === 0 ? null : mostFitting(rows, hint, (values) => values.length === fields.length, true);
  if (told !== null) return { kind: 'delimited', delimiter: told.delimiter, fields, namedBy: 'delivery' };
  const shown = mostFitting(rows, hint, isDefaultRow, false);
  if (shown !== null) {
    const { delimiter, columns } = shown;
    return { kind: 'delimited', delimiter, fields: defaultFields.slice(0, columns), namedBy: 'delivery' };
  }
  if (hint.format === 'json') return { kind: 'json', isArray: false };
  return { kind: 'delimited', delimiter: fallbackOf(hint), fields, namedBy: 'delivery' };
}

/** Neither empty nor a comment. */
export function isRow(line: string): boolean {
  return line !== '' && !line.startsWith('#');
}

function delimitersFor({ delimiter = '' }: LogHint): readonly string[] {
  return delimiter === '' ? delimiters : [delimiter, ...delimiters.filter((other) => other !== delimiter)];
}

function fallbackOf({ delimiter = '' }: LogHint): string {
  return delimiter === '' ? '\t' : delimiter;
}

/**
 * What cuts the most rows into values that fit, and into how many; the likelier delimiter where several do. null: nothing does.
 * @param firstDecides whether one row that fits proves it, which spares most objects looking at the others.
 */
function mostFitting(
  rows: readonly string[],
  hint: LogHint,
  fits: (values: readonly string[], delimiter: string) => boolean,
  firstDecides: boolean,
): { readonly delimiter: string; readonly columns: number } | null {
  let best: { readonly delimiter: string; readonly columns: number; readonly votes: number } | null = null;
  for (const delimiter of delimitersFor(hint)) {
    const votes = new Map<number, number>();
    for (const row of rows) {
      const values = row.split(delimiter);
      if (!fits(values, delimiter)) continue;
      if (firstDecides) return { delimiter, columns: values.length };
      votes.set(values.length, (votes.get(values.length) ?? 0) + 1);
    }
    for (const [columns, count] of votes)
      if (best === null || count > best.votes) best = { delimiter, columns, votes: count };
  }
  return best;
}

/** A line of names rather than of values. */
function isHeader(values: readonly string[]): boolean {
  return values.length > 1 && values.filter((value) => columnNamed(value) >= 0).length >= Math.min(3, values.length);
}

/** What the columns of the documented order look like that can be told from others. */
const defaultShapes: readonly (readonly [position: number, shape: RegExp])[] = [
  [0, /^\d{4}-\d\d-\d\d$/],
  [1, /^\d\d:\d\d:\d\d$/],
  [5, /^[A-Z-]+$/],
  [8, /^\d{3}$/],
  [18, /^(?:\d+(?:\.\d+)?|-)$/],
];

function isDefaultRow(values: readonly string[]): boolean {
  return (
    values.length >= fewestDefaults &&
    values.length <= defaultFields.length &&
    defaultShapes.every(([position, shape]) => shape.test(values[position] ?? ''))
  );
}
