/** Takes checks back that were refused although Redis may have got them; kept trying, one at a time, so that a Redis that has just come back is not flooded. */
import type { Redis } from 'ioredis';
import type { CheckStore } from '../platform/check-store.js';
import type { Log } from '../platform/log.js';
import type { CheckRequest } from './checks.js';

/** How often the oldest is tried again while Redis does not answer. */
const retryMs = 2_000;
/** A job is not worth taking back for longer: its check would be past its deadline. */
const keepMs = 600_000;
/** More refused checks than people ask for during an outage. */
const mostPending = 1_000;

export interface Withdrawals {
  /** Tries at once, and again until Redis has confirmed it. Never throws. */
  takeBack(checkId: string, token: string): void;
  /** Forgets what is still to be taken back. */
  close(): void;
}

/** @param redis the connection of `store`; must be the one on which the refused commands were sent. */
export function createWithdrawals(
  redis: Redis,
  store: Pick<CheckStore<CheckRequest>, 'withdraw'>,
  log: Log,
): Withdrawals {
  const pending = new Map<string, { readonly checkId: string; readonly token: string; readonly since: number }>();
  let timer: NodeJS.Timeout | null = null;
  let isTrying = false;
  let isClosed = false;

  const tryAgainLater = (): void => {
    if (timer !== null || isClosed || pending.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      void tryAll();
    }, retryMs);
    timer.unref();
  };

  const tryAll = async (): Promise<void> => {
    if (isTrying || isClosed) return;
    isTrying = true;
    try {
      for (const [key, { checkId, token, since }] of pending) {
        if (performance.now() - since > keepMs) {
          log.error({ checkId }, 'a check that was refused could not be taken back');
        } else {
          if (redis.status !== 'ready' || isClosed) break;
          await store.withdraw(checkId, token);
        }
        pending.delete(key);
      }
    } catch (error) {
      log.debug({ error: String(error) }, 'a refused check is not taken back yet');
    } finally {
      isTrying = false;
      tryAgainLater();
    }
  };

  // ioredis sends again what was under way before it says so: what is withdrawn here comes behind it.
  const onReady = (): void => void tryAll();
  redis.on('ready', onReady);

  return {
    takeBack(checkId, token) {
      const since = performance.now();
      // The first try is written to the same socket as the commands that timed out, so that Redis sees it right behind them.
      store.withdraw(checkId, token).catch(() => {
        if (isClosed) return;
        if (pending.size >= mostPending)
          return log.error({ checkId }, 'a check that was refused could not be taken back');
        pending.set(`${checkId}:${token}`, { checkId, token, since });
        tryAgainLater();
      });
    },

    close() {
      isClosed = true;
      redis.off('ready', onReady);
      if (timer !== null) clearTimeout(timer);
      pending.clear();
    },
  };
}
