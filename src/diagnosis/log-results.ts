/**
 * Which values of `x-edge-detailed-result-type` fit which kind of fault. AWS publishes the values but no status for each
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html): only `OriginDnsError` is documented with
 * 502, so these lists are a prior, and the report shows what was counted.
 */
import type { AccessLogEvidence } from './evidence.js';

/** Uncategorised errors, errors served from the cache, and rows of logs that lack the field: any fault may be behind them. */
const uncategorised = ['Error', '-', ''] as const;

/** Whether a value says nothing about the fault. */
export function isUncategorised(detailedResult: string): boolean {
  return uncategorised.some((value) => value === detailedResult);
}

export const resultsOf = {
  /** The name could not be resolved. `NonS3OriginDnsError` is the code that AWS uses for the same on its 502 page. */
  dns: ['OriginDnsError', 'NonS3OriginDnsError', ...uncategorised],
  /** TCP or TLS to the origin failed: CloudFront has one value for both. */
  connect: ['OriginConnectError', 'OriginCommError', ...uncategorised],
  /** The connection was cut while the request was sent or the answer read. */
  cut: ['OriginReadError', 'OriginWriteError', 'OriginCommError', 'AbortedOrigin', ...uncategorised],
  /** A request was sent over a connection that the origin was just closing; it was open, so nothing failed to connect. */
  race: ['OriginReadError', 'OriginWriteError', 'OriginCommError', 'AbortedOrigin', ...uncategorised],
  oversizedHead: ['OriginHeaderTooBigError', ...uncategorised],
  malformedHead: ['OriginInvalidResponseError', ...uncategorised],
  /** The origin answered 502 itself and CloudFront passed it on. */
  relayed: ['OriginError', 'Miss', ...uncategorised],
  /** CloudFront rejected the answer of a function. The value is seen in public material and is not on AWS's list. */
  edgeFunction: ['LambdaValidationError', ...uncategorised],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The values that say one thing only; CloudFront's own word on the fault. */
export const decisiveResults = {
  dns: ['OriginDnsError', 'NonS3OriginDnsError'],
  oversizedHead: ['OriginHeaderTooBigError'],
  malformedHead: ['OriginInvalidResponseError'],
  internal: ['InternalError'],
  contentRange: ['OriginContentRangeLengthError'],
  emptyObject: ['OriginZeroSizeObjectError'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Values that lay a failure to the viewer: it left, read too slowly, or asked what it may not. */
export function isOfViewer(detailedResult: string): boolean {
  return /^(?:Client|InvalidRequest)/.test(detailedResult) || detailedResult === 'SlowReaderOriginError';
}

/** What a value that lays a failure to the origin means in short, and where to look. */
const originResults: Readonly<Record<string, { readonly means: string; readonly look: string }>> = {
  OriginDnsError: {
    means: 'its name did not resolve',
    look: 'Ask every authoritative name server of the name, and look at the time to live of its records.',
  },
  OriginConnectError: {
    means: 'CloudFront could not connect',
    look: 'Look at the origin and the firewall before it for limits on connections, restarts and rules by address.',
  },
  OriginCommError: {
    means: 'connecting or reading failed',
    look: 'Look at the origin for restarts and slow answers at these times.',
  },
  OriginReadError: {
    means: 'the connection was cut while CloudFront read',
    look: 'Compare the idle timeout of the origin with CloudFront’s, and look for crashes and restarts at these times.',
  },
  OriginWriteError: {
    means: 'the connection was cut while CloudFront sent',
    look: 'Compare the idle timeout of the origin with CloudFront’s, and look for crashes and restarts at these times.',
  },
  OriginInvalidResponseError: {
    means: 'the answer could not be read',
    look: 'Look at the answers of the failing paths byte for byte.',
  },
  OriginHeaderTooBigError: {
    means: 'the response head was too large',
    look: 'Add up the headers of the failing paths, Set-Cookie first.',
  },
  OriginContentRangeLengthError: {
    means: 'Content-Length and Content-Range disagree',
    look: 'Send range requests to the failing paths.',
  },
  OriginZeroSizeObjectError: {
    means: 'an object of no size came',
    look: 'Look at the objects behind the failing paths.',
  },
  OriginError: {
    means: 'the origin gave an incorrect answer',
    look: 'Look in the log of the origin and of what is behind it for these paths and times.',
  },
  AbortedOrigin: {
    means: 'the origin broke off',
    look: 'Look at the origin for crashes and restarts at these times.',
  },
};

/** The values among the 502s of these behaviours that lay them to the origin. */
export function readOriginResults(logs: AccessLogEvidence, behaviours: readonly string[]) {
  const seen = new Set(
    logs.failureCells
      .filter(({ behaviour }) => behaviours.includes(behaviour))
      .map(({ detailedResult }) => detailedResult),
  );
  return Object.entries(originResults)
    .filter(([value]) => seen.has(value))
    .map(([value, words]) => ({ value, ...words }));
}
