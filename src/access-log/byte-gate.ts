/** Bounds what is held in memory at once by those who must hold all of something. */

export interface ByteGate {
  /** Waits until there is room, then holds it while the work goes on. What is larger than all of the room waits until nobody holds any. */
  hold<Result>(bytes: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/** First come, first served. @param room in bytes. */
export function createByteGate(room: number): ByteGate {
  let held = 0;
  const queue: Waiting[] = [];

  function letIn(): void {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (held > 0 && held + next.bytes > room) return;
      queue.shift();
      held += next.bytes;
      next.enter();
    }
  }

  function enter(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason);
        letIn();
      };
      const waiting: Waiting = {
        bytes,
        enter() {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      queue.push(waiting);
      signal.addEventListener('abort', stop, { once: true });
      letIn();
    });
  }

  return {
    async hold(bytes, signal, work) {
      signal.throwIfAborted();
      await enter(bytes, signal);
      try {
        return await work();
      } finally {
        held -= bytes;
        letIn();
      }
    },
  };
}
