/** Reads one whole HTTP/1.1 answer from bytes, as far as it takes to know that it is over and what it says about the connection. No I/O. */

/** Bodies past this are not waited for. */
export const maxBodyBytes = 262_144;
const maxHeadBytes = 65_536;
const maxChunkLineBytes = 1_024;

export interface WholeAnswer {
  readonly status: number | null;
  /** `complete`: the connection may idle now. `until-close`: the body ends with the connection. `too-long`: more than is waited for. */
  readonly state: 'reading' | 'complete' | 'until-close' | 'too-long' | 'malformed';
  readonly announcesClose: boolean;
  readonly announcedTimeoutSeconds: number | null;
}

export interface AnswerReader {
  push(chunk: Buffer): void;
  answer(): WholeAnswer;
}

/** What is still to come of a body. */
type Rest = { readonly kind: 'bytes'; left: number } | { readonly kind: 'chunked'; left: number; line: string } | null;

/** @param method an answer to HEAD has no body, whatever its head says. */
export function createAnswerReader(method: 'GET' | 'HEAD'): AnswerReader {
  let answer: WholeAnswer = {
    status: null,
    state: 'reading',
    announcesClose: false,
    announcedTimeoutSeconds: null,
  };
  let head = '';
  let rest: Rest = null;
  let bodyBytes = 0;
  const settle = (state: WholeAnswer['state']): void => {
    answer = { ...answer, state };
  };

  const takeHead = (): Buffer | null => {
    const end = /\r?\n\r?\n/.exec(head);
    if (end === null) {
      if (head.length > maxHeadBytes || (head.length >= 7 && !head.startsWith('HTTP/1.'))) settle('malformed');
      return null;
    }
    const lines = head.slice(0, end.index).split(/\r?\n/);
    const after = Buffer.from(head.slice(end.index + end[0].length), 'latin1');
    head = '';
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) {
      settle('malformed');
      return null;
    }
    // Interim answers are passed over.
    if (status < 200 && status !== 101) return after.length === 0 ? null : pushHead(after);
    rest = readHead(status, lines);
    return after;
  };

  const readHead = (status: number, lines: readonly string[]): Rest => {
    const values = (name: string): string =>
      lines
        .slice(1)
        .filter((line) => line.toLowerCase().startsWith(`${name}:`))
        .map((line) => line.slice(name.length + 1).trim())
        .join(',');
    const connection = values('connection').toLowerCase();
    const timeout = /(?:^|[,\s])timeout\s*=\s*"?(\d{1,6})/i.exec(values('keep-alive'))?.[1];
    const isOld = lines[0]?.startsWith('HTTP/1.0') === true;
    answer = {
      status,
      state: 'reading',
      announcesClose: /\bclose\b/.test(connection) || (isOld && !/\bkeep-alive\b/.test(connection)),
      announcedTimeoutSeconds: timeout === undefined ? null : Number(timeout),
    };
    if (method === 'HEAD' || status === 204 || status === 304) settle('complete');
    else if (/\bchunked\b/i.test(values('transfer-encoding'))) return { kind: 'chunked', left: 0, line: '' };
    else if (/^\d{1,15}$/.test(values('content-length').split(',')[0]?.trim() ?? '')) {
      const left = Number(values('content-length').split(',')[0]);
      if (left > maxBodyBytes) settle('too-long');
      else if (left === 0) settle('complete');
      else return { kind: 'bytes', left };
    } else settle('until-close');
    return null;
  };

  const pushHead = (chunk: Buffer): Buffer | null => {
    head += chunk.toString('latin1');
    return takeHead();
  };

  return {
    push: (chunk) => {
      if (answer.state !== 'reading') return;
      const body = rest === null ? pushHead(chunk) : chunk;
      if (body === null || rest === null || answer.state !== 'reading') return;
      bodyBytes += body.length;
      if (bodyBytes > maxBodyBytes * 2) settle('too-long');
      else if (rest.kind === 'bytes') {
        rest.left -= body.length;
        if (rest.left <= 0) settle('complete');
      } else settle(takeChunks(rest, body));
    },
    answer: () => answer,
  };
}

/** Follows the chunks; the trailer ends with an empty line. `left` counts a chunk's data and its line end, and is -1 in the trailer. */
function takeChunks(rest: Extract<Rest, { kind: 'chunked' }>, body: Buffer): WholeAnswer['state'] {
  for (let at = 0; at < body.length; ) {
    if (rest.left > 0) {
      const taken = Math.min(rest.left, body.length - at);
      rest.left -= taken;
      at += taken;
      continue;
    }
    const lineFeed = body.indexOf(0x0a, at);
    rest.line += body.toString('latin1', at, lineFeed === -1 ? body.length : lineFeed);
    if (rest.line.length > maxChunkLineBytes) return 'malformed';
    if (lineFeed === -1) return 'reading';
    at = lineFeed + 1;
    const line = rest.line.replace(/\r$/, '');
    rest.line = '';
    if (rest.left === -1) {
      if (line === '') return 'complete';
      continue;
    }
    const size = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(line)?.[1];
    if (size === undefined) return 'malformed';
    const length = Number.parseInt(size, 16);
    if (length > maxBodyBytes) return 'too-long';
    rest.left = length === 0 ? -1 : length + 2;
  }
  return 'reading';
}
