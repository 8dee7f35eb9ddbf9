/** Opens the connections to one address, and counts how each attempt ended: back ends behind one address may differ. */
import { setTimeout as wait } from 'node:timers/promises';
import type { TcpOutcome } from '../../diagnosis/evidence.js';
import type { TcpAttempts } from '../../diagnosis/probe-depth.js';
import { connectTcp, type TcpConnection } from './tcp.js';

/** As many as CloudFront makes by default. */
const attemptsOfFailing = 3;
const attemptsOfSound = 2;
const pauseMs = 50;

/** Ends that come at once, and may be different the next time. A time-out is three lost SYNs by itself already. */
const isQuick: ReadonlySet<TcpOutcome> = new Set(['refused', 'reset', 'failed']);

export interface Dialer {
  /** One attempt. */
  open(): Promise<TcpConnection>;
  /** Tries again where the first attempt fails at once; what came of the first that connected, or of the first. */
  openPatiently(): Promise<TcpConnection>;
  /** Makes up for attempts that nothing else called for; the connections are closed at once. */
  completeAttempts(): Promise<void>;
  attempts(): readonly TcpAttempts[];
}

export function createDialer(address: string, port: number, timeoutMs: number, signal: AbortSignal): Dialer {
  const counts = new Map<TcpOutcome, number>();
  const total = (): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const open = async (): Promise<TcpConnection> => {
    const connection = await connectTcp(address, port, timeoutMs, signal);
    counts.set(connection.outcome, (counts.get(connection.outcome) ?? 0) + 1);
    return connection;
  };
  return {
    open,
    openPatiently: async () => {
      const first = await open();
      let latest = first;
      while (isQuick.has(latest.outcome) && total() < attemptsOfFailing) {
        await pause(signal);
        latest = await open();
      }
      return latest.socket === null ? first : latest;
    },
    completeAttempts: async () => {
      const [only] = counts.keys();
      while (total() < attemptsOfSound && only === 'connected') (await open()).socket?.destroy();
    },
    attempts: () => [...counts].map(([outcome, count]) => ({ outcome, count })),
  };
}

/** Rejects with the reason of the signal, as everything of a probe does. */
async function pause(signal: AbortSignal): Promise<void> {
  await wait(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}
