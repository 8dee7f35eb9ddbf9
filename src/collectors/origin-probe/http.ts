/** One HTTP/1.1 request over a raw socket in CloudFront's manner, its head read and its body sampled. Never Node's own client: it would refuse first. */
import type { Duplex } from 'node:stream';
import type { HttpProbe } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';
import { Failure } from '../../failure.js';
import { type BodyReader, createBodyReader, parseFraming } from './body-reader.js';
import { createHeadReader, type HeadReading, maxOriginHeadBytes } from './response-head.js';
import { codeOf } from './tcp.js';

export interface RequestTarget {
  /** Default: GET. */
  readonly method?: 'GET' | 'HEAD';
  readonly host: string;
  /** With the origin path before it. */
  readonly path: string;
  /** What a viewer asks for to have it sent. */
  readonly viewerPath?: string;
  /** Lets the origin's own log tell our requests apart. */
  readonly requestId: string;
}

export interface HttpExchange {
  readonly probe: HttpProbe;
  /** Code of the error that ended it, for the trace and for TLS alerts that arrive late. */
  readonly errorCode: string | null;
  readonly remarks: readonly string[];
}

const maxPathLength = 8_192;
/** How long a body is read to see whether it is what its head declares. */
const bodyTimeoutMs = 3_000;
const hostSyntax = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** @throws Failure `bad-data` where the host could not stand in a header. */
export function requireHost(host: string): void {
  if (!hostSyntax.test(host))
    throw new Failure('bad-data', 'The Host that CloudFront would send is no host name, so the origin was not asked.');
}

/**
 * The bytes of the request. `Connection: Keep-Alive` as CloudFront sends it; the connection is closed by us once the head is read.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 *
 * @throws Failure `bad-data` where the host could not stand in a header.
 */
export function renderRequest(target: RequestTarget): string {
  requireHost(target.host);
  return [
    `${target.method ?? 'GET'} ${encodePath(target.path)} HTTP/1.1`,
    `Host: ${target.host}`,
    'User-Agent: Amazon CloudFront',
    `X-Amz-Cf-Id: ${target.requestId}`,
    'Via: 1.1 cf502 (cf502 origin probe)',
    'Accept-Encoding: gzip',
    'Connection: Keep-Alive',
    '',
    '',
  ].join('\r\n');
}

/** A request target that can hold no line break or blank, whatever the path was. */
export function encodePath(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return Array.from(Buffer.from(rooted, 'utf8').subarray(0, maxPathLength), (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x23
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

type Ended = 'read' | 'closed' | 'timed-out' | { readonly errorCode: string | null };

/**
 * Asks, reads the head of the answer, and as much of the body as tells whether it is what the head declares. The stream is destroyed when
 * this resolves; it never rejects but for `renderRequest`'s reason.
 *
 * @param stream a connected socket, plain or TLS, that nothing has been read from.
 * @param timeoutMs for the head; the body has a limit of its own.
 */
export async function exchangeHead(stream: Duplex, target: RequestTarget, timeoutMs: number): Promise<HttpExchange> {
  const request = renderRequest(target);
  const { method = 'GET' } = target;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const reader = createHeadReader();
  let body: BodyReader | null = null;
  let firstByteMs: number | null = null;
  let headMs: number | null = null;
  let lastMs = 0;
  let longestGapMs: number | null = null;
  const ended = await new Promise<Ended>((resolve) => {
    let timer = setTimeout(resolve, timeoutMs, 'timed-out');
    const beginBody = (): void => {
      headMs = elapsed();
      body = openBody(reader.reading(), method);
      clearTimeout(timer);
      if (body === null || body.push(reader.rest())) resolve('read');
      else timer = setTimeout(resolve, bodyTimeoutMs, 'timed-out');
    };
    stream.on('data', (chunk: Buffer) => {
      const nowMs = elapsed();
      if (firstByteMs === null) firstByteMs = nowMs;
      else longestGapMs = Math.max(longestGapMs ?? 0, nowMs - lastMs);
      lastMs = nowMs;
      if (body !== null) {
        if (body.push(chunk)) resolve('read');
      } else if (headMs === null && reader.push(chunk)) beginBody();
    });
    stream.on('error', (error) => resolve({ errorCode: codeOf(error) }));
    stream.once('end', () => resolve('closed'));
    stream.once('close', () => {
      clearTimeout(timer);
      resolve('closed');
    });
    if (stream.destroyed) resolve('closed');
    else stream.write(request);
  });
  stream.destroy();
  const reading = reader.reading();
  const { status, headBytes, headerBytes, server, via, contentLengths, transferEncoding, location } = reading;
  return {
    probe: {
      method,
      path: plain(target.path, 500),
      ...(target.viewerPath === undefined ? {} : { viewerPath: plain(target.viewerPath, 500) }),
      outcome: classify(reading, ended),
      status,
      headBytes,
      headerBytes,
      server,
      via,
      contentLengths,
      transferEncoding,
      location,
      problem: reading.problem,
      anomalies: reading.anomalies,
      body: readBody(body, ended),
      firstByteMs,
      longestGapMs,
      elapsedMs: headMs ?? elapsed(),
    },
    errorCode: typeof ended === 'object' ? ended.errorCode : null,
    remarks: reading.remarks,
  };
}

/** Null where no body is read: the head is no good, or says in contradictory ways how long the body is. */
function openBody(reading: HeadReading, method: 'GET' | 'HEAD'): BodyReader | null {
  const { state, status, headBytes } = reading;
  if (state !== 'complete' || status === null || headBytes > maxOriginHeadBytes) return null;
  const framing = parseFraming({ ...reading, method, status });
  return framing === null ? null : createBodyReader(framing);
}

function readBody(body: BodyReader | null, ended: Ended): HttpProbe['body'] {
  if (body === null) return null;
  if (typeof ended === 'object') return body.reading('reset');
  return body.reading(ended === 'closed' ? 'closed' : null);
}

function classify(reading: HeadReading, ended: Ended): HttpProbe['outcome'] {
  if (reading.state === 'malformed') return 'malformed-head';
  if (reading.state === 'overlong') return 'oversized-head';
  if (reading.state === 'complete') return reading.headBytes > maxOriginHeadBytes ? 'oversized-head' : 'response';
  // What had arrived is too much already, whatever became of the rest.
  if (reading.headBytes > maxOriginHeadBytes) return 'oversized-head';
  if (ended === 'timed-out') return 'timed-out';
  if (ended === 'closed') return reading.state === 'empty' ? 'closed-before-head' : 'closed-inside-head';
  if (typeof ended === 'object')
    return ended.errorCode === 'ECONNRESET' || ended.errorCode === 'EPIPE' ? 'reset' : 'failed';
  return 'failed';
}
