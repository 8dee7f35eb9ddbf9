/** The lines of an HTTP/1.1 response head: what they say, and what is odd about them. Pure. */
import type { HeadAnomaly } from '../../diagnosis/head-anomalies.js';
import { plain } from '../../diagnosis/wording.js';

const statusLine = /^HTTP\/(\d)(?:\.(\d))? (\d{3})(?: (.*))?$/s;
const headerLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)([ \t]*):[ \t]*(.*?)[ \t]*$/s;
/** Marks that a name may hold besides letters, digits and hyphens, and hardly one does; the underscore is common. */
const unusualName = /[!#$%&'*+.^`|~]/;
const maxNameLength = 64;

/** What is wrong where the port speaks another protocol altogether. */
export const tlsAnswer = 'the port answered with TLS, not HTTP';
export const http2Answer = 'the port answered with HTTP/2 frames, not HTTP/1.1';

/** A line that cannot be read on from. */
export interface Unreadable {
  readonly anomaly: HeadAnomaly;
  /** A phrase that says what is wrong. */
  readonly problem: string;
}

export interface StatusLine {
  readonly status: number;
  readonly anomalies: readonly HeadAnomaly[];
}

export function parseStatusLine(line: string): StatusLine | Unreadable {
  const match = statusLine.exec(line);
  if (match === null) return describeBadStatusLine(line);
  const [, major, minor, digits, reason = ''] = match;
  const status = Number(digits);
  const anomalies: HeadAnomaly[] = [];
  if (major !== '1' || (minor !== '0' && minor !== '1')) anomalies.push('other-version');
  else if (minor === '0') anomalies.push('http-1.0');
  if (status < 100 || status > 599) anomalies.push('status-out-of-range');
  if (reason === '') anomalies.push('no-reason');
  return { status, anomalies };
}

/** What is wrong with a status line, of which perhaps only the beginning has arrived. */
export function describeBadStatusLine(line: string): Unreadable {
  const notHttp = (problem: string): Unreadable => ({ anomaly: 'not-http', problem });
  if (line.startsWith('\x15\x03') || line.startsWith('\x16\x03')) return notHttp(tlsAnswer);
  // The first frame of a server that speaks HTTP/2 is SETTINGS: three bytes of length, type 4, no flags.
  if (line.startsWith('\0\0') && line.startsWith('\x04\0', 3)) return notHttp(http2Answer);
  if (/^HTTP\/\d(?:\.\d)? /.test(line))
    return { anomaly: 'no-status', problem: 'the status line has no three-digit status' };
  return notHttp(`the head does not begin with HTTP/1.1 but with “${plain(line, 20)}”`);
}

/** Whether this may be the beginning of a status line; an empty line may come before it. */
export function mayBecomeStatusLine(start: string): boolean {
  return start === '\r' || 'HTTP/'.startsWith(start) || /^HTTP\/\d/.test(start);
}

export interface HeaderLine {
  /** As written, cut short where it is long; null where the line has none. */
  readonly name: string | null;
  readonly key: string;
  readonly value: string;
  readonly anomaly: HeadAnomaly | null;
  /** The anomaly with its particulars. */
  readonly remark: string | null;
}

export function parseHeaderLine(line: string): HeaderLine {
  const match = headerLine.exec(line);
  if (match === null) return describeBadHeaderLine(line);
  const [, whole = '', gap = '', value = ''] = match;
  const name = whole.slice(0, maxNameLength);
  const odd = (anomaly: HeadAnomaly | null, remark: string | null): HeaderLine => ({
    name,
    key: whole.toLowerCase(),
    value,
    anomaly,
    remark,
  });
  if (/\r/.test(value))
    return odd('bare-carriage-return', `the value of the header ${name} holds a bare carriage return`);
  // A tab is the one control character that a value may hold.
  if (/\p{Cc}/u.test(value.replace(/[\t\x80-\x9f]/g, '')))
    return odd('control-character', `the value of the header ${name} holds a control character`);
  if (gap !== '') return odd('space-before-colon', `white space stands between the header name ${name} and its colon`);
  if (unusualName.test(whole))
    return odd('unusual-header-name', `the header name ${name} holds marks that are seldom used`);
  return odd(null, null);
}

function describeBadHeaderLine(line: string): HeaderLine {
  const none = (anomaly: HeadAnomaly, remark: string): HeaderLine => ({
    name: null,
    key: '',
    value: '',
    anomaly,
    remark,
  });
  const colon = line.indexOf(':');
  if (colon === -1) return none('header-without-colon', 'a header line has no colon');
  if (colon === 0) return none('header-without-name', 'a header line has no name');
  const name = line.slice(0, colon);
  return none('bad-header-name', `a header name holds a character that is not allowed: “${plain(name, 30)}”`);
}
