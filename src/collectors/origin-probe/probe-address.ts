/** Probes one address, layer by layer: TCP, TLS where the connection has it, and one HTTP request per path. */
import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { AddressProbe, Certificate, HttpProbe, OriginConnection, TlsProbe } from '../../diagnosis/evidence.js';
import { mapBounded } from '../bounded.js';
import { coversHost } from './certificate-names.js';
import { describeCertificate, namesOf, parseCertificate } from './certificates.js';
import { exchangeHead, type HttpExchange } from './http.js';
import { connectTcp } from './tcp.js';
import { type Handshake, parseAlert, shakeHands } from './tls.js';
import { evaluateTrust, type TrustStore } from './trust.js';

/** A handshake that may be tried, with its context: making one is slow, so it is made once for all addresses. */
export interface PreparedHandshake {
  readonly protocols: string;
  readonly context: () => SecureContext;
}

export interface AddressPlan {
  readonly connection: OriginConnection;
  /** With the origin path before each. */
  readonly paths: readonly string[];
  /** In the order in which they are tried; empty over plain HTTP. */
  readonly handshakes: readonly PreparedHandshake[];
  /** Roots to judge by; asked for only over TLS. */
  readonly store: () => TrustStore;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly requestId: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly trace: (line: string) => void;
}

/** Rejects with the reason of the signal when that aborts, and never otherwise (but for a Host that is none). */
export async function probeAddress(plan: AddressPlan, address: string): Promise<AddressProbe> {
  const { connection, signal } = plan;
  const where = `${address} port ${connection.port}`;
  const opened = await open(plan, address);
  const { socket, ...tcp } = opened;
  plan.trace(
    `${where}: TCP ${tcp.outcome}${tcp.errorCode === null ? '' : ` (${tcp.errorCode})`} in ${tcp.elapsedMs} ms`,
  );
  const base = { address, port: connection.port, tcp };
  if (socket === null) return { ...base, tls: null, http: [] };
  if (connection.scheme === 'http')
    return { ...base, tls: null, http: await requestAll(plan, address, socket, null).then(({ http }) => http) };

  const { handshake, prepared } = await tryHandshakes(plan, address, socket);
  signal.throwIfAborted();
  const tls = judge(plan, where, handshake);
  if (handshake.socket === null || prepared === null) return { ...base, tls, http: [] };
  const { http, clientCertificateDemanded } = await requestAll(plan, address, handshake.socket, prepared);
  if (!clientCertificateDemanded) return { ...base, tls, http };
  // TLS 1.3 refuses a client only after the client's own handshake is done.
  plan.trace(`${where}: the origin demanded a client certificate after the handshake`);
  return {
    ...base,
    tls: { ...tls, outcome: 'client-certificate-required', error: 'certificate_required' },
    http: [],
  };
}

async function open(plan: AddressPlan, address: string): ReturnType<typeof connectTcp> {
  return connectTcp(address, plan.connection.port, plan.connectTimeoutMs, plan.signal);
}

/** Whether another protocol version may fare better: not where silence, plain text or a demand was the answer. */
const worthAnotherTry: ReadonlySet<Handshake['outcome']> = new Set(['alert', 'closed', 'reset', 'failed']);

