/** One connection after its exchange: tells when the origin ends it, and may be asked once more. */
import type { Duplex } from 'node:stream';
import type { KeepAliveReuse } from '../../diagnosis/evidence.js';
import { codeOf } from '../origin-probe/tcp.js';
import { createAnswerReader, type WholeAnswer } from './whole-answer.js';

export interface IdleStream {
  readonly answer: WholeAnswer;
  /** Since the last byte that the origin sent. */
  idleMs(): number;
  /** Resolves when the origin ends it, or with null after `holdMs` of silence. */
  waitForEnd(holdMs: number): Promise<{ readonly how: 'closed' | 'reset'; readonly idleMs: number } | null>;
  /** Sends a request over it, whether or not its end was seen; from then on `waitForEnd` says null. */
  reuse(request: string, timeoutMs: number): Promise<KeepAliveReuse['outcome']>;
  wasUsed(): boolean;
  destroy(): void;
}

type End = { readonly how: 'closed' | 'reset'; readonly at: number };

/** Sends the request and reads the whole answer. Null where no complete one came; the stream is destroyed then. Never rejects. */
export async function exchangeWhole(
  stream: Duplex,
  request: string,
  method: 'GET' | 'HEAD',
  timeoutMs: number,
): Promise<IdleStream | 'too-long' | null> {
  const reader = createAnswerReader(method);
  let lastByteAt = performance.now();
  let end: End | null = null;
  const watchers = new Set<() => void>();
  const onChange = (): void => {
    for (const look of watchers) look();
  };
  let isUsed = false;
  const finish = (how: End['how']): void => {
    end ??= { how, at: performance.now() };
    onChange();
  };
  stream.on('data', (chunk: Buffer) => {
    lastByteAt = performance.now();
    reader.push(chunk);
    onChange();
  });
  stream.on('error', (error) => finish(isReset(codeOf(error)) ? 'reset' : 'closed'));
  stream.once('end', () => finish('closed'));
  stream.once('close', () => finish('closed'));
  const until = (holds: () => boolean, ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (holds()) return resolve();
      const look = (): void => {
        if (holds()) stop();
      };
      const stop = (): void => {
        clearTimeout(timer);
        watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(stop, ms);
      watchers.add(look);
    });

  if (stream.destroyed) return null;
  stream.write(request);
  await until(() => end !== null || reader.answer().state !== 'reading', timeoutMs);
  const { state } = reader.answer();
  if (state !== 'complete' && state !== 'until-close') {
    stream.destroy();
    return state === 'too-long' ? state : null;
  }
  const idleOf = (at: number): number => Math.max(0, Math.round(at - lastByteAt));
  return {
    answer: reader.answer(),
    idleMs: () => idleOf(performance.now()),
    waitForEnd: async (holdMs) => {
      // Late bytes begin the silence anew.
      for (let left = holdMs; end === null && !isUsed && left > 0; left = holdMs - idleOf(performance.now()))
        await until(() => end !== null || isUsed, left);
      return end === null || isUsed ? null : { how: end.how, idleMs: idleOf(end.at) };
    },
    reuse: async (again, ms) => {
      const before = lastByteAt;
      const ended = end;
      isUsed = true;
      onChange();
      let failed = false;
      stream.once('error', () => {
        failed = true;
        onChange();
      });
      stream.once('close', () => onChange());
      if (!stream.destroyed && stream.writable) stream.write(again);
      else failed = true;
      await until(() => failed || lastByteAt > before || end !== ended || stream.destroyed, ms);
      if (lastByteAt > before) return 'answered';
      const now: End | null = end;
      if (failed || (now !== null && now.how === 'reset')) return 'reset';
      return now !== null || stream.destroyed ? 'closed' : 'no-answer';
    },
    wasUsed: () => isUsed,
    destroy: () => void stream.destroy(),
  };
}

function isReset(code: string | null): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}
