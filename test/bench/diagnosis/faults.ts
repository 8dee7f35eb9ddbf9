/** The faults of one host, each with the cause that it is by AWS's rules and the value that CloudFront logs for it. */
import { headOfBytes, relayedBadGateway } from '../../world/origin-answers.js';
import type { HostSketch } from './bench-case.js';

export interface Fault {
  /** The check's id. */
  readonly cause: string;
  /** Tells faults of one cause apart in the ids of cases; absent: the cause. */
  readonly label?: string;
  readonly host: HostSketch;
  readonly detailedResult: string;
  /** How CloudFront may reach an origin that has it. */
  readonly over: readonly ('https' | 'http')[];
  /** The fault is in the answer, so that it can be that of one path. */
  readonly inAnswer?: boolean;
  /** Other names of the same defect. */
  readonly mayAlsoSay?: readonly string[];
}

const connect = 'OriginConnectError';

export const tlsFaults: readonly Fault[] = [
  { cause: 'expired-certificate', host: { tls: 'expired' }, detailedResult: connect, over: ['https'] },
  {
    cause: 'expired-certificate',
    label: 'expired-intermediate',
    host: { tls: 'expired-intermediate' },
    detailedResult: connect,
    over: ['https'],
  },
  { cause: 'not-yet-valid-certificate', host: { tls: 'not-yet-valid' }, detailedResult: connect, over: ['https'] },
  { cause: 'self-signed-certificate', host: { tls: 'self-signed' }, detailedResult: connect, over: ['https'] },
  { cause: 'untrusted-certificate', host: { tls: 'unknown-root' }, detailedResult: connect, over: ['https'] },
  {
    cause: 'incomplete-certificate-chain',
    host: { tls: 'missing-intermediate' },
    detailedResult: connect,
    over: ['https'],
  },
  {
    cause: 'misordered-certificate-chain',
    host: { tls: 'misordered-chain' },
    detailedResult: connect,
    over: ['https'],
  },
  { cause: 'mismatched-certificate-name', host: { tls: 'wrong-name' }, detailedResult: connect, over: ['https'] },
  {
    cause: 'client-certificate-required',
    host: { tls: 'client-certificate-demanded' },
    detailedResult: connect,
    over: ['https'],
  },
  { cause: 'plaintext-on-tls-port', host: { tls: 'plain' }, detailedResult: connect, over: ['https'] },
];

export const tcpFaults: readonly Fault[] = [
  { cause: 'refused-connection', host: { state: 'refusing' }, detailedResult: connect, over: ['https', 'http'] },
  {
    cause: 'reset-connection',
    host: { connection: 'reset-after-first-bytes' },
    detailedResult: connect,
    over: ['https', 'http'],
  },
];

export const answerFaults: readonly Fault[] = [
  {
    cause: 'premature-close',
    host: { answer: 'close' },
    detailedResult: 'OriginReadError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'premature-close',
    label: 'closed-inside-head',
    host: { answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Part', afterwards: 'close' } },
    detailedResult: 'OriginReadError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'reset-connection',
    label: 'reset-instead-of-answer',
    host: { answer: 'reset' },
    detailedResult: 'OriginReadError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'malformed-response-head',
    host: { answer: { raw: 'HTTP 200 fine\r\nContent-Length: 0\r\n\r\n', afterwards: 'close' } },
    detailedResult: 'OriginInvalidResponseError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'malformed-response-head',
    label: 'no-head-at-all',
    host: { answer: { raw: '<html><body>hello</body></html>\r\n\r\n', afterwards: 'close' } },
    detailedResult: 'OriginInvalidResponseError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'oversized-response-head',
    host: { answer: headOfBytes(33_000, 'Set-Cookie', true) },
    detailedResult: 'OriginHeaderTooBigError',
    over: ['https', 'http'],
    inAnswer: true,
  },
  {
    cause: 'relayed-502',
    host: { answer: relayedBadGateway('nginx/1.27.0') },
    detailedResult: 'OriginError',
    over: ['https', 'http'],
    inAnswer: true,
  },
];
