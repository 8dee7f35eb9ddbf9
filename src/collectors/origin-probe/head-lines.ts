/** The lines of an HTTP/1.1 response head: what they say, or what is wrong with them. Pure. */
import { plain } from '../../diagnosis/wording.js';

const statusLine = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/;
const headerLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
const maxNameLength = 64;

/** What is wrong where the port speaks another protocol altogether. */
export const tlsAnswer = 'the port answered with TLS, not HTTP';
export const http2Answer = 'the port answered with HTTP/2 frames, not HTTP/1.1';

/** @returns the status, or a phrase that says what is wrong. */
export function parseStatusLine(line: string): number | string {
  if (line === '') return 'the head begins with an empty line';
  const match = statusLine.exec(line);
  if (match === null) return describeBadStatusLine(line);
  const status = Number(match[1]);
  return status >= 100 && status <= 599 ? status : `the status ${match[1]} is not between 100 and 599`;
}

/** What is wrong with a status line, of which perhaps only the beginning has arrived. */
export function describeBadStatusLine(line: string): string {
  if (line.startsWith('\x15\x03') || line.startsWith('\x16\x03')) return tlsAnswer;
  // The first frame of a server that speaks HTTP/2 is SETTINGS: three bytes of length, type 4, no flags.
  if (line.startsWith('\0\0') && line.startsWith('\x04\0', 3)) return http2Answer;
  if (/^HTTP\/[02-9]/.test(line)) return 'the status line names a version of HTTP that is not 1.x';
  if (/^HTTP\/1\.[01] /.test(line)) return 'the status line has no three-digit status';
  return `the head does not begin with HTTP/1.1 but with “${plain(line, 20)}”`;
}

export interface HeaderLine {
  /** As written, cut short where it is long. */
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** @returns the header, or a phrase that says what is wrong. */
export function parseHeaderLine(line: string): HeaderLine | string {
  const match = headerLine.exec(line);
  if (match === null) return describeBadHeaderLine(line);
  const [, whole = '', value = ''] = match;
  const name = whole.slice(0, maxNameLength);
  // A tab is the one control character that a value may hold.
  if (/\p{Cc}/u.test(value.replace(/[\t\x80-\x9f]/g, '')))
    return `the value of the header ${name} holds a control character`;
  return { name, key: whole.toLowerCase(), value };
}

function describeBadHeaderLine(line: string): string {
  const colon = line.indexOf(':');
  if (colon === -1) return 'a header line has no colon';
  if (colon === 0) return 'a header line has no name';
  const name = line.slice(0, colon);
  if (/[ \t]$/.test(name)) return 'white space stands between a header name and its colon';
  if (/^[!-~]+$/.test(name) && /[\r\n]/.test(line)) return 'a header line holds a bare carriage return';
  return `a header name holds a character that is not allowed: “${plain(name, 30)}”`;
}
