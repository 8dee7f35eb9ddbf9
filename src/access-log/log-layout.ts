/** How the text of a log object is laid out: told from its first lines, with what the delivery is known to be set to where they leave it open. */
import { columnNamed, readFieldsLine } from './row-layout.js';

/** What is known of a delivery before an object of it is opened; the object's own word counts for more. */
export interface LogHint {
  /** Between the values of a row. */
  readonly delimiter?: string;
  /** Names of the fields in order, for objects that do not name them. */
  readonly fields?: readonly string[];
}

export type TextLayout =
  | { readonly kind: 'json' }
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
const knownCounts = [26, 33, 35];
const delimiters = ['\t', ',', '|', ';', ' '];

/** @param lines the first whole lines of the text, without line ends; a comment or two and a row are enough. */
export function detectLayout(lines: readonly string[], hint: LogHint): TextLayout {
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const first = rows[0] ?? '';
  if (first.startsWith('{')) return { kind: 'json' };
  const comment = lines.find((line) => line.startsWith('#Fields:'));
  if (comment !== undefined) {
    const delimiter = delimiterOf(first, (found) => readFieldsLine(comment, found)?.length ?? 0, hint);
    return { kind: 'delimited', delimiter, fields: readFieldsLine(comment, delimiter) ?? [], namedBy: 'fields-line' };
  }
  const named = delimitersFor(hint).find((delimiter) => isHeader(first.split(delimiter)));
  if (named !== undefined)
    return { kind: 'delimited', delimiter: named, fields: first.split(named), namedBy: 'first-line' };
  const { fields = [] } = hint;
  const counts = fields.length > 0 ? [fields.length] : knownCounts;
  const delimiter =
    delimitersFor(hint).find((found) => counts.includes(first.split(found).length)) ?? hint.delimiter ?? '\t';
  const count = first.split(delimiter).length;
  // Without a word on the fields only the documented order is left, and only where the row bears it out.
  const names = fields.length > 0 ? fields : isDefaultRow(first.split(delimiter)) ? defaultFields.slice(0, count) : [];
  return { kind: 'delimited', delimiter, fields: names, namedBy: 'delivery' };
}

function delimitersFor({ delimiter = '' }: LogHint): readonly string[] {
  return delimiter === '' ? delimiters : [delimiter, ...delimiters.filter((other) => other !== delimiter)];
}

/** The one that cuts the row into as many values as there are names. */
function delimiterOf(row: string, namesFor: (delimiter: string) => number, hint: LogHint): string {
  const fits = delimitersFor(hint).find((delimiter) => row.split(delimiter).length === namesFor(delimiter));
  return fits ?? '\t';
}

/** A line of names rather than of values. */
function isHeader(values: readonly string[]): boolean {
  return values.length > 1 && values.filter((value) => columnNamed(value) >= 0).length >= Math.min(3, values.length);
}

function isDefaultRow(values: readonly string[]): boolean {
  return (
    knownCounts.includes(values.length) &&
    /^\d{4}-\d\d-\d\d$/.test(values[0] ?? '') &&
    /^\d\d:\d\d:\d\d$/.test(values[1] ?? '') &&
    /^\d{3}$/.test(values[8] ?? '')
  );
}
