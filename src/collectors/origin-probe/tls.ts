/** One TLS handshake over a connected socket, unverified on purpose: names, dates and chain are judged afterwards, all at once. */
import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsProbe } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';
import { RecordingWire } from './recording-wire.js';
import { parseServedHandshake, type ServedHandshake } from './served-handshake.js';
import { codeOf } from './tcp.js';

export interface Handshake {
  readonly outcome: TlsProbe['outcome'];
  /** Name of the alert or error; for a plain-text answer its beginning. */
  readonly error: string | null;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** Group of the key exchange; null where there was none, or the handshake failed. */
  readonly curve: string | null;
  /** Selected by ALPN; null where none was. */
  readonly applicationProtocol: string | null;
  /** DER, the leaf first; empty where none was seen. A handshake that failed after the certificates still shows them. */
  readonly certificates: readonly Buffer[];
  readonly chainAsServed: boolean;
  readonly clientCertificateRequested: boolean;
  /** null unless completed; the caller destroys it. */
  readonly socket: TLSSocket | null;
  readonly elapsedMs: number;
}

type Ended = 'completed' | 'timed-out' | { readonly error: Error };

/**
 * Shakes hands. The socket is destroyed where that fails.
 *
 * @param sni sent as server name; an IP address is none and is left out, as is null.
 * @param applicationProtocols offered by ALPN: CloudFront speaks HTTP/1.1 to origins.
 */
export async function shakeHands(
  socket: Socket,
  sni: string | null,
  secureContext: SecureContext,
  timeoutMs: number,
  applicationProtocols: readonly string[] = ['http/1.1'],
): Promise<Handshake> {
  const startedAt = performance.now();
  const wire = new RecordingWire(socket);
  const secure = connect({
    socket: wire,
    secureContext,
    rejectUnauthorized: false,
    ALPNProtocols: [...applicationProtocols],
    ...(sni !== null && isIP(sni) === 0 ? { servername: sni } : {}),
  });
  const ended = await new Promise<Ended>((resolve) => {
    const timer = setTimeout(() => resolve('timed-out'), timeoutMs);
    secure.once('secureConnect', () => resolve('completed'));
    // Stays for the life of the socket: after the handshake its errors are told by whoever reads.
    secure.on('error', (error) => resolve({ error }));
    secure.once('close', () => {
      clearTimeout(timer);
      resolve({ error: new Error('closed') });
    });
    secure.once('secureConnect', () => clearTimeout(timer));
  });
  const recording = wire.takeRecording();
  const served = parseServedHandshake(recording);
  const seen = {
    clientCertificateRequested: served.clientCertificateRequested,
    elapsedMs: Math.round(performance.now() - startedAt),
  };
  if (ended === 'completed') {
    const certificates = served.certificates ?? rebuildChain(secure.getPeerCertificate(true));
    return {
      ...seen,
      outcome: 'completed',
      error: null,
      protocol: secure.getProtocol(),
      cipher: secure.getCipher().name,
      curve: nameCurve(secure),
      applicationProtocol: typeof secure.alpnProtocol === 'string' ? secure.alpnProtocol : null,
      certificates,
      chainAsServed: served.certificates !== null,
      socket: secure,
    };
  }
  secure.destroy();
  socket.destroy();
  return {
    ...seen,
    ...describeFailure(ended, served, recording, wire),
    protocol: null,
    cipher: null,
    curve: null,
    applicationProtocol: null,
    certificates: served.certificates ?? [],
    chainAsServed: served.certificates !== null,
    socket: null,
  };
}

function nameCurve(secure: TLSSocket): string | null {
  const info = secure.getEphemeralKeyInfo();
  return info !== null && 'name' in info && typeof info.name === 'string' && info.name !== '' ? info.name : null;
}

function describeFailure(
  ended: Exclude<Ended, 'completed'>,
  served: ServedHandshake,
  recording: Buffer,
  wire: RecordingWire,
): Pick<Handshake, 'outcome' | 'error'> {
  if (served.isPlaintext)
    return { outcome: 'plaintext-answer', error: plain(recording.toString('latin1', 0, 200).split('\r')[0] ?? '', 60) };
  if (ended === 'timed-out') return { outcome: 'timed-out', error: null };
  const alert = served.alert ?? parseAlert(codeOf(ended.error));
  const code = codeOf(ended.error);
  const wireEnd = wire.ending;
  const wireError = typeof wireEnd === 'object' ? wireEnd.errorCode : null;
  const isLocal = alert === null && (code?.startsWith('ERR_SSL_') ?? false);
  // A server that asked for a certificate and broke off when it got none may say so in many ways.
  if (alert === 'certificate_required' || (served.clientCertificateRequested && !isLocal))
    return { outcome: 'client-certificate-required', error: alert ?? wireError };
  if (alert !== null) return { outcome: 'alert', error: alert };
  if (isLocal) return { outcome: 'failed', error: nameTlsError(code) };
  if (wireEnd === 'ended') return { outcome: 'closed', error: null };
  if (wireError === 'ECONNRESET' || wireError === 'EPIPE') return { outcome: 'reset', error: wireError };
  return { outcome: 'failed', error: wireError ?? code };
}

/** `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED` -> `certificate_required`; null where the code names no alert of the peer. */
export function parseAlert(code: string | null): string | null {
  const name = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_([A-Z_]+)$/.exec(code ?? '')?.[1];
  if (name !== undefined) return name.toLowerCase();
  // The one alert for which OpenSSL's name lacks the word.
  return code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' ? 'unrecognized_name' : null;
}

function nameTlsError(code: string | null): string | null {
  return code === null ? null : code.replace(/^ERR_SSL_/, '').toLowerCase();
}

/** The chain as Node links it, by issuer: complete, but not in the order served, and possibly with a root that was not. */
function rebuildChain(leaf: DetailedPeerCertificate): readonly Buffer[] {
  const chain: Buffer[] = [];
  const seen = new Set<string>();
  for (let current: DetailedPeerCertificate | undefined = leaf; current?.raw !== undefined; ) {
    if (seen.has(current.fingerprint256) || chain.length === 20) break;
    seen.add(current.fingerprint256);
    chain.push(current.raw);
    current = current.issuerCertificate;
  }
  return chain;
}
