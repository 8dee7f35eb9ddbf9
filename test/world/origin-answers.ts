/** What an origin says once it has read a request: a response, exact bytes, or one of the ways to say nothing. */

export interface ResponseAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly reason?: string;
  /** In order, as written; `Content-Length` is added unless there is one or `Transfer-Encoding`. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Wait before the first byte. */
  readonly firstByteDelayMs?: number;
}

/** Exact bytes, in one or more writes, and what happens to the connection after them. */
export interface RawAnswer {
  readonly raw: string | Buffer | readonly (string | Buffer)[];
  readonly afterwards: 'close' | 'reset' | 'hold';
  /** Wait after each write. */
  readonly gapMs?: number;
}

export type OriginAnswer = ResponseAnswer | RawAnswer | 'reset' | 'close' | 'silent';

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The bytes of a response, head and body. */
export function renderResponse(answer: ResponseAnswer): Buffer {
  const status = answer.status ?? 200;
  const headers = [...(answer.headers ?? [])];
  const body = answer.body ?? '';
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  if (!has('content-length') && !has('transfer-encoding'))
    headers.push(['Content-Length', String(Buffer.byteLength(body))]);
  const lines = [
    `HTTP/1.1 ${status} ${answer.reason ?? reasons[status] ?? 'Unknown'}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

/**
 * A response whose head, from the status line up to and including the empty line, has exactly this many bytes.
 * The surplus is one header `name`, or is spread over several of the same name with at most 4,000 bytes each where `spread` is set.
 */
export function headOfBytes(headBytes: number, name = 'Set-Cookie', spread = false): RawAnswer {
  const before = 'HTTP/1.1 200 OK\r\nServer: example\r\nContent-Length: 0\r\n';
  const perLine = `${name}: \r\n`.length;
  let left = headBytes - before.length - 2;
  const lines: string[] = [];
  while (left > 0) {
    // The last line takes whatever is left, so that no remainder too short for a line is ever produced.
    const bytes = spread && left > 4_000 + perLine ? 4_000 : left;
    if (bytes < perLine) throw new Error(`a head of ${headBytes} bytes is too small for this answer`);
    lines.push(`${name}: ${'x'.repeat(bytes - perLine)}\r\n`);
    left -= bytes;
  }
  return { raw: `${before}${lines.join('')}\r\n`, afterwards: 'hold' };
}

/** A 502 that the origin, or a load balancer in front of it, made itself. */
export function relayedBadGateway(server: string): ResponseAnswer {
  return {
    status: 502,
    headers: [
      ['Server', server],
      ['Content-Type', 'text/html'],
    ],
    body: '<html><head><title>502 Bad Gateway</title></head></html>',
  };
}

/** A body that ends, with its connection, before the length that its head declares. */
export function truncatedBody(declaredBytes: number, sentBytes: number): RawAnswer {
  return {
    raw: `HTTP/1.1 200 OK\r\nContent-Length: ${declaredBytes}\r\n\r\n${'x'.repeat(sentBytes)}`,
    afterwards: 'close',
  };
}

/** A body in chunks, written as given: `['5\r\nhello\r\n', '0\r\n\r\n']` is a sound one. */
export function chunkedBody(chunks: readonly string[], afterwards: RawAnswer['afterwards'] = 'close'): RawAnswer {
  return { raw: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', ...chunks], afterwards };
}

/** Several Content-Length headers. */
export function conflictingLengths(...lengths: readonly number[]): RawAnswer {
  const headers = lengths.map((length) => `Content-Length: ${length}\r\n`).join('');
  return { raw: `HTTP/1.1 200 OK\r\n${headers}\r\n${'x'.repeat(Math.min(...lengths))}`, afterwards: 'close' };
}
