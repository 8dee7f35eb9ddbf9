/** How long something took the product, rather than a machine that had no time for it. */

const tickMs = 20;

export interface Stopwatch {
  /** Milliseconds since the start, without those in which this process was due to run and could not. */
  elapsedMs(): number;
}

/** For promises made to people, such as an answer within three seconds; stops measuring with the first reading. */
export function startStopwatch(): Stopwatch {
  const began = performance.now();
  let heldUpMs = 0;
  let last = began;
  const note = (): void => {
    const now = performance.now();
    heldUpMs += Math.max(0, now - last - tickMs);
    last = now;
  };
  const timer = setInterval(note, tickMs);
  timer.unref();
  return {
    elapsedMs() {
      note();
      clearInterval(timer);
      return last - began - heldUpMs;
    },
  };
}
