/**
 * Which values of `x-edge-detailed-result-type` fit which kind of fault. AWS publishes the values but no status for each
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html): only `OriginDnsError` is documented with
 * 502, so these lists are a prior, and the report shows what was counted.
 */

/** Uncategorised errors, errors served from the cache, and rows of logs that lack the field: any fault may be behind them. */
const uncategorised = ['Error', '-', ''] as const;

export const resultsOf = {
  /** The name could not be resolved. `NonS3OriginDnsError` is the code that AWS uses for the same on its 502 page. */
  dns: ['OriginDnsError', 'NonS3OriginDnsError', ...uncategorised],
  /** TCP or TLS to the origin failed: CloudFront has one value for both. */
  connect: ['OriginConnectError', 'OriginCommError', ...uncategorised],
  /** The connection was cut while the request was sent or the answer read. */
  cut: ['OriginReadError', 'OriginWriteError', 'OriginCommError', 'AbortedOrigin', ...uncategorised],
  oversizedHead: ['OriginHeaderTooBigError', ...uncategorised],
  malformedHead: ['OriginInvalidResponseError', ...uncategorised],
  /** The origin answered 502 itself and CloudFront passed it on. */
  relayed: ['OriginError', 'Miss', ...uncategorised],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The values that say one thing only; CloudFront's own word on the fault. */
export const decisiveResults = {
  dns: ['OriginDnsError', 'NonS3OriginDnsError'],
  oversizedHead: ['OriginHeaderTooBigError'],
  malformedHead: ['OriginInvalidResponseError'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
