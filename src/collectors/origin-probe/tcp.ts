/** Opens one TCP connection to an address that was judged already, and tells the ways of failing apart. */
import { isIP, Socket } from 'node:net';
import type { TcpOutcome } from '../../diagnosis/evidence.js';
import { Failure } from '../../failure.js';

export interface TcpConnection {
  readonly outcome: TcpOutcome;
  readonly errorCode: string | null;
  readonly elapsedMs: number;
  /** null unless connected. It is destroyed when the signal aborts, and an `error` never goes unheard. */
  readonly socket: Socket | null;
}

const outcomes: Readonly<Record<string, TcpOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
};

/** The code of a system or TLS error, or null. */
export function codeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/**
 * Connects. Rejects with the reason of the signal when that aborts, and never otherwise.
 *
 * @param address an IP address: a name would be resolved anew, past the judgement, and is refused.
 */
export async function connectTcp(
  address: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TcpConnection> {
  if (isIP(address) === 0) throw new Failure('bug', 'The prober connects to addresses only.');
  signal.throwIfAborted();
  const startedAt = performance.now();
  const socket = new Socket();
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
  const result = await new Promise<{ outcome: TcpOutcome; errorCode: string | null }>((resolve) => {
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ outcome: 'timed-out', errorCode: 'ETIMEDOUT' });
    }, timeoutMs);
    socket.on('error', (error) => {
      const errorCode = codeOf(error);
      resolve({ outcome: outcomes[errorCode ?? ''] ?? 'failed', errorCode });
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve({ outcome: 'failed', errorCode: null });
    });
    socket.connect({ host: address, port, noDelay: true }, () => {
      clearTimeout(timer);
      resolve({ outcome: 'connected', errorCode: null });
    });
  });
  if (signal.aborted) {
    socket.destroy();
    signal.throwIfAborted();
  }
  const connected = result.outcome === 'connected';
  if (!connected) socket.destroy();
  return { ...result, elapsedMs: Math.round(performance.now() - startedAt), socket: connected ? socket : null };
}
