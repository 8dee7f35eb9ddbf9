/** Reads the head of an HTTP/1.1 response from whatever bytes an origin sends, counting honestly. No I/O; hostile bytes never throw. */
import { type HeadAnomaly, judgeCoding } from '../../diagnosis/head-anomalies.js';
import { plain } from '../../diagnosis/wording.js';
import {
  describeBadStatusLine,
  mayBecomeStatusLine,
  parseHeaderLine,
  parseStatusLine,
  type Unreadable,
} from './head-lines.js';

/**
 * Largest response head that CloudFront takes from an origin, in bytes.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html (request or response, headers included)
 */
export const maxOriginHeadBytes = 32_768;

/** Where counting stops: a head larger than this is reported with what had been read. */
export const maxHeadBytesRead = 262_144;

const maxInterimResponses = 10;
const maxNames = 1_000;
const maxNamesShown = 20;
const maxValueLength = 100;
const maxPiecesHeld = 256;

export interface HeadReading {
  /** `empty`: no byte yet. `partial`: begun. `overlong`: reading stopped at `maxHeadBytesRead`. */
  readonly state: 'empty' | 'partial' | 'complete' | 'malformed' | 'overlong';
  readonly status: number | null;
  readonly headBytes: number;
  readonly headerBytes: readonly { readonly name: string; readonly bytes: number }[];
  readonly server: string | null;
  readonly via: string | null;
  /** Every length that was declared, in order; repetitions included. At most 8. */
  readonly contentLengths: readonly number[];
  readonly transferEncoding: string | null;
  /** Where a redirect leads, without its query string. */
  readonly location: string | null;
  /** Why reading could not go on, for `malformed`. */
  readonly problem: string | null;
  /** In the order in which they were met. */
  readonly anomalies: readonly HeadAnomaly[];
  /** Anomalies with their particulars, for the trace. At most 5. */
  readonly remarks: readonly string[];
}

export interface HeadReader {
  /** Takes bytes; returns whether the reading is over, upon which further bytes are ignored. */
  push(chunk: Buffer): boolean;
  reading(): HeadReading;
  /** What arrived in the same chunk behind a complete head. */
  rest(): Buffer;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const shownHeaders = ['server', 'via', 'transfer-encoding', 'location'] as const;
type ShownHeader = (typeof shownHeaders)[number];
const maxLengths = 8;

/** What has been read of one head; an interim response is thrown away with its own. */
interface Head {
  status: number | null;
  bytes: number;
  readonly names: Map<string, { readonly name: string; bytes: number }>;
  lastName: string | null;
  readonly contentLengths: number[];
  readonly shown: Readonly<Record<ShownHeader, string[]>>;
}

function createHead(): Head {
  return {
    status: null,
    bytes: 0,
    names: new Map(),
    lastName: null,
    contentLengths: [],
    shown: { server: [], via: [], 'transfer-encoding': [], location: [] },
  };
}

/** A reader for one response, which reads on over whatever a recipient may. Interim responses (1xx) are passed over and not counted. */
export function createHeadReader(): HeadReader {
  let state: HeadReading['state'] = 'empty';
  let problem: string | null = null;
  let head = createHead();
  let interims = 0;
  let continues = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let rest = Buffer.alloc(0);
  const remarks = new Set<string>();
  const anomalies = new Set<HeadAnomaly>();

  const note = (anomaly: HeadAnomaly, remark: string | null = null): void => {
    anomalies.add(anomaly);
    if (remark !== null) remarks.add(remark);
  };
  const isOver = (): boolean => state === 'complete' || state === 'malformed' || state === 'overlong';
  const settle = (found: Unreadable | null): void => {
    if (found === null) return;
    state = 'malformed';
    problem = found.problem;
    note(found.anomaly);
  };

  const passInterim = (status: number): Unreadable | null => {
    interims += 1;
    if (status === 100) continues += 1;
    if (continues > 1) return { anomaly: 'second-continue', problem: 'a second 100 Continue before the response' };
    if (interims > maxInterimResponses)
      return { anomaly: 'many-interim-responses', problem: 'more interim responses than any client waits for' };
    head = createHead();
    return null;
  };

  /** Takes a line without its ending, which `bytes` counts; returns what is wrong, if anything is. */
  const takeLine = (line: string, bytes: number): Unreadable | null => {
    head.bytes += bytes;
    if (head.status === null) {
      if (line === '') {
        note('leading-empty-line', 'the head begins with an empty line');
        return null;
      }
      const read = parseStatusLine(line);
      if ('problem' in read) return read;
      head.status = read.status;
      for (const anomaly of read.anomalies) note(anomaly);
      return null;
    }
    if (line !== '') return takeHeaderLine(head, line, bytes, note);
    if (head.status >= 100 && head.status < 200 && head.status !== 101) return passInterim(head.status);
    state = 'complete';
    for (const anomaly of judgeFraming(head)) note(anomaly);
    return null;
  };

  const pushLines = (chunk: Buffer): void => {
    for (let from = 0; !isOver(); ) {
      const end = chunk.indexOf(lineFeed, from);
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end);
      if (end === -1) {
        hold(piece);
        return;
      }
      const raw = pending.length === 0 ? piece : Buffer.concat([...pending, piece]);
      pending = [];
      pendingBytes = 0;
      from = end + 1;
      const hasReturn = raw.at(-1) === carriageReturn;
      if (!hasReturn) note('line-feed-only', 'a line of the head ends without a carriage return');
      settle(takeLine(raw.toString('latin1', 0, hasReturn ? raw.length - 1 : raw.length), raw.length + 1));
      if (state === 'complete') rest = Buffer.from(chunk.subarray(from));
    }
  };

