/** Opens a connection as CloudFront would, up to the point where a request can be sent. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Origin, OriginConnection } from '../../diagnosis/evidence.js';
import { planHandshakes } from '../origin-probe/cloudfront-tls.js';
import { connectTcp } from '../origin-probe/tcp.js';
import { shakeHands } from '../origin-probe/tls.js';

export interface OpenSettings {
  readonly connection: OriginConnection;
  /** In the order in which they are tried; empty over plain HTTP. */
  readonly contexts: readonly SecureContext[];
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** The stream to speak HTTP over, or why there is none. */
export type Opened =
  | { readonly stream: Duplex; readonly because: null }
  | { readonly stream: null; readonly because: string };

/** Contexts without roots: whether the certificate is trusted is the probe's question, not this one's. */
export function prepareContexts(sslProtocols: Origin['sslProtocols']): readonly SecureContext[] {
  return planHandshakes(sslProtocols).handshakes.map(({ options }) => createSecureContext({ ...options, ca: [] }));
}

/** Rejects with the reason of the signal when that aborts, and never otherwise. The caller destroys the stream. */
export async function openConnection(settings: OpenSettings, address: string): Promise<Opened> {
  const { connection, contexts, connectTimeoutMs, signal } = settings;
  const connect = () => connectTcp(address, connection.port, connectTimeoutMs, signal);
  const first = await connect();
  if (first.socket === null) return { stream: null, because: `TCP ${first.outcome}` };
  if (connection.scheme === 'http') return { stream: keepHalfOpen(first.socket), because: null };
  let socket: Socket | null = first.socket;
  let because = 'TLS not possible with the allowed protocols';
  for (const context of contexts) {
    socket ??= (await connect()).socket;
    if (socket === null) break;
    keepHalfOpen(socket);
    const handshake = await shakeHands(socket, connection.sni ?? connection.domainName, context, connectTimeoutMs);
    signal.throwIfAborted();
    if (handshake.socket !== null) return { stream: keepHalfOpen(handshake.socket), because: null };
    because = `TLS ${handshake.outcome}`;
    socket = null;
  }
  socket?.destroy();
  return { stream: null, because };
}

/** So that a request can still be written when the origin's FIN is here, as CloudFront's would be if the two crossed. */
function keepHalfOpen<Stream extends Socket>(stream: Stream): Stream {
  stream.allowHalfOpen = true;
  return stream;
}
