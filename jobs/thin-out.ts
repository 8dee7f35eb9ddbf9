/** Writes of progress, thinned out: collectors report far more often than a message can be edited. */
import type { Log } from '../src/platform/log.js';

/** How often progress is stored while it is reported. */
const progressIntervalMs = 500;

export interface ThinnedOut<T> {
  readonly report: (value: T) => void;
  /** Waits for the write under way, and forgets what was not written. */
  readonly stop: () => Promise<void>;
}

/** Lets one value through per interval, the newest; writes never overlap, so that an old one cannot overwrite a new one. */
export function thinOut<T>(write: (value: T) => Promise<void>, log: Log): ThinnedOut<T> {
  let latest: { readonly value: T } | null = null;
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (latest === null) return;
    const { value } = latest;
    latest = null;
    writing = writing
      .then(() => write(value))
      .catch((error: unknown) => log.debug({ error: String(error) }, 'progress not stored'));
  }, progressIntervalMs);
  timer.unref();
  return {
    report: (value) => {
      latest = { value };
    },
    stop: async () => {
      clearInterval(timer);
      latest = null;
      await writing;
    },
  };
}
