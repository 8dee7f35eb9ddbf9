/** Everything that happens in the local Slack, as events, and waiting for a state without ever polling. */
import { EventEmitter } from 'node:events';
import type { Delivery } from './delivery/delivery.js';
import type { Message } from './message.js';
import type { View } from './view.js';
import type { Call } from './web-api/journal.js';

export type Change =
  | { readonly kind: 'message-posted' | 'message-updated' | 'message-deleted'; readonly message: Message }
  | { readonly kind: 'view-opened' | 'view-updated' | 'view-closed' | 'home-published'; readonly view: View }
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'connections'; readonly open: number }
  | { readonly kind: 'complaint'; readonly complaint: string };

export interface WaitOptions {
  /** 10 seconds unless told. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message of the error. */
  readonly what?: string;
}

export interface Changes {
  emit(change: Change): void;
  on(listener: (change: Change) => void): () => void;
  /**
   * Resolves with the first value of `look` that is not undefined, null or false; `look` is asked now and after every change.
   * Rejects after `timeoutMs` with what was seen last.
   */
  waitFor<Value>(
    look: () => Value | undefined | null | false,
    options: WaitOptions,
    seen: () => string,
  ): Promise<Value>;
  /** Rejects everybody who still waits. */
  close(): void;
}

export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    emit: (change) => {
      emitter.emit('change', change);
    },
    on: (listener) => {
      emitter.on('change', listener);
      return () => emitter.off('change', listener);
    },
    waitFor: (look, options, seen) =>
      new Promise((resolve, reject) => {
        const timeoutMs = options.timeoutMs ?? 60_000;
        const stop = () => {
          clearTimeout(timer);
          emitter.off('change', again);
          emitter.off('close', closed);
        };
        const closed = () => {
          stop();
          reject(new Error(`The local Slack stopped while something waited for ${options.what ?? 'a state'}.`));
        };
        const timer = setTimeout(() => {
          stop();
          reject(
            new Error(`Waited ${timeoutMs} ms for ${options.what ?? 'a state'} that never came. Seen last:\n${seen()}`),
          );
        }, timeoutMs);
        const again = () => {
          try {
            const value = look();
            if (value === undefined || value === null || value === false) return;
            stop();
            resolve(value);
          } catch (thrown) {
            stop();
            reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        };
        emitter.on('change', again);
        emitter.on('close', closed);
        again();
      }),
    close: () => {
      emitter.emit('close');
      emitter.removeAllListeners();
    },
  };
}
