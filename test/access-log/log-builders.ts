/** Log text as bytes, and the aggregate that a parser makes of it. */
import { Readable } from 'node:stream';
import { type AccessLogAggregate, type AggregateOptions, createAggregate } from '../../src/access-log/aggregate.js';
import type { LogHint } from '../../src/access-log/log-layout.js';
import { createLogScanner } from '../../src/access-log/log-scanner.js';
import { createLogParser, type LogParser, type LogRow } from '../../src/access-log/parse-log.js';
import { RequestIds } from '../../src/access-log/request-ids.js';
import { type AccessLogRow, accessLogRow, renderAccessLogText } from '../world/access-logs.js';

export const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };

export function rowAt(time: string, values: AccessLogRow['values'] = {}): AccessLogRow {
  return accessLogRow(new Date(`2026-11-20T${time}.000Z`), values);
}

export interface ParsedRow {
  readonly atSeconds: number;
  readonly status: number;
  readonly fields: readonly string[];
}

/** Parses text cut into chunks of the given sizes, over and over. */
export function parse(
  text: string,
  chunkSizes: readonly number[] = [65_536],
): { readonly parser: LogParser; readonly rows: readonly ParsedRow[] } {
  const rows: ParsedRow[] = [];
  const parser = createLogParser((row) => rows.push(copy(row)));
  feed(parser, text, chunkSizes);
  return { parser, rows };
}

function copy({ bytes, starts, ends, atSeconds, status }: LogRow): ParsedRow {
  const fields = [...starts].map((start, index) => Buffer.from(bytes.subarray(start, ends[index])).toString('latin1'));
  return { atSeconds, status, fields };
}

function feed(parser: LogParser, text: string, chunkSizes: readonly number[]): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, chunkSizes[turn % chunkSizes.length] ?? 1);
    parser.push(bytes.subarray(at, at + size));
    at += size;
  }
  parser.end();
}

/** The aggregate of rows as they would be read from one object. */
export function aggregateOf(
  rows: readonly AccessLogRow[],
  options: Partial<AggregateOptions> = {},
): AccessLogAggregate {
  const aggregate = createAggregate({ window, pathPattern: null, behaviours: ['/api/*', '*'], ...options });
  feed(
    createLogParser((row) => aggregate.addRow(row)),
    renderAccessLogText(rows),
    [65_536],
  );
  return aggregate;
}

/** An object as a socket would deliver it, read by a scanner of its own. */
export async function scanBytes(body: Buffer | string, hint: LogHint = {}, pieceBytes = 700) {
  const bytes = Buffer.from(body);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const scanner = createLogScanner({ window, pathPattern: null, behaviours: ['/api/*', '*'] });
  const signal = new AbortController().signal;
  const notes = await scanner.scan(Readable.from(pieces), { requestIds: new RequestIds(), claimant: 1, signal, hint });
  return { notes, result: scanner.take().finish() };
}

/** Rows as values in the order of the fields, encoded as CloudFront encodes them. */
export function tableOf(rows: readonly AccessLogRow[], fields: readonly string[]): readonly (readonly string[])[] {
  return renderAccessLogText(rows, { fields })
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) => line.split('\t'));
}
