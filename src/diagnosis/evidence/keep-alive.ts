/** How long an origin keeps idle connections, held and measured. */
import type { OriginConnection } from './distribution.js';
import type { Vantage } from './origin-probe.js';

/** A request sent over a connection that had been idle, to see what CloudFront would meet. */
export interface KeepAliveReuse {
  readonly moment: 'before-close' | 'after-close';
  /** How long that connection had been idle. */
  readonly idleMs: number;
  readonly outcome: 'answered' | 'closed' | 'reset' | 'no-answer';
}

/** One connection, held idle after one complete exchange. */
export interface HeldConnection {
  readonly address: string;
  readonly port: number;
  /**
   * `closed`, `reset`: the origin ended it while it was idle, by FIN or RST. `still-open`: it outlasted the hold. `not-persistent`: the origin
   * said that it would close, or closes to end its body. `no-exchange`: no complete answer came, see `because`.
   */
  readonly outcome: 'closed' | 'reset' | 'still-open' | 'not-persistent' | 'no-exchange';
  /** From the last byte of the answer to the end, or how long it was held; null without an exchange. */
  readonly idleMs: number | null;
  readonly status: number | null;
  /** What the answer announced: `Connection: close`, and `Keep-Alive: timeout=` in seconds. */
  readonly announcesClose: boolean;
  readonly announcedTimeoutSeconds: number | null;
  /** Why there was no exchange: `TCP refused`, `TLS alert`, `no complete answer`. */
  readonly because: string | null;
  readonly reuses: readonly KeepAliveReuse[];
}

/** How long an origin keeps an idle connection, measured over the connection that CloudFront would use. */
export interface KeepAliveLab {
  readonly connection: OriginConnection;
  readonly vantage: Vantage;
  /** CloudFront's own keep-alive towards this origin. */
  readonly keepAliveTimeoutSeconds: number;
  /** How long connections were held at most. */
  readonly holdMs: number;
  readonly held: readonly HeldConnection[];
  readonly trace: readonly string[];
}
