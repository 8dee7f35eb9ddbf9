/** Probes one address, layer by layer: TCP, TLS where the connection has it, and one HTTP request per path. */
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { AddressProbe, HttpProbe, OriginConnection, SslProtocol, TlsProbe } from '../../diagnosis/evidence.js';
import { isHostUnknown } from '../../diagnosis/probe-subject.js';
import { mapBounded } from '../bounded.js';
import { askAgain } from './ask-again.js';
import { createDialer, type Dialer } from './dialer.js';
import { exploreSslV3, exploreTls, exploreWithoutSni, type PreparedWidening, speaksTls } from './explore-tls.js';
import { http2Answer, tlsAnswer } from './head-lines.js';
import { exchangeHead, type HttpExchange, type RequestTarget } from './http.js';
import { evaluateHandshake } from './judge-handshake.js';
import { type Handshake, parseAlert, shakeHands } from './tls.js';
import type { TrustStore } from './trust.js';

/** A handshake that may be tried, with its context: making one is slow, so it is made once for all addresses. */
export interface PreparedHandshake {
  readonly protocols: string;
  readonly context: () => SecureContext;
}

export interface AddressPlan {
  readonly connection: OriginConnection;
  readonly sslProtocols: readonly SslProtocol[];
  /** With the origin path before each. */
  readonly requests: readonly Pick<RequestTarget, 'method' | 'path' | 'viewerPath'>[];
  /** In the order in which they are tried; empty over plain HTTP. */
  readonly handshakes: readonly PreparedHandshake[];
  /** Whether to look beyond what CloudFront meets: other offers, attempts more than needed, no server name. */
  readonly isDeep: boolean;
  /** Tried where the handshakes fail. */
  readonly widenings: readonly PreparedWidening[];
  /** Roots to judge by; asked for only over TLS. */
  readonly store: () => TrustStore;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly requestId: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly trace: (line: string) => void;
}

/** What there is of one address while it is probed. */
interface Visit {
  readonly plan: AddressPlan;
  readonly address: string;
  readonly dialer: Dialer;
  readonly sni: string;
  readonly trace: (line: string) => void;
}

/** Rejects with the reason of the signal when that aborts, and never otherwise (but for a Host that is none). */
export async function probeAddress(plan: AddressPlan, address: string): Promise<AddressProbe> {
  const { connection, signal } = plan;
  const where = `${address} port ${connection.port}`;
  const dialer = createDialer(address, connection.port, plan.connectTimeoutMs, signal);
  const trace = (line: string): void => plan.trace(`${where}: ${line}`);
  const visit: Visit = { plan, address, dialer, sni: connection.sni ?? connection.domainName, trace };
  const { socket, ...tcp } = await dialer.openPatiently();
  trace(`TCP ${tcp.outcome}${tcp.errorCode === null ? '' : ` (${tcp.errorCode})`} in ${tcp.elapsedMs} ms`);
  const seen =
    socket === null
      ? { tls: null, http: [], otherProtocol: null }
      : isHostUnknown(connection)
        ? leaveAlone(socket)
        : connection.scheme === 'http'
          ? await probePlain(visit, socket)
          : await probeSecure(visit, socket);
  if (plan.isDeep) await dialer.completeAttempts();
  signal.throwIfAborted();
  const attempts = dialer.attempts();
  if (attempts.length > 1)
    trace(`attempts differ: ${attempts.map(({ outcome, count }) => `${outcome} ${count} times`).join(', ')}`);
  return { address, port: connection.port, tcp: { ...tcp, attempts }, blindBecause: whyBlind(address, tcp), ...seen };
}

/** There is no name to ask for. */
function leaveAlone(socket: Duplex): Seen {
  socket.destroy();
  return { tls: null, http: [], otherProtocol: null };
}

const noRoute: ReadonlySet<string | null> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** A host without IPv6 says so in these ways; they are its own fault and not the origin's. */
function whyBlind(address: string, { errorCode }: { readonly errorCode: string | null }): string | null {
  return address.includes(':') && noRoute.has(errorCode)
    ? `${address} is an IPv6 address, and the machine that cf502 runs on has no way to IPv6.`
    : null;
}

type Seen = Pick<AddressProbe, 'tls' | 'http' | 'otherProtocol'>;

