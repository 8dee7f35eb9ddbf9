/** What a probe of one way to an origin met, layer by layer. */
import type { HeadAnomaly } from '../head-anomalies.js';
import type {
  BodyReading,
  DnsAuthority,
  OtherProtocol,
  TcpAttempts,
  TlsExploration,
  TlsWithoutSni,
} from '../probe-depth.js';
import type { OriginConnection } from './distribution.js';
import type { Iso, Unavailability } from './gathered.js';

/** `not-asked`: the origin is not reached by a public name, so nobody was asked. */
export type DnsOutcome =
  | 'resolved'
  | 'nxdomain'
  | 'no-data'
  | 'servfail'
  | 'refused'
  | 'timed-out'
  | 'failed'
  | 'not-asked';

export interface DnsProbe {
  readonly outcome: DnsOutcome;
  readonly name: string;
  readonly resolvers: readonly string[];
  /** Names passed through, in order. */
  readonly cnames: readonly string[];
  readonly addresses: readonly { readonly address: string; readonly family: 4 | 6; readonly ttlSeconds: number }[];
  /** Per resolver asked, so that disagreement can be seen. */
  readonly answers: readonly {
    readonly resolver: string;
    readonly recordType: 'A' | 'AAAA';
    readonly outcome: DnsOutcome;
    readonly addresses: readonly string[];
  }[];
  /** Null where the name servers of the zone were not asked, or could not be found. */
  readonly authority: DnsAuthority | null;
  readonly elapsedMs: number;
}

export type TcpOutcome = 'connected' | 'refused' | 'reset' | 'timed-out' | 'unreachable' | 'failed';

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subject alternative names, then the common name if it is none of them. */
  readonly names: readonly string[];
  readonly validFrom: Iso;
  readonly validTo: Iso;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly selfSigned: boolean;
  readonly fingerprint256: string;
}

export type TrustProblem =
  | 'expired'
  | 'not-yet-valid'
  | 'self-signed'
  | 'incomplete-chain'
  | 'unknown-root'
  | 'misordered-chain'
  | 'invalid';

export interface TlsProbe {
  readonly outcome:
    | 'completed'
    | 'plaintext-answer'
    | 'alert'
    | 'closed'
    | 'reset'
    | 'timed-out'
    | 'client-certificate-required'
    | 'failed';
  readonly sni: string;
  /** Name of the alert or error where the handshake failed, for example `handshake_failure`. */
  readonly error: string | null;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** Group of the key exchange; null where there was none. */
  readonly curve: string | null;
  /** Certificates in the order served; empty where none was seen. */
  readonly chain: readonly Certificate[];
  /** False where the order could not be seen (TLS 1.3 only) and `chain` is Node's reconstruction. */
  readonly chainAsServed: boolean;
  /** All problems at once, judged by Mozilla's roots; empty means trusted. */
  readonly trustProblems: readonly TrustProblem[];
  /** For `incomplete-chain`: the issuer whose certificate was not sent. */
  readonly missingIssuer: string | null;
  /** Oddities of the chain that are no problem by themselves (a root that is served too, strays). At most 5. */
  readonly remarks: readonly string[];
  /** Whether a name in the leaf covers the SNI, and the Host header: CloudFront accepts either the origin domain or the Host it sends. */
  readonly matchesOriginDomain: boolean;
  readonly matchesHost: boolean;
  /** What else the origin would have accepted; null where the handshake did not fail, or not in a way that tells anything by asking again. */
  readonly exploration: TlsExploration | null;
  readonly withoutSni: TlsWithoutSni | null;
  readonly elapsedMs: number;
}

export interface HttpProbe {
  readonly method: 'GET' | 'HEAD';
  /** As sent to the origin: with the origin path before it, and the default root object in the place of `/`. */
  readonly path: string;
  /** What a viewer asks for to have it sent. Absent in bags of earlier versions. */
  readonly viewerPath?: string;
  readonly outcome:
    | 'response'
    | 'oversized-head'
    | 'malformed-head'
    | 'closed-before-head'
    | 'closed-inside-head'
    | 'reset'
    | 'timed-out'
    | 'failed';
  readonly status: number | null;
  /** Bytes from the status line up to and including the empty line; what had arrived where the head never ended. */
  readonly headBytes: number;
  /** Bytes of each header line summed by name, the largest first, at most 20. Names only, never values. */
  readonly headerBytes: readonly { readonly name: string; readonly bytes: number }[];
  /** Values of the headers that say who answered; capped at 100 characters each. */
  readonly server: string | null;
  readonly via: string | null;
  /** Every length that was declared, in order; repetitions included. At most 8. */
  readonly contentLengths: readonly number[];
  readonly transferEncoding: string | null;
  /** Where a redirect leads, without its query string; capped at 100 characters. */
  readonly location: string | null;
  /** What is wrong with the head, for `malformed-head`. */
  readonly problem: string | null;
  /** What is odd about the head, whether it was read to its end or not. Absent in bags of earlier versions. */
  readonly anomalies?: readonly HeadAnomaly[];
  /** Null where no body was read: no good head, or contradictory lengths. */
  readonly body: BodyReading | null;
  readonly firstByteMs: number | null;
  /** Longest wait between two pieces of the answer; null where it came in one. */
  readonly longestGapMs: number | null;
  /** Up to the end of the head. */
  readonly elapsedMs: number;
}

export interface AddressProbe {
  readonly address: string;
  readonly port: number;
  /** `connected` where any of the first attempts was; `attempts` counts all that were made. */
  readonly tcp: {
    readonly outcome: TcpOutcome;
    readonly errorCode: string | null;
    readonly elapsedMs: number;
    readonly attempts: readonly TcpAttempts[];
  };
  /** Why a failure of this address says nothing (no IPv6 here), or null. */
  readonly blindBecause: string | null;
  /** What the port turned out to speak in place of what CloudFront speaks to it; null where nothing else was recognised. */
  readonly otherProtocol: OtherProtocol | null;
  /** null over plain HTTP or where TCP failed. */
  readonly tls: TlsProbe | null;
  /** One per path tried; empty where the layer below failed. A failed trust or name judgement does not stop the HTTP probe. */
  readonly http: readonly HttpProbe[];
}

/**
 * How far a probe from here says something about CloudFront's own connection. `valid`: what CloudFront sees too. `blind`: nothing can be
 * concluded from a failure here. `misleading`: the answer here is likely to differ from CloudFront's.
 */
export interface Vantage {
  readonly class: 'valid' | 'blind' | 'misleading';
  readonly because: string;
  /** Why the answers to our requests may differ from those that CloudFront gets, however sound the view of the connection; absent where nothing says so. */
  readonly afterHandshake?: string;
}

export interface OriginProbe {
  readonly connection: OriginConnection;
  readonly vantage: Vantage;
  readonly dns: DnsProbe;
  /** Addresses that policy forbids to connect to, with the reason. */
  readonly refusedAddresses: readonly { readonly address: string; readonly because: string }[];
  readonly addresses: readonly AddressProbe[];
  /** What was set about and not brought to its end. Absent in bags of earlier versions. */
  readonly gaps?: readonly Unavailability[];
  /** What was done and seen, a line each, for the per-check trace. At most 100. */
  readonly trace: readonly string[];
}
