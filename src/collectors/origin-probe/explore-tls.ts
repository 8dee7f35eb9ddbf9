/** Finds out, after an origin has turned down CloudFront's offer, what it would have accepted; and what it shows to whom names no server. */
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate, SslProtocol, TlsProbe } from '../../diagnosis/evidence.js';
import type { TlsAgreement, TlsExploration, TlsWithoutSni } from '../../diagnosis/probe-depth.js';
import { describeCertificate, parseCertificate } from './certificates.js';
import { planWidenings, type WidenedHandshake } from './cloudfront-tls.js';
import type { Dialer } from './dialer.js';
import {
  type Hello,
  legacyCiphers,
  parseHelloAnswer,
  renderHello,
  sslV3Ciphers,
  sslV3Version,
  tlsVersions,
} from './raw-hello.js';
import { type Handshake, shakeHands } from './tls.js';

const timeoutMs = 2_000;
const maxAnswerBytes = 16_384;

export interface PreparedWidening extends Pick<WidenedHandshake, 'by' | 'applicationProtocols'> {
  readonly context: () => SecureContext;
}

/** Contexts are made at the first use: most origins never need them. */
export function prepareWidenings(sslProtocols: readonly SslProtocol[]): readonly PreparedWidening[] {
  return planWidenings(sslProtocols).map(({ by, options, applicationProtocols }) => {
    let made: SecureContext | null = null;
    return {
      by,
      applicationProtocols,
      context: () => {
        made ??= createSecureContext({ ...options, ca: [] });
        return made;
      },
    };
  });
}

/** @param sni the server name of the handshake that failed. */
export async function exploreTls(
  dialer: Dialer,
  sni: string,
  sslProtocols: readonly SslProtocol[],
  widenings: readonly PreparedWidening[],
): Promise<TlsExploration> {
  const seen = await Promise.all(
    widenings.map(async (widening) => {
      const handshake = await shake(dialer, sni, widening);
      return handshake === null ? null : { by: widening.by, ...handshake };
    }),
  );
  const completed = seen.filter((one) => one !== null);
  const everything = completed.find(({ by }) => by === 'everything');
  return {
    accepted: everything === undefined ? null : { ...everything.agreement, leaf: everything.leaf },
    enough: completed.flatMap(({ by, agreement }) => (by === 'everything' ? [] : [{ by, ...agreement }])),
    legacyCipher: await askLegacy(dialer, sni, sslProtocols),
    sslV3: sslProtocols.includes('SSLv3') ? await askSslV3(dialer) : 'not-asked',
  };
}

/** Where SSLv3 is among the protocols CloudFront sends hellos of that version only, however well newer ones would do. */
export async function exploreSslV3(dialer: Dialer): Promise<TlsExploration> {
  return { accepted: null, enough: [], legacyCipher: null, sslV3: await askSslV3(dialer) };
}

async function shake(
  dialer: Dialer,
  sni: string | null,
  widening: Pick<PreparedWidening, 'context' | 'applicationProtocols'>,
): Promise<{ readonly agreement: TlsAgreement; readonly leaf: Certificate | null } | null> {
  const { socket } = await dialer.open();
  if (socket === null) return null;
  const handshake = await shakeHands(socket, sni, widening.context(), timeoutMs, widening.applicationProtocols);
  handshake.socket?.destroy();
  if (handshake.socket === null) return null;
  const { protocol, cipher, curve, applicationProtocol } = handshake;
  const agreement = { protocol: protocol ?? '?', cipher: cipher ?? '?', curve, applicationProtocol };
  return { agreement, leaf: leafOf(handshake) };
}

function leafOf({ certificates: [first] }: Pick<Handshake, 'certificates'>): Certificate | null {
  const parsed = first === undefined ? null : parseCertificate(first);
  return parsed === null ? null : describeCertificate(parsed);
}

/** The same handshake without a server name, to see whether another certificate comes. */
export async function exploreWithoutSni(
  dialer: Dialer,
  context: SecureContext,
  served: Pick<Handshake, 'certificates'>,
): Promise<TlsWithoutSni | null> {
  const { socket } = await dialer.open();
  if (socket === null) return null;
  const handshake = await shakeHands(socket, null, context, timeoutMs);
  handshake.socket?.destroy();
  const outcome: TlsProbe['outcome'] = handshake.outcome;
  const [leaf, other] = [leafOf(handshake), leafOf(served)];
  return {
    outcome,
    leaf: leaf === null ? null : { subject: leaf.subject, fingerprint256: leaf.fingerprint256 },
    sameCertificate: leaf === null || other === null ? null : leaf.fingerprint256 === other.fingerprint256,
  };
}

/** Whether a port that CloudFront speaks plain HTTP to completes a TLS handshake. */
export async function speaksTls(dialer: Dialer, sni: string, widenings: readonly PreparedWidening[]): Promise<boolean> {
  const everything = widenings.find(({ by }) => by === 'everything');
  return everything !== undefined && (await shake(dialer, sni, everything)) !== null;
}

async function askLegacy(dialer: Dialer, sni: string, sslProtocols: readonly SslProtocol[]): Promise<string | null> {
  const versions = sslProtocols.flatMap((protocol) => (protocol === 'SSLv3' ? [] : [tlsVersions[protocol]]));
  if (versions.length === 0) return null;
  const ciphers = Object.keys(legacyCiphers).map(Number);
  const chosen = await askHello(dialer, { version: Math.max(...versions), ciphers, serverName: sni });
  if (typeof chosen === 'string' || !versions.some((version) => version === chosen.version)) return null;
  return legacyCiphers[chosen.cipher] ?? null;
}

async function askSslV3(dialer: Dialer): Promise<TlsExploration['sslV3']> {
  const chosen = await askHello(dialer, { version: sslV3Version, ciphers: sslV3Ciphers, serverName: null });
  if (chosen === 'silent') return 'not-asked';
  return chosen !== 'rejected' && chosen.version === sslV3Version ? 'accepted' : 'rejected';
}

type HelloAnswer = { readonly version: number; readonly cipher: number } | 'rejected' | 'silent';

async function askHello(dialer: Dialer, hello: Hello): Promise<HelloAnswer> {
  const { socket } = await dialer.open();
  if (socket === null) return 'silent';
  const answer = await new Promise<HelloAnswer>((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, 'silent');
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const parsed = parseHelloAnswer(bytes);
      if (parsed !== undefined || bytes.length > maxAnswerBytes) resolve(parsed ?? 'rejected');
    });
    socket.once('end', () => resolve('rejected'));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve('rejected');
    });
    socket.write(renderHello(hello));
  });
  socket.destroy();
  return answer;
}
