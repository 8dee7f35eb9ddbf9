/** The finer shapes of an origin probe: authoritative DNS, repeated attempts, what else an origin would have accepted, bodies. */
import type { Certificate, DnsOutcome, TcpOutcome, TlsProbe } from './evidence/origin-probe.js';

/** What the name servers of the zone said when asked themselves. CloudFront's resolvers end up with one of them, and any may differ. */
export interface DnsAuthority {
  readonly zone: string;
  readonly answers: readonly {
    /** Name of the name server. */
    readonly server: string;
    /** Empty where the name server's own name has no address that may be asked. */
    readonly address: string;
    /** `CNAME` where the name is an alias: what lies behind it may be another zone's. */
    readonly recordType: 'A' | 'AAAA' | 'CNAME';
    /** `timed-out` and `failed` may be due to a firewall before us: no more than a note. `refused` is a lame delegation. */
    readonly outcome: DnsOutcome;
    readonly values: readonly string[];
  }[];
}

/** How often an address ended which way, over all connections that the probe opened. */
export interface TcpAttempts {
  readonly outcome: TcpOutcome;
  readonly count: number;
}

/** What the port speaks in place of what CloudFront speaks to it; `banner` is a greeting of another protocol. */
export type OtherProtocol = 'tls' | 'http/2' | 'banner';

/** One way in which the offer of a handshake can be made wider than CloudFront's. */
export type TlsWidening = 'protocol' | 'cipher' | 'curve' | 'signature' | 'application-protocol';

/** What a completed handshake agreed on. */
export interface TlsAgreement {
  readonly protocol: string;
  readonly cipher: string;
  /** Group of the key exchange; null where there was none. */
  readonly curve: string | null;
  /** Selected by ALPN. */
  readonly applicationProtocol: string | null;
}

/** What the origin would have accepted, asked after it had turned down what CloudFront offers. */
export interface TlsExploration {
  /** With everything that this program can offer; null where that was turned down too. */
  readonly accepted: (TlsAgreement & { readonly leaf: Certificate | null }) | null;
  /** The widenings each of which was enough alone. */
  readonly enough: readonly (TlsAgreement & { readonly by: TlsWidening })[];
  /** A suite that CloudFront offers and this program cannot use, which the origin picked; null where it picked none. */
  readonly legacyCipher: string | null;
  /** Whether the origin takes an SSLv3 hello; asked only where SSLv3 is among the origin's protocols. */
  readonly sslV3: 'accepted' | 'rejected' | 'not-asked';
}

/** The handshake without a server name. CloudFront always sends one, so a difference is a note and no fault. */
export interface TlsWithoutSni {
  readonly outcome: TlsProbe['outcome'];
  /** Null where no certificate was shown. */
  readonly leaf: Pick<Certificate, 'subject' | 'fingerprint256'> | null;
  /** Null where one of the two handshakes showed no certificate. */
  readonly sameCertificate: boolean | null;
}

/** The body of an answer, read up to 64 KiB and 3 s to judge its framing. Contents are not kept. */
export interface BodyReading {
  readonly framing: 'content-length' | 'chunked' | 'until-close' | 'none';
  readonly declaredBytes: number | null;
  /** Without the framing of chunks. */
  readonly receivedBytes: number;
  /**
   * `truncated`: ended or was reset before the declared length or the last chunk. `malformed`: the chunks are no chunks. `unfinished`: neither,
   * within the caps.
   */
  readonly outcome: 'complete' | 'truncated' | 'malformed' | 'unfinished';
  readonly problem: string | null;
}
