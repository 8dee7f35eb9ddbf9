/** What a check may say: found, ruled out, inconclusive. (The fourth outcome, crashed, belongs to the engine.) */
import type { Iso, Unavailability } from './evidence.js';

/** Which part of the path made the 502; `cloudfront` is CloudFront itself, AWS's side. */
export type Layer =
  | 'cloudfront'
  | 'edge-function'
  | 'cloudfront-to-origin'
  | 'load-balancer'
  | 'target'
  | 'viewer'
  | 'configuration';

/**
 * How sure a finding is. Claimed by the check, capped by the engine (see `capStrength` in strength.ts):
 * - `proven`: seen failing from a valid vantage or certain by configuration, and the 502s observed agree with it.
 * - `supported`: one of the two.
 * - `possible`: consistent with what was seen, carried by neither.
 */
export type Strength = 'proven' | 'supported' | 'possible';

/** What carries a claim: a count of log rows, a probe, an API answer. Every finding has at least one. */
export interface Citation {
  readonly kind: 'access-log' | 'probe' | 'configuration' | 'metric' | 'load-balancer';
  /** Where to look: connection id and address, API call, bucket. */
  readonly ref: string;
  /** The fact, a short phrase. May hold untrusted text (header values, names from certificates). */
  readonly fact: string;
}

/** Which of the logged 502s a cause can account for. An absent field means any. Matched against the failure cells. */
export interface Explains {
  readonly behaviours?: readonly string[];
  readonly paths?: readonly string[];
  readonly detailedResults?: readonly string[];
  /** Of requests: a fault that was met by GET says nothing of a POST to the same path. */
  readonly methods?: readonly string[];
  /**
   * Viewer Host names, where the cause depends on the Host that is forwarded. The cells do not hold the Host, so this is a cap: no more rows
   * are explained than have failed for these hosts.
   */
  readonly hosts?: readonly string[];
  /** The fault is known to have begun, or ended, at this time: 502s of before, or after, are of something else. */
  readonly since?: Iso;
  readonly until?: Iso;
  /** No more than this many, where another count (the balancer's own) is the limit. */
  readonly atMost?: number;
  /** Values by which CloudFront itself names the fault: 502s with one of them fit on any path and by any method, whatever `paths` and `methods` say. */
  readonly named?: readonly string[];
  /** It is of some of the addresses behind the name, so that it fails no more than their part of the requests. */
  readonly addresses?: {
    /** Those that have it, and those that may. */
    readonly among: readonly string[];
    /** How many there are. */
    readonly of: number;
  };
}

export interface Finding {
  /** A sentence with the concrete names: `The certificate of api.example.com expired on 2026-11-20`. */
  readonly claim: string;
  readonly layer: Layer;
  readonly strength: Strength;
  readonly originId: string | null;
  readonly connectionId: string | null;
  readonly citations: readonly [Citation, ...Citation[]];
  /** Null for a condition that explains no 502 by itself (an audit remark, missing logs). */
  readonly explains: Explains | null;
  /** While it lasts, no request over this connection can succeed: requests that do speak against it. */
  readonly failsEveryRequest?: true;
  /** As a rule CloudFront answers 504 to it, so that 502s are of it only where hardly any request succeeds. */
  readonly endsIn504?: true;
  /** One address answered the same request with the fault and without: it is of some of what stands behind the address, and of no path. */
  readonly comesAndGoes?: true;
  /** How far the probe came when it met the fault; absent where it was not met by a probe. */
  readonly metAt?: 'dns' | 'tcp' | 'tls' | 'http';
  /** As viewers ask for them: where the fault was seen after the handshake, and nowhere else. Absent where it is not known. */
  readonly seenOnPaths?: readonly string[];
  /** What to do about it, one or two sentences, imperative. */
  readonly remedy: string;
}

export type Outcome =
  | { readonly state: 'found'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly state: 'ruled-out'; readonly because: string; readonly citations: readonly Citation[] }
  | {
      readonly state: 'inconclusive';
      /** What is missing and what would supply it. */
      readonly missing: readonly [Unavailability, ...Unavailability[]];
      /** What speaks for this cause all the same, if anything does. */
      readonly lead?: string;
      /** The lead is a log row and no more: where causes account for the rows, this is ruled out for the reason given. */
      readonly unlessExplained?: { readonly because: string; readonly citations: readonly Citation[] };
    };
