/**
 * The columns of a log that are read. Columns that hold personal data (address, cookie, referer, query, user agent) are not among them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */

/** The only columns that are ever looked at; `column` gives the index of one. */
export const logColumns = [
  'date',
  'time',
  'sc-status',
  'x-edge-location',
  'sc-bytes',
  'cs-method',
  'cs-uri-stem',
  'cs(Host)',
  'x-host-header',
  'x-edge-request-id',
  'time-taken',
  'cs-protocol-version',
  'x-edge-detailed-result-type',
  'x-edge-result-type',
] as const;
export type LogColumn = (typeof logColumns)[number];

/** Index of a column in `LogRow.starts` and `LogRow.ends`. */
export function column(name: LogColumn): number {
  return logColumns.indexOf(name);
}