  const hold = (piece: Buffer): void => {
    if (piece.length === 0) return;
    pending.push(Buffer.from(piece));
    pendingBytes += piece.length;
    // Drops of a byte each would otherwise cost far more than the bytes themselves.
    if (pending.length > maxPiecesHeld) pending = [Buffer.concat(pending)];
    if (head.status !== null) return;
    // Tells early that this is no HTTP/1.x, so that an endless stream without a line feed does not have to end first.
    const start = Buffer.concat(pending.slice(0, 7)).toString('latin1', 0, 7);
    if (start !== '\x15' && start !== '\x16' && !mayBecomeStatusLine(start)) settle(describeBadStatusLine(start));
  };

  return {
    push: (chunk) => {
      if (isOver() || chunk.length === 0) return isOver();
      state = 'partial';
      // No more than the cap is looked at, so that what one write may cost is bounded.
      pushLines(chunk.subarray(0, maxHeadBytesRead - head.bytes - pendingBytes));
      if (!isOver() && head.bytes + pendingBytes >= maxHeadBytesRead) state = 'overlong';
      return isOver();
    },
    reading: () => ({
      state,
      status: head.status,
      headBytes: head.bytes + pendingBytes,
      headerBytes: [...head.names.values()]
        .sort((a, b) => b.bytes - a.bytes)
        .slice(0, maxNamesShown)
        .map(({ name, bytes }) => ({ name, bytes })),
      server: join(head.shown.server),
      via: join(head.shown.via),
      contentLengths: head.contentLengths,
      transferEncoding: join(head.shown['transfer-encoding']),
      location: join(head.shown.location.map((value) => value.replace(/[?#].*$/s, ''))),
      problem,
      anomalies: [...anomalies],
      remarks: [...remarks].slice(0, 5),
    }),
    rest: () => rest,
  };
}

function takeHeaderLine(
  head: Head,
  line: string,
  bytes: number,
  note: (anomaly: HeadAnomaly, remark: string | null) => void,
): Unreadable | null {
  if (line.startsWith(' ') || line.startsWith('\t')) {
    if (head.lastName === null) note('space-before-first-header', 'the first header line begins with white space');
    else note('folded-header', `the header ${head.lastName} is folded over several lines`);
    countBytes(head, head.lastName ?? '(other)', bytes);
    return null;
  }
  const { name, key, value, anomaly, remark } = parseHeaderLine(line);
  if (anomaly !== null) note(anomaly, remark);
  countBytes(head, name ?? '(other)', bytes);
  if (name === null) return null;
  head.lastName = name;
  const shown = shownHeaders.find((known) => known === key);
  if (shown !== undefined && head.shown[shown].length < 5) head.shown[shown].push(value.slice(0, maxValueLength));
  return key === 'content-length' ? takeLengths(head, value) : null;
}

/** A list of lengths in one header says the same as several headers (RFC 9110 section 8.6). */
function takeLengths(head: Head, value: string): Unreadable | null {
  for (const length of value.split(',').map((part) => part.trim())) {
    if (!/^\d{1,15}$/.test(length))
      return { anomaly: 'bad-content-length', problem: 'the Content-Length is not a number' };
    if (head.contentLengths.length < maxLengths) head.contentLengths.push(Number(length));
  }
  return null;
}

/** What is odd about how the end of the body is told. */
function judgeFraming({ shown, contentLengths }: Head): readonly HeadAnomaly[] {
  const coding = join(shown['transfer-encoding']);
  return [
    ...judgeCoding(coding),
    ...(coding !== null && contentLengths.length > 0 ? (['length-and-coding'] as const) : []),
    ...(contentLengths.length > 1 && new Set(contentLengths).size === 1 ? (['repeated-content-length'] as const) : []),
  ];
}

function countBytes(head: Head, name: string, bytes: number): void {
  const own = name.toLowerCase();
  const key = head.names.size >= maxNames && !head.names.has(own) ? '(other)' : own;
  const entry = head.names.get(key);
  if (entry === undefined) head.names.set(key, { name: key === own ? name : key, bytes });
  else entry.bytes += bytes;
}

function join(values: readonly string[]): string | null {
  return values.length === 0 ? null : plain(values.join(', '), maxValueLength);
}
