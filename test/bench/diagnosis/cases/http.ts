/** Answers that CloudFront cannot use. */
import { headOfBytes, type OriginAnswer } from '../../../world/origin-answers.js';
import type { BenchCase, WorldSketch } from '../bench-case.js';
import { answerFaults } from '../faults.js';
import { alone, expectCause, oneAddressOfTwo, oneBehaviour, onePath } from '../variants.js';

function withAnswer(
  what: string,
  cause: string,
  detailedResult: string,
  answer: OriginAnswer,
  world: Partial<WorldSketch> = {},
): BenchCase {
  return {
    id: `http/${cause}/${what}`,
    family: 'http',
    world: {
      origins: [{ label: 'web', hosts: [{ answer }] }],
      failures: [{ share: 0.9, detailedResult }],
      ...world,
    },
    // CloudFront has one log value for every answer that it cannot read.
    expected: expectCause({ cause, mayAlsoSay: ['malformed-response-head'] }),
  };
}

export const httpCases: readonly BenchCase[] = [
  ...answerFaults.flatMap((fault) => [
    alone('http', fault, 'https'),
    oneBehaviour('http', fault, 'http'),
    onePath('http', fault, 'https'),
  ]),
  ...answerFaults
    .filter(({ cause }) => cause === 'oversized-response-head' || cause === 'premature-close')
    .map((fault) => oneAddressOfTwo('http', fault, 'http')),
  withAnswer(
    'one-byte-more',
    'oversized-response-head',
    'OriginHeaderTooBigError',
    headOfBytes(32_769, 'Content-Security-Policy'),
  ),
  withAnswer('two-different', 'conflicting-content-length', 'OriginInvalidResponseError', {
    raw: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello',
    afterwards: 'close',
  }),
  withAnswer('space-before-colon', 'malformed-response-head', 'OriginInvalidResponseError', {
    raw: 'HTTP/1.1 200 OK\r\nContent Type : text/html\r\nContent-Length: 0\r\n\r\n',
    afterwards: 'close',
  }),
  withAnswer('content-length-no-number', 'malformed-response-head', 'OriginInvalidResponseError', {
    raw: 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n',
    afterwards: 'close',
  }),
];
