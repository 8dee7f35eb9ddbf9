import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createByteGate } from '../../src/access-log/byte-gate.js';
import { createLogScanner } from '../../src/access-log/log-scanner.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { UnreadableLogError } from '../../src/access-log/unreadable-log.js';
import { window } from './log-builders.js';

const { signal } = new AbortController();

describe('the gate for what is held in memory', () => {
  it('lets in as many as there is room for, in their order, and the next ones as room is made', async () => {
    const gate = createByteGate(100);
    const entered: string[] = [];
    const enter = (name: string, bytes: number) => {
      let done = (): void => undefined;
      const work = new Promise<void>((resolve) => {
        done = resolve;
      });
      const over = gate.hold(bytes, signal, () => {
        entered.push(name);
        return work;
      });
      return { over, done };
    };
    const [a, b, large, small] = [enter('a', 60), enter('b', 40), enter('large', 500), enter('small', 1)];
    a.done();
    await a.over;
    expect(entered).toEqual(['a', 'b']);
    b.done();
    await b.over;
    large.done();
    await large.over;
    small.done();
    await small.over;
    expect(entered).toEqual(['a', 'b', 'large', 'small']);
  });

  it('lets go of who is told to stop, and makes room after a failure', async () => {
    const gate = createByteGate(10);
    const stop = new AbortController();
    const failing = gate.hold(10, signal, async () => {
      throw new Error('broken');
    });
    const stopped = gate.hold(10, stop.signal, async () => 'entered');
    const last = gate.hold(10, signal, async () => 'entered');
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    await expect(failing).rejects.toThrow('broken');
    await expect(last).resolves.toBe('entered');
  });
});

describe('a scanner of Parquet objects', () => {
  it('asks for the rest of one only when those before it are no longer held', async () => {
    const scanner = createLogScanner({ window, pathPattern: null, behaviours: ['*'] });
    const bytes = 40 * 1024 * 1024;
    const asked = { first: 0, second: 0 };
    let askedOfSecond = 0;
    const bodyOf = (name: keyof typeof asked) =>
      Readable.from(
        (async function* () {
          for (let at = 0; at < bytes; at += 1024 * 1024) {
            asked[name] += 1;
            // Whatever is under way elsewhere goes on meanwhile.
            await new Promise(setImmediate);
            if (name === 'first') askedOfSecond = asked.second;
            yield Buffer.from('PAR1'.repeat(256 * 1024));
          }
        })(),
        { highWaterMark: 1 },
      );
    const requestIds = new RequestIds();
    const scan = (name: keyof typeof asked, claimant: number) =>
      expect(scanner.scan(bodyOf(name), { requestIds, claimant, signal, bytes })).rejects.toBeInstanceOf(
        UnreadableLogError,
      );
    await Promise.all([scan('first', 1), scan('second', 2)]);
    expect(asked).toEqual({ first: 40, second: 40 });
    expect(askedOfSecond).toBeLessThan(5);
  });
});