async function tryHandshakes(
  plan: AddressPlan,
  address: string,
  firstSocket: NonNullable<Awaited<ReturnType<typeof connectTcp>>['socket']>,
): Promise<{ readonly handshake: Handshake; readonly prepared: PreparedHandshake | null }> {
  const where = `${address} port ${plan.connection.port}`;
  let first: Handshake | null = null;
  for (const prepared of plan.handshakes) {
    const socket = first === null ? firstSocket : (await open(plan, address)).socket;
    if (socket === null) break;
    const sni = plan.connection.sni ?? plan.connection.domainName;
    const handshake = await shakeHands(socket, sni, prepared.context(), plan.connectTimeoutMs);
    plan.signal.throwIfAborted();
    plan.trace(`${where}: ${prepared.protocols} handshake for ${sni}: ${describeHandshake(handshake)}`);
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
  certificates: [],
  chainAsServed: false,
  clientCertificateRequested: false,
  socket: null,
  elapsedMs: 0,
};

function describeHandshake({ outcome, error, protocol, cipher, clientCertificateRequested }: Handshake): string {
  if (outcome !== 'completed') return error === null ? outcome : `${outcome} (${error})`;
  return `completed with ${protocol ?? '?'} ${cipher ?? ''}${clientCertificateRequested ? ', a client certificate was asked for and not insisted on' : ''}`;
}

function judge(plan: AddressPlan, where: string, handshake: Handshake): TlsProbe {
  const parsed = handshake.certificates.map(parseCertificate);
  const readable = parsed.filter((certificate): certificate is X509Certificate => certificate !== null);
  const described = readable.map(describeCertificate).filter((one): one is Certificate => one !== null);
  // A leaf that cannot be read leaves nothing to judge: what follows it is not the origin's own certificate.
  const leaf = parsed[0] ?? null;
  const trust = evaluateTrust(leaf === null ? [] : readable, plan.store(), plan.now(), handshake.chainAsServed);
  const isUnreadable = parsed.includes(null) || described.length < parsed.length;
  const trustProblems =
    isUnreadable && !trust.problems.includes('invalid') ? [...trust.problems, 'invalid' as const] : trust.problems;
  const names = leaf === null ? [] : namesOf(leaf);
  if (described.length > 0)
    plan.trace(
      `${where}: ${described.length} certificates${handshake.chainAsServed ? ' as served' : ' (their order is not visible in TLS 1.3)'}: ${described.map(({ subject }) => subject).join(' <- ')}`,
    );
  for (const remark of trust.remarks) plan.trace(`${where}: ${remark}`);
  return {
    outcome: handshake.outcome,
    sni: plan.connection.sni ?? plan.connection.domainName,
    error: handshake.error,
    protocol: handshake.protocol,
    cipher: handshake.cipher,
    chain: described,
    chainAsServed: handshake.chainAsServed,
    trustProblems,
    missingIssuer: trust.missingIssuer,
    matchesOriginDomain: names.some((name) => coversHost(name, plan.connection.domainName)),
    matchesHost: names.some((name) => coversHost(name, plan.connection.host)),
    elapsedMs: handshake.elapsedMs,
  };
}

const pathsAtOnce = 3;

/**
 * One request per path, each over a connection of its own since bodies are not read; the first uses the one that is open. At once, so that
 * an origin that is silent on every path costs one wait.
 */
async function requestAll(
  plan: AddressPlan,
  address: string,
  firstStream: Duplex,
  prepared: PreparedHandshake | null,
): Promise<{ readonly http: readonly HttpProbe[]; readonly clientCertificateDemanded: boolean }> {
  const exchanges = await mapBounded(plan.paths, pathsAtOnce, async (path, index) => {
    const stream = index === 0 ? firstStream : await reopen(plan, address, prepared);
    if (stream === null) {
      plan.trace(`${address}: could not connect again for ${path}`);
      return null;
    }
    const target = { host: plan.connection.host, path, requestId: plan.requestId() };
    const exchange = await exchangeHead(stream, target, plan.readTimeoutMs);
    plan.signal.throwIfAborted();
    return exchange;
  });
  const seen = exchanges.filter((exchange): exchange is HttpExchange => exchange !== null);
  if (seen.some(({ errorCode }) => parseAlert(errorCode) === 'certificate_required'))
    return { http: [], clientCertificateDemanded: true };
  for (const exchange of seen) traceExchange(plan, address, exchange);
  return { http: seen.map(({ probe }) => probe), clientCertificateDemanded: false };
}

function traceExchange(plan: AddressPlan, address: string, { probe, errorCode, remarks }: HttpExchange): void {
  const seen = probe.status === null ? '' : ` ${probe.status}`;
  const detail = probe.problem ?? errorCode;
  plan.trace(
    `${address}: GET ${probe.path} with Host ${plan.connection.host}: ${probe.outcome}${seen}, ${probe.headBytes} bytes of head in ${probe.elapsedMs} ms${detail === null ? '' : ` (${detail})`}`,
  );
  for (const remark of remarks) plan.trace(`${address}: ${remark}`);
}

async function reopen(plan: AddressPlan, address: string, prepared: PreparedHandshake | null): Promise<Duplex | null> {
  const { socket } = await open(plan, address);
  if (socket === null || prepared === null) return socket;
  const sni = plan.connection.sni ?? plan.connection.domainName;
  const handshake = await shakeHands(socket, sni, prepared.context(), plan.connectTimeoutMs);
  plan.signal.throwIfAborted();
  return handshake.socket;
}
