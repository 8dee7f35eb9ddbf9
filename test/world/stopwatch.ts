/** How long something took the product, rather than a machine that had no time for it. */

const tickMs = 20;

export interface Stopwatch {
  /** Milliseconds since the start, without those in which this process was due to run and could not. */
  elapsedMs(): number;
}

/** @param onTick is told the milliseconds so far, some fifty times a second. */
function startCounting(onTick: (elapsedMs: number) => void = () => undefined) {
  let counted = 0;
  let last = performance.now();
  const count = (): number => {
    const now = performance.now();
    counted += Math.min(tickMs, now - last);
    last = now;
    return counted;
  };
  const timer = setInterval(() => onTick(count()), tickMs);
  return { count, timer };
}

/** For promises made to people, such as an answer within three seconds; stops measuring with the first reading. */
export function startStopwatch(): Stopwatch {
  const { count, timer } = startCounting();
  timer.unref();
  return {
    elapsedMs() {
      clearInterval(timer);
      return count();
    },
  };
}

/** Calls once this process has had so many milliseconds to run in. @returns what calls it off. */
export function startDeadline(ms: number, onPast: () => void): () => void {
  const { timer } = startCounting((elapsedMs) => {
    if (elapsedMs < ms) return;
    clearInterval(timer);
    onPast();
  });
  return () => clearInterval(timer);
}