async function probePlain(visit: Visit, socket: Duplex): Promise<Seen> {
  const { http } = await requestAll(visit, socket, null);
  const otherProtocol = readOtherProtocol(http);
  if (
    otherProtocol !== null ||
    !visit.plan.isDeep ||
    http.length === 0 ||
    http.some(({ outcome }) => outcome === 'response')
  )
    return { tls: null, http, otherProtocol };
  // Many servers only hang up on plain HTTP where they expect TLS.
  const isTls = await speaksTls(visit.dialer, visit.sni, visit.plan.widenings);
  if (isTls) visit.trace('the port that CloudFront speaks plain HTTP to speaks TLS');
  return { tls: null, http, otherProtocol: isTls ? 'tls' : null };
}

function readOtherProtocol(http: readonly HttpProbe[]): AddressProbe['otherProtocol'] {
  const problems = http.map(({ problem }) => problem);
  if (problems.includes(tlsAnswer)) return 'tls';
  if (problems.includes(http2Answer)) return 'http/2';
  // SSH, SMTP, FTP, IMAP and POP3 greet first.
  const isGreeting = (problem: string | null): boolean => /“(?:SSH-\d|[245]\d\d[ -]|\* OK|\+OK)/.test(problem ?? '');
  return problems.some(isGreeting) ? 'banner' : null;
}

async function probeSecure(visit: Visit, socket: FirstSocket): Promise<Seen> {
  const { plan, dialer, sni, trace } = visit;
  const { handshake, prepared } = await tryHandshakes(visit, socket);
  plan.signal.throwIfAborted();
  const tls = evaluateHandshake(handshake, plan.connection, plan.store(), plan.now(), trace);
  if (handshake.socket === null || prepared === null)
    return { tls: { ...tls, exploration: await explore(visit, handshake) }, http: [], otherProtocol: null };
  const [{ http, clientCertificateDemanded }, withoutSni, exploration] = await Promise.all([
    requestAll(visit, handshake.socket, prepared),
    !plan.isDeep ? null : exploreWithoutSni(dialer, prepared.context(), handshake),
    !plan.isDeep || !plan.sslProtocols.includes('SSLv3') ? null : exploreSslV3(dialer),
  ]);
  plan.signal.throwIfAborted();
  if (withoutSni?.sameCertificate === false || (withoutSni !== null && withoutSni.outcome !== 'completed'))
    trace(
      `without a server name: ${withoutSni.outcome}, ${withoutSni.leaf === null ? 'no certificate' : `the certificate ${withoutSni.leaf.subject}`}`,
    );
  const seen: TlsProbe = { ...tls, withoutSni, exploration };
  if (!clientCertificateDemanded) return { tls: seen, http, otherProtocol: readOtherProtocol(http) };
  // TLS 1.3 refuses a client only after the client's own handshake is done.
  trace(`the origin demanded a client certificate after the handshake for ${sni}`);
  return {
    tls: { ...seen, outcome: 'client-certificate-required', error: 'certificate_required' },
    http: [],
    otherProtocol: null,
  };
}

type FirstSocket = NonNullable<Awaited<ReturnType<Dialer['open']>>['socket']>;

/** Whether another offer may fare better: not where silence, plain text or a demand was the answer. */
const worthAnotherTry: ReadonlySet<Handshake['outcome']> = new Set(['alert', 'closed', 'reset', 'failed']);

async function explore(visit: Visit, handshake: Handshake): Promise<TlsProbe['exploration']> {
  const { plan, dialer, sni, trace } = visit;
  if (!plan.isDeep || !worthAnotherTry.has(handshake.outcome)) return null;
  const found = await exploreTls(dialer, sni, plan.sslProtocols, plan.widenings);
  plan.signal.throwIfAborted();
  const { accepted } = found;
  trace(
    accepted === null
      ? 'no handshake that this program can offer was accepted'
      : `would accept ${accepted.protocol} ${accepted.cipher} ${accepted.curve ?? ''} ${accepted.applicationProtocol ?? ''}`.trim(),
  );
  for (const { by, protocol, cipher } of found.enough) trace(`a wider ${by} is enough: ${protocol} ${cipher}`);
  return found;
}

