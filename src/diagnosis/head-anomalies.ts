/**
 * What can be odd about a response head, and what is known of how CloudFront takes it. AWS's pages say little: that an answer which it cannot
 * read is logged as `OriginInvalidResponseError`, that a second `100 Continue` is an error, and that `chunked` is the only transfer coding.
 * For the rest there are the rules that bind every recipient, and those often leave the choice to it. Pure; one table, by which all is judged.
 */
import type { HttpProbe } from './evidence/origin-probe.js';
import type { Strength } from './finding.js';

/**
 * `certain`: no recipient can take it, by AWS's word or by a MUST. `unsupported`: AWS says that CloudFront does not support it, and not what
 * follows. `unsure`: a recipient may refuse it or mend it, and what CloudFront does is not documented. `tolerated`: recipients are told to take it.
 */
export type AnomalySeverity = 'certain' | 'unsupported' | 'unsure' | 'tolerated';

export interface AnomalyRule {
  readonly severity: AnomalySeverity;
  /** Completes "answers with". */
  readonly says: string;
  /** What is known, in short. */
  readonly known: string;
  readonly source: string;
}

const behaviourPage =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110#section-';
const rfc9112 = 'https://www.rfc-editor.org/rfc/rfc9112#section-';

export const headRules = {
  'not-http': {
    severity: 'certain',
    says: 'a head that is not HTTP',
    known: 'No message without its version and status; logged as OriginInvalidResponseError.',
    source: `${rfc9112}4`,
  },
  'no-status': {
    severity: 'certain',
    says: 'a status line without a three-digit status',
    known: 'The status is three digits, without which nothing can be passed on.',
    source: `${rfc9112}4`,
  },
  'bad-content-length': {
    severity: 'certain',
    says: 'a Content-Length that is no number',
    known: 'A proxy must discard the answer and send 502.',
    source: `${rfc9112}6.3`,
  },
  'second-continue': {
    severity: 'certain',
    says: 'a second 100 Continue before the response',
    known: 'CloudFront returns an error; AWS does not say which.',
    source: behaviourPage,
  },
  'unsupported-coding': {
    severity: 'unsupported',
    says: 'a Transfer-Encoding that CloudFront does not support',
    known: 'Only chunked is supported; what follows is not said.',
    source: behaviourPage,
  },
  'identity-coding': {
    severity: 'unsure',
    says: 'Transfer-Encoding: identity, which HTTP/1.1 has given up',
    known: 'Meant no coding until it was taken out of HTTP/1.1.',
    source: `${rfc9112}7`,
  },
  'length-and-coding': {
    severity: 'unsure',
    says: 'both a Content-Length and a Transfer-Encoding',
    known: 'The coding counts and the length does not; it ought to be handled as an error.',
    source: `${rfc9112}6.3`,
  },
  'other-version': {
    severity: 'unsure',
    says: 'a status line that names a version of HTTP other than 1.0 and 1.1',
    known: 'Not an answer that a request in HTTP/1.1 may get; some recipients do not look.',
    source: `${rfc9110}2.5`,
  },
  'status-out-of-range': {
    severity: 'unsure',
    says: 'a status that is not between 100 and 599',
    known: 'Invalid, and to be taken for a 5xx.',
    source: `${rfc9110}15`,
  },
  'leading-empty-line': {
    severity: 'unsure',
    says: 'an empty line before the status line',
    known: 'Servers are told to pass over it before a request; nothing is said of answers.',
    source: `${rfc9112}2.2`,
  },
  'many-interim-responses': {
    severity: 'unsure',
    says: 'more interim responses than any client waits for',
    known: 'Any number is allowed.',
    source: `${rfc9110}15.2`,
  },
  'folded-header': {
    severity: 'unsure',
    says: 'a header folded over several lines',
    known: 'A gateway may either discard the answer with a 502 or unfold it.',
    source: `${rfc9112}5.2`,
  },
  'space-before-first-header': {
    severity: 'unsure',
    says: 'white space before the first header',
    known: 'To be rejected, or the line to be passed over.',
    source: `${rfc9112}2.2`,
  },
  'header-without-colon': {
    severity: 'unsure',
    says: 'a header line without a colon',
    known: 'Breaks the grammar; what a recipient does is not said.',
    source: `${rfc9112}5`,
  },
  'header-without-name': {
    severity: 'unsure',
    says: 'a header line without a name',
    known: 'Breaks the grammar; what a recipient does is not said.',
    source: `${rfc9112}5`,
  },
  'bad-header-name': {
    severity: 'unsure',
    says: 'a header name that holds a character that is not allowed',
    known: 'Breaks the grammar; what a recipient does is not said.',
    source: `${rfc9110}5.1`,
  },
  'control-character': {
    severity: 'unsure',
    says: 'a control character in the value of a header',
    known: 'NUL is to be rejected or replaced; others may be kept.',
    source: `${rfc9110}5.5`,
  },
  'bare-carriage-return': {
    severity: 'unsure',
    says: 'a bare carriage return in a header line',
    known: 'Invalid, or to be replaced by a space.',
    source: `${rfc9112}2.2`,
  },
  'space-before-colon': {
    severity: 'tolerated',
    says: 'white space between a header name and its colon',
    known: 'A proxy must remove it from an answer.',
    source: `${rfc9112}5.1`,
  },
  'line-feed-only': {
    severity: 'tolerated',
    says: 'lines that end without a carriage return',
    known: 'A recipient may take the line feed alone.',
    source: `${rfc9112}2.2`,
  },
  'http-1.0': {
    severity: 'tolerated',
    says: 'HTTP/1.0',
    known: 'An answer to a request in HTTP/1.1 may be in HTTP/1.0.',
    source: `${rfc9110}2.5`,
  },
  'no-reason': {
    severity: 'tolerated',
    says: 'a status line without a reason',
    known: 'The reason may be empty and is to be ignored.',
    source: `${rfc9112}4`,
  },
  'unusual-header-name': {
    severity: 'tolerated',
    says: 'a header name with marks that are seldom used and allowed',
    known: 'A name is a token, in which they may stand.',
    source: `${rfc9110}5.6.2`,
  },
  'repeated-content-length': {
    severity: 'tolerated',
    says: 'the same Content-Length more than once',
    known: 'A recipient may take it for one; two that differ are another cause.',
    source: `${rfc9110}8.6`,
  },
} as const satisfies Readonly<Record<string, AnomalyRule>>;

