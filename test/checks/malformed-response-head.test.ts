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
      'what CloudFront may refuse and may take',
      answersOf([anAnswer(), anAnswer({ path: '/b', anomalies: ['line-feed-only', 'folded-header'] })]),
      /answers \/b with a header folded over several lines; whether CloudFront takes that is not documented$/,
      { strength: 'possible' },
    ],
    [
      'the same, where CloudFront could not read some answer',
      {
        ...answersOf([anAnswer({ anomalies: ['status-out-of-range'], status: 999 })]),
        'access-logs': someLogs({ cells: [aCell({ detailedResult: 'OriginInvalidResponseError' })] }),
      },
      /with a status that is not between 100 and 599; whether/,
      { strength: 'supported', citations: [expect.objectContaining({ kind: 'probe' })] },
    ],
    [
      'the gravest of several',
      answersOf([
        anAnswer({ path: '/a', anomalies: ['length-and-coding'] }),
        anAnswer({ ...malformed, path: '/b', anomalies: ['bad-content-length'] }),
      ]),
      /answers \/b with a Content-Length that is no number$/,
      { strength: 'proven' },
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
    [
      'what recipients are told to take',
      answersOf([anAnswer({ anomalies: ['line-feed-only', 'http-1.0', 'no-reason', 'unusual-header-name'] })]),
      /well-formed/,
    ],
    [
      'an oversized head, however odd',
      answersOf([anAnswer({ outcome: 'oversized-head', anomalies: ['folded-header'] })]),
      /well-formed/,
    ],
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
