/** Objects made to fill the memory or to keep the thread: they are given up, and whoever stops the scan is heard, with WebAssembly and without. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { createLogScanner, type ScannerEngine } from '../../src/access-log/log-scanner.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { createPlainScanner } from '../../src/access-log/row-scanner.js';
import { checkUnpacked } from '../../src/access-log/unpacked-limit.js';
import { UnreadableLogError } from '../../src/access-log/unreadable-log.js';
import { renderAccessLogText } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { scanBytes, window } from './log-builders.js';

const options = { window, pathPattern: null, behaviours: ['/api/*', '*'] };
const withoutWasm: ScannerEngine = { createRows: createPlainScanner, createSpace: () => null };
const engines: readonly (readonly [name: string, engine: ScannerEngine | undefined])[] = [
  ['WebAssembly', undefined],
  ['zlib', withoutWasm],
];
const taskOf = (signal: AbortSignal) => ({ requestIds: new RequestIds(), claimant: 1, signal });

describe.each(engines)('a scanner with %s', (_name, engine) => {
  const scan = (body: Buffer, signal = new AbortController().signal) =>
    createLogScanner(options, engine).scan(body, taskOf(signal));

  it.each([
    ['comments', '#\n'],
    ['lines that are no rows', 'x\n'],
    ['empty lines', '\n'],
    ['one line', 'x'],
    ['names of fields', '#Fields: date time sc-status\n#Fields: time date sc-status\n'],
  ])('gives up an object that says nothing at great length: %s', async (_what, unit) => {
    const text = `#Fields: date time sc-status\n2026-11-20\t10:15:42\t502\n${unit.repeat(25_000_000 / unit.length)}`;
    const scanner = createLogScanner(options, engine);
    const given = scanner.scan(gzipSync(text), taskOf(new AbortController().signal));
    await expect(given).rejects.toBeInstanceOf(UnreadableLogError);
    await expect(given).rejects.toMatchObject({ remedy: expect.stringMatching(/[Ll]ook at what wrote it/) });
    expect(scanner.take().finish().requests).toBe(0);
  });

  const story = renderAccessLogText(plantStory({ seed: 5, window: dates(), requestsPerMinute: 120, failures: [] }));
  it.each([
    ['packed', gzipSync(story)],
    ['plain', Buffer.from(story)],
  ])('is stopped amid an object that is all there: %s', async (_what, body) => {
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    await expect(scan(body, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('counts the rows of gzip, of several members, and of none', async () => {
    const parts = story.split('\n');
    const half = parts.length >> 1;
    const members = [`${parts.slice(0, half).join('\n')}\n`, '', parts.slice(half).join('\n')].map((text) =>
      gzipSync(text),
    );
    const scanner = createLogScanner(options, engine);
    await scanner.scan(Readable.from(members), taskOf(new AbortController().signal));
    expect(scanner.take().finish()).toEqual((await scanBytes(story, {}, 65_536)).result);
    await expect(scan(gzipSync(story).subarray(0, -1))).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });
});

function dates() {
  return { from: new Date(window.from), to: new Date(window.to) };
}

describe('what an object may unpack to', () => {
  const megabyte = 1024 * 1024;
  it.each([
    ['a small object of many like rows', 1_000, 15 * megabyte, true],
    ['the same and more', 1_000, 17 * megabyte, false],
    ['a log of 250 MB that packs well', 250 * megabyte, 30 * 250 * megabyte, true],
    ['what no log comes to', 250 * megabyte, 300 * 250 * megabyte, false],
  ])('%s', (_what, packed, unpacked, isAllowed) => {
    const check = () => checkUnpacked(packed, unpacked);
    if (isAllowed) expect(check).not.toThrow();
    else expect(check).toThrow(UnreadableLogError);
  });
});
