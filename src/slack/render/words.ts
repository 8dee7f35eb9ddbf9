/** Words for the terms of a verdict, the same in every message. */
import type { DnsProbe, HttpProbe, TlsProbe } from '../../diagnosis/evidence.js';
import type { Layer, Strength } from '../../diagnosis/finding.js';
import type { Onset } from '../../diagnosis/onset.js';
import type { Cause, Coverage, Verdict } from '../../diagnosis/verdict.js';
import { formatCount } from './limits.js';
import { clock, type Piece, utc, when } from './text.js';

export const layerWords: Readonly<Record<Layer, string>> = {
  cloudfront: 'CloudFront itself, on AWS’s side',
  'edge-function': 'an edge function',
  'cloudfront-to-origin': 'the connection from CloudFront to the origin',
  'load-balancer': 'the load balancer',
  target: 'the application behind the load balancer',
  viewer: 'between the viewer and CloudFront',
  configuration: 'the configuration of the distribution',
};

export const strengthWords: Readonly<Record<Strength, string>> = {
  proven: 'proven',
  supported: 'supported by what was seen, not proven',
  possible: 'possible, not shown',
};

export const vantageWords: Readonly<Record<string, string>> = {
  valid: 'as CloudFront sees it',
  blind: 'blind from here',
  misleading: 'may differ from here',
};

/** `412 of 530`, or null where that is not known. */
export function explainedWords(cause: Cause): string | null {
  if (cause.explained === null) return null;
  return `${formatCount(cause.explained.count)} of ${formatCount(cause.explained.of)}`;
}

/** How many 502s were counted, and by what. */
export function failureWords(failures: NonNullable<Verdict['failures']>): string {
  const requests = `${formatCount(failures.requests)} requests`;
  return failures.source === 'access-logs'
    ? `${formatCount(failures.count)} of ${requests} in the access logs`
    : `about ${formatCount(failures.count)} of ${requests}, estimated from CloudWatch`;
}

/** When the 502s began, in the reader's zone and in UTC, and when they were over. */
export function onsetPieces({ at, from, to, endedAt }: Onset): readonly Piece[] {
  const began =
    at === null
      ? [
          to === null
            ? 'before the window, its first rows show them'
            : `before ${clock(to)} UTC, the first rows read show them`,
        ]
      : [...when(at), ...(from === null || to === null ? [] : [`, between ${clock(from)} and ${clock(to)} UTC`])];
  return endedAt === null ? began : [...began, `; over by ${clock(endedAt)} UTC`];
}

/** One line each for logs, probes and what is missing. */
export function coverageWords(coverage: Coverage): string {
  return [logWords(coverage), probeWords(coverage), missingWords(coverage)].filter((line) => line !== null).join(' ');
}

function logWords({ logs }: Coverage): string {
  if (logs === null) return 'No access logs were read.';
  const newest = logs.newestRow === null ? 'none in the window' : `newest ${utc(logs.newestRow)}`;
  const share =
    logs.shareOfRequests === null ? '' : `, ${percent(logs.shareOfRequests)} of the requests that CloudWatch counted`;
  return `Access logs: ${formatCount(logs.rows)} rows, ${newest}${share}.`;
}

function probeWords({ probes }: Coverage): string | null {
  if (probes.length === 0) return null;
  const limited = probes.filter((probe) => probe.vantage !== 'valid').length;
  const noun = probes.length === 1 ? '1 origin connection' : `${formatCount(probes.length)} origin connections`;
  return limited === 0 ? `Probed ${noun}.` : `Probed ${noun}, ${formatCount(limited)} with a limited view from here.`;
}

function missingWords({ missing }: Coverage): string | null {
  if (missing.length === 0) return null;
  const names = missing.slice(0, 4).map((entry) => entry.what);
  const more = missing.length > names.length ? ` and ${formatCount(missing.length - names.length)} more` : '';
  return `Missing: ${names.join(', ')}${more}.`;
}

/** Ratio as percent, without decimals but never rounded up to the whole. */
export function percent(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'an unknown share';
  const value = ratio * 100;
  if (value > 99 && value < 100) return '99 %';
  return value > 0 && value < 1 ? 'under 1 %' : `${formatCount(value)} %`;
}

export function dnsWords(dns: DnsProbe): string {
  switch (dns.outcome) {
    case 'resolved':
      return dns.addresses.length === 1 ? '1 address' : `${dns.addresses.length} addresses`;
    case 'nxdomain':
      return 'name does not exist';
    case 'no-data':
      return 'name has no address';
    case 'servfail':
      return 'server failure';
    case 'refused':
      return 'query refused';
    case 'timed-out':
      return 'no answer';
    case 'failed':
      return 'failed';
    case 'not-asked':
      return 'not asked';
  }
}

const tlsOutcomes: Readonly<Record<TlsProbe['outcome'], string>> = {
  completed: 'completed',
  'plaintext-answer': 'answered without TLS',
  alert: 'handshake refused',
  closed: 'closed in the handshake',
  reset: 'reset in the handshake',
  'timed-out': 'no answer in the handshake',
  'client-certificate-required': 'wants a client certificate',
  failed: 'failed',
};

export function tlsWords(tls: TlsProbe | null): string {
  if (tls === null) return '–';
  if (tls.outcome !== 'completed')
    return [tlsOutcomes[tls.outcome], tls.error].filter((part) => part !== null).join(': ');
  const problems = [
    ...tls.trustProblems.map((problem) => problem.replaceAll('-', ' ')),
    ...(tls.matchesOriginDomain || tls.matchesHost ? [] : ['name mismatch']),
  ];
  return problems.length === 0 ? `${tls.protocol ?? 'TLS'}, trusted` : problems.join(', ');
}

const httpOutcomes: Readonly<Record<HttpProbe['outcome'], string>> = {
  response: 'answered',
  'oversized-head': 'response head too large',
  'malformed-head': 'malformed response head',
  'closed-before-head': 'closed before answering',
  'closed-inside-head': 'closed inside the response head',
  reset: 'reset',
  'timed-out': 'no answer',
  failed: 'failed',
};

export function httpWords(http: readonly HttpProbe[]): string {
  if (http.length === 0) return '–';
  const words = http.slice(0, 3).map((probe) => {
    const outcome =
      probe.outcome === 'response' && probe.status !== null ? String(probe.status) : httpOutcomes[probe.outcome];
    return http.length === 1 ? outcome : `${probe.path}: ${outcome}`;
  });
  return http.length > 3 ? `${words.join('; ')}; …` : words.join('; ');
}

/** Days from `now` until the leaf expires, negative when it has. */
export function certificateWords(tls: TlsProbe | null, now: string): string {
  const leaf = tls?.chain[0];
  if (leaf === undefined) return '–';
  const days = Math.floor((Date.parse(leaf.validTo) - Date.parse(now)) / 86_400_000);
  if (!Number.isFinite(days)) return '–';
  if (days < 0) return `expired ${formatCount(-days)} ${days === -1 ? 'day' : 'days'} ago`;
  return `${formatCount(days)} ${days === 1 ? 'day' : 'days'} left`;
}
