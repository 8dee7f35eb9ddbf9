import { expect } from '@jest/globals';
import { malformedResponseHead } from '../../src/checks/malformed-response-head.js';
import { aCell, anAnswer, someLogs } from '../builders/evidence.js';
import { answersOf, describeCheck, probeOf } from './describe-check.js';

const malformed = anAnswer({ outcome: 'malformed-head', status: null, problem: 'a header line without a colon' });

describeCheck(malformedResponseHead, {
  found: [
    [
      'a head that is not HTTP',
      answersOf([malformed]),
      /answers \/ with a head that is not HTTP \(a header line without a colon\)$/,
      { strength: 'proven', layer: 'target' },
    ],
    [
      'a Transfer-Encoding that CloudFront does not support',
      answersOf([anAnswer({ transferEncoding: 'gzip, chunked', contentLengths: [] })]),
      /with a Transfer-Encoding that CloudFront does not support \(gzip, chunked\)$/,
      { strength: 'supported' },
    ],
    [
      "CloudFront's own word in the log",
      {
        ...answersOf([anAnswer()]),
        'access-logs': someLogs({ cells: [aCell({ detailedResult: 'OriginInvalidResponseError' })] }),
      },
      /logged OriginInvalidResponseError/,
      { strength: 'supported', citations: [expect.objectContaining({ kind: 'access-log' })] },
    ],
  ],
  ruledOut: [
    ['chunks', answersOf([anAnswer({ transferEncoding: 'Chunked' })]), /well-formed/],
    [
      'conflicting lengths, which are another cause of the same word in the log',
      {
        ...answersOf([anAnswer({ contentLengths: [5, 7] })]),
        'access-logs': someLogs({ cells: [aCell({ detailedResult: 'OriginInvalidResponseError' })] }),
      },
      /well-formed/,
    ],
    ['a port that speaks another protocol', probeOf({ otherProtocol: 'tls', http: [malformed] }), /speaks no HTTP/],
    ['a well-formed head', answersOf([anAnswer()]), /well-formed/],
    [
      'a close, which is another cause',
      answersOf([anAnswer({ outcome: 'closed-inside-head', status: null })]),
      /well-formed/,
    ],
  ],
  inconclusive: [['no answer', answersOf([anAnswer({ outcome: 'timed-out', status: null })]), /did not answer/]],
});
