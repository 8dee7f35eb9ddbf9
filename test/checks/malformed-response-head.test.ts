import { expect } from '@jest/globals';
import { malformedResponseHead } from '../../src/checks/malformed-response-head.js';
import { aCell, anAnswer, someLogs } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

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
    ['a well-formed head', answersOf([anAnswer()]), /well-formed/],
    [
      'a close, which is another cause',
      answersOf([anAnswer({ outcome: 'closed-inside-head', status: null })]),
      /well-formed/,
    ],
  ],
  inconclusive: [['no answer', answersOf([anAnswer({ outcome: 'timed-out', status: null })]), /did not answer/]],
});
