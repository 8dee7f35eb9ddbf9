/** Rules that make the local AWS answer badly, late, half or not at all. */
import { AwsFault, type AwsService, speaksJson } from './wire.js';

/**
 * - `access-denied`, `throttled`, `server-error`, `unavailable`, `expired-token`: answered as that service names them.
 * - `hang`: no answer, the socket stays open. `reset`: the socket is closed before any answer.
 * - `reset-after`: carried out, and the socket closed without an answer. `hang-after`: carried out, and silence.
 * - `cut`: the head and a part of the body, then the socket is closed. `stall`: the same, then silence.
 */
export type Misbehaviour =
  | 'access-denied'
  | 'throttled'
  | 'server-error'
  | 'unavailable'
  | 'expired-token'
  | 'hang'
  | 'reset'
  | 'reset-after'
  | 'hang-after'
  | 'cut'
  | 'stall'
  | { readonly status: number; readonly code: string; readonly message?: string };

export interface FaultSubject {
  readonly service: AwsService;
  readonly operation: string;
  readonly region: string;
  /** Path and query as sent. */
  readonly url: string;
  /** As sent, for the services that say there what they are asked about. */
  readonly body: string;
  readonly accessKeyId: string;
}

/** Absent fields match everything. */
export interface FaultRule {
  readonly service?: AwsService;
  readonly operation?: string;
  readonly region?: string;
  /** A part of the path and query, for example a key or a distribution id. */
  readonly url?: string | RegExp;
  /** A part of the body, for example the name of a metric's dimension. */
  readonly body?: string;
  readonly how: Misbehaviour;
  /** How often; absent: until lifted. */
  readonly times?: number;
  /** For `cut` and `stall`: how much of the body is sent first; absent: half of it. */
  readonly afterBytes?: number;
}

export interface Faults {
  /** @returns lifts the rule. */
  add(rule: FaultRule): () => void;
  /** The first rule that applies, its count lowered. */
  take(subject: FaultSubject): FaultRule | null;
}

export function createFaults(): Faults {
  const rules: { readonly rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    take: (subject) => {
      const entry = rules.find(({ rule, left }) => left > 0 && applies(rule, subject));
      if (entry === undefined) return null;
      entry.left -= 1;
      return entry.rule;
    },
  };
}

function applies(rule: FaultRule, subject: FaultSubject): boolean {
  if (rule.service !== undefined && rule.service !== subject.service) return false;
  if (rule.operation !== undefined && rule.operation !== subject.operation) return false;
  if (rule.region !== undefined && rule.region !== subject.region) return false;
  if (rule.body !== undefined && !subject.body.includes(rule.body)) return false;
  if (rule.url === undefined) return true;
  return typeof rule.url === 'string' ? subject.url.includes(rule.url) : rule.url.test(subject.url);
}

/** The error for a misbehaviour that is an answer; null for those that are not. */
export function faultFor(
  how: Misbehaviour,
  { service, operation, accessKeyId }: Pick<FaultSubject, 'service' | 'operation' | 'accessKeyId'>,
): AwsFault | null {
  const json = speaksJson(service);
  if (typeof how === 'object') return new AwsFault(how.status, how.code, how.message ?? 'As told to.');
  switch (how) {
    case 'access-denied':
      return new AwsFault(
        json ? 400 : 403,
        json ? 'AccessDeniedException' : 'AccessDenied',
        `User ${accessKeyId} is not authorized to perform: ${service}:${operation}`,
      );
    case 'throttled':
      return service === 's3'
        ? new AwsFault(503, 'SlowDown', 'Please reduce your request rate.')
        : new AwsFault(400, json ? 'ThrottlingException' : 'Throttling', 'Rate exceeded');
    case 'server-error':
      return new AwsFault(500, json ? 'InternalServerError' : 'InternalError', 'We encountered an internal error.');
    case 'unavailable':
      return new AwsFault(503, json ? 'ServiceUnavailableException' : 'ServiceUnavailable', 'Please try again.');
    case 'expired-token':
      return new AwsFault(
        service === 's3' || json ? 400 : 403,
        json ? 'ExpiredTokenException' : 'ExpiredToken',
        'The security token included in the request is expired.',
      );
    case 'hang':
    case 'reset':
    case 'reset-after':
    case 'hang-after':
    case 'cut':
    case 'stall':
      return null;
  }
}
