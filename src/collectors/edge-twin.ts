/** Sends one tagged request through the distribution, as a viewer would; its twin goes straight to the origin with the origin's probe. */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { connect, rootCertificates, type TLSSocket } from 'node:tls';
import type { EdgeTwinEvidence } from '../diagnosis/evidence.js';
import { plain } from '../diagnosis/wording.js';
import type { CollectContext, Collector, TaskOf } from './collector.js';
import { readEdgeHeaders } from './edge-twin/edge-headers.js';
import { judgeAddress } from './origin-probe/address-policy.js';
import { resolveName } from './origin-probe/dns.js';
import { encodePath, requireHost } from './origin-probe/http.js';
import { codeOf, connectTcp } from './origin-probe/tcp.js';

type Task = TaskOf<'edge-twin'>;

const maxDnsTimeoutMs = 2_000;
const answerTimeoutMs = 8_000;

/** Never throws for what the network does: that is what it reports. @throws Failure `bad-data` where a host is none. */
export const collectEdgeTwin: Collector<'edge-twin'> = async (context, task) => {
  requireHost(task.host);
  const signal = AbortSignal.any([context.signal]);
  const startedAt = performance.now();
  const marker = `cf502-${randomBytes(9).toString('hex')}`;
  const nothing = {
    host: task.host,
    method: 'GET',
    path: task.path,
    marker,
    sentAt: context.now().toISOString(),
    error: null,
    address: null,
    status: null,
    ...readEdgeHeaders({}),
  } as const;
  const finish = (seen: Partial<EdgeTwinEvidence> & Pick<EdgeTwinEvidence, 'outcome'>): EdgeTwinEvidence => ({
    ...nothing,
    ...seen,
    elapsedMs: Math.round(performance.now() - startedAt),
  });

  const address = await chooseAddress(context, task, signal);
  if (address.chosen === null) return finish({ outcome: 'no-address', error: address.because });
  const timeoutMs = context.network.connectTimeoutMs;
  const tcp = await connectTcp(address.chosen, task.port, timeoutMs, signal);
  if (tcp.socket === null) return finish({ outcome: 'failed', address: address.chosen, error: `TCP ${tcp.outcome}` });
  try {
    const answer = await exchange(context, task, tcp.socket, marker);
    const { statusCode = null, headers } = answer;
    return finish({
      outcome: 'response',
      address: address.chosen,
      status: statusCode,
      ...readEdgeHeaders(headers),
    });
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error) ?? (error instanceof Error ? error.message : 'failed');
    return finish({ outcome: 'failed', address: address.chosen, error: plain(code, 100) });
  } finally {
    tcp.socket.destroy();
  }
};

async function chooseAddress(
  { network }: CollectContext,
  { domainName }: Task,
  signal: AbortSignal,
): Promise<{ readonly chosen: string | null; readonly because: string }> {
  const dns = await resolveName(domainName, ['A'], {
    servers: network.dnsServers,
    timeoutMs: Math.min(network.connectTimeoutMs, maxDnsTimeoutMs),
    signal,
  });
  for (const { address } of dns.addresses)
    if (judgeAddress(address, network.allowedRanges) === null) return { chosen: address, because: '' };
  const because =
    dns.addresses.length === 0
      ? `${domainName} could not be resolved (${dns.outcome}).`
      : `No address of ${domainName} may be connected to.`;
  return { chosen: null, because };
}

/** The head of the answer, over a connection to the address that was judged. */
async function exchange(
  { network }: CollectContext,
  { host, path, header }: Task,
  socket: Socket,
  marker: string,
): Promise<IncomingMessage> {
  const secure = await secureSocket(socket, host, network.extraTrustRoots, network.connectTimeoutMs);
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => secure,
      method: 'GET',
      path: encodePath(path),
      setHost: false,
      headers: {
        Host: host,
        'User-Agent': `cf502/${marker}`,
        'X-Cf502-Marker': marker,
        // With this CloudFront answers with Server-Timing wherever the policy adds it, even to a sample of 0 %.
        Pragma: 'server-timing',
        Accept: '*/*',
        Connection: 'close',
        ...(header === undefined ? {} : { [header.name]: header.value }),
      },
      maxHeaderSize: 65_536,
      timeout: answerTimeoutMs,
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer')));
    asked.once('error', reject);
    asked.once('response', (answer) => {
      answer.once('error', () => undefined);
      resolve(answer);
    });
    asked.end();
  });
}

function secureSocket(
  socket: Socket,
  host: string,
  extraTrustRoots: readonly string[],
  timeoutMs: number,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      servername: host.replace(/:\d+$/, ''),
      ALPNProtocols: ['http/1.1'],
      ca: [...rootCertificates, ...extraTrustRoots],
    });
    const timer = setTimeout(() => secure.destroy(new Error('no TLS handshake')), timeoutMs);
    secure.once('error', reject);
    secure.once('close', () => {
      clearTimeout(timer);
      reject(new Error('closed in the TLS handshake'));
    });
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      // The request has a listener of its own from here on; a late error must still not go unheard.
      secure.on('error', () => undefined);
      resolve(secure);
    });
  });
}