export type HeadAnomaly = keyof typeof headRules;

/** As strong as a finding may be that rests on such an anomaly alone; null: none at all. */
export const strengthOfSeverity: Readonly<Record<AnomalySeverity, Strength | null>> = {
  certain: 'proven',
  unsupported: 'supported',
  unsure: 'possible',
  tolerated: null,
};

const severities: readonly AnomalySeverity[] = ['certain', 'unsupported', 'unsure', 'tolerated'];

/** The gravest first. Bags of earlier versions name none: there it is told by the outcome. */
export function listAnomalies({ outcome, anomalies, transferEncoding }: HttpProbe): readonly HeadAnomaly[] {
  if (outcome !== 'response' && outcome !== 'malformed-head') return [];
  const seen = anomalies ?? [
    ...(outcome === 'malformed-head' ? (['not-http'] as const) : []),
    ...judgeCoding(transferEncoding),
  ];
  const rank = (anomaly: HeadAnomaly): number => severities.indexOf(headRules[anomaly].severity);
  return [...seen].sort((a, b) => rank(a) - rank(b));
}

/** The gravest that may have made CloudFront refuse the answer; null where there is none. */
export function gravestAnomaly(answer: HttpProbe): HeadAnomaly | null {
  const [gravest] = listAnomalies(answer);
  return gravest === undefined || headRules[gravest].severity === 'tolerated' ? null : gravest;
}

/** "Only the chunked value of the Transfer-Encoding header is supported": the page on custom origins. */
export function judgeCoding(transferEncoding: string | null): readonly HeadAnomaly[] {
  if (transferEncoding === null) return [];
  const coding = transferEncoding.trim().toLowerCase();
  if (coding === 'chunked') return [];
  return [coding === 'identity' ? 'identity-coding' : 'unsupported-coding'];
}