async function tryHandshakes(
  { plan, dialer, sni, trace }: Visit,
  firstSocket: FirstSocket,
): Promise<{ readonly handshake: Handshake; readonly prepared: PreparedHandshake | null }> {
  let first: Handshake | null = null;
  for (const prepared of plan.handshakes) {
    const socket = first === null ? firstSocket : (await dialer.open()).socket;
    if (socket === null) break;
    const handshake = await shakeHands(socket, sni, prepared.context(), plan.connectTimeoutMs);
    plan.signal.throwIfAborted();
    trace(`${prepared.protocols} handshake for ${sni}: ${describeHandshake(handshake)}`);
    if (handshake.socket !== null) return { handshake, prepared };
    first ??= handshake;
    if (!worthAnotherTry.has(handshake.outcome)) break;
  }
  firstSocket.destroy();
  return { handshake: first ?? nothingToOffer, prepared: null };
}

const nothingToOffer: Handshake = {
  outcome: 'failed',
  error: 'sslv3_only',
  protocol: null,
  cipher: null,
  curve: null,
  applicationProtocol: null,
  certificates: [],
  chainAsServed: false,
  clientCertificateRequested: false,
  socket: null,
  elapsedMs: 0,
};

function describeHandshake(handshake: Handshake): string {
  const { outcome, error, protocol, cipher, curve, clientCertificateRequested } = handshake;
  if (outcome !== 'completed') return error === null ? outcome : `${outcome} (${error})`;
  const remark = clientCertificateRequested ? ', a client certificate was asked for and not insisted on' : '';
  return `completed with ${protocol ?? '?'} ${cipher ?? ''}${curve === null ? '' : ` over ${curve}`}${remark}`;
}

const pathsAtOnce = 3;

/**
 * One request per path, each over a connection of its own since the next one must not find the last one's body; the first uses the one that is
 * open. At once, so that an origin that is silent on every path costs one wait.
 */
async function requestAll(
  visit: Visit,
  firstStream: Duplex,
  prepared: PreparedHandshake | null,
): Promise<{ readonly http: readonly HttpProbe[]; readonly clientCertificateDemanded: boolean }> {
  const { plan } = visit;
  const exchanges = await mapBounded(plan.requests, pathsAtOnce, async (request, index) => {
    const stream = index === 0 ? firstStream : await reopen(visit, prepared);
    if (stream === null) visit.trace(`could not connect again for ${request.path}`);
    return stream === null ? null : exchangeOver(visit, stream, request);
  });
  const seen = exchanges.filter((exchange): exchange is HttpExchange => exchange !== null);
  if (seen.some(({ errorCode }) => parseAlert(errorCode) === 'certificate_required'))
    return { http: [], clientCertificateDemanded: true };
  const again = await askAgain(
    seen.map(({ probe }) => probe),
    (requests) =>
      mapBounded(requests, pathsAtOnce, async (request) => {
        const stream = await reopen(visit, prepared);
        return stream === null ? null : exchangeOver(visit, stream, request);
      }),
  );
  for (const exchange of [...seen, ...again]) traceExchange(visit, exchange);
  return { http: [...seen, ...again].map(({ probe }) => probe), clientCertificateDemanded: false };
}

async function exchangeOver(
  { plan }: Visit,
  stream: Duplex,
  { method, path, viewerPath }: AddressPlan['requests'][number],
): Promise<HttpExchange> {
  const target = {
    host: plan.connection.host,
    path,
    ...(viewerPath === undefined ? {} : { viewerPath }),
    requestId: plan.requestId(),
    method: method ?? 'GET',
  };
  const exchange = await exchangeHead(stream, target, plan.readTimeoutMs);
  plan.signal.throwIfAborted();
  return exchange;
}

function traceExchange({ plan, trace }: Visit, { probe, errorCode, remarks }: HttpExchange): void {
  const seen = probe.status === null ? '' : ` ${probe.status}`;
  const detail = probe.problem ?? errorCode;
  trace(
    `${probe.method} ${probe.path} with Host ${plan.connection.host}: ${probe.outcome}${seen}, ${probe.headBytes} bytes of head in ${probe.elapsedMs} ms${detail === null ? '' : ` (${detail})`}`,
  );
  for (const remark of remarks) trace(remark);
  if (probe.body !== null && probe.body.problem !== null)
    trace(`the body of ${probe.path} is ${probe.body.outcome}: ${probe.body.problem}`);
}

async function reopen({ plan, dialer, sni }: Visit, prepared: PreparedHandshake | null): Promise<Duplex | null> {
  const { socket } = await dialer.open();
  if (socket === null || prepared === null) return socket;
  const handshake = await shakeHands(socket, sni, prepared.context(), plan.connectTimeoutMs);
  plan.signal.throwIfAborted();
  return handshake.socket;
}
