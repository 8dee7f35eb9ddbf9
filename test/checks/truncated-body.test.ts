import { truncatedBody } from '../../src/checks/truncated-body.js';
import type { BodyReading } from '../../src/diagnosis/probe-depth.js';
import { aDeadAddress, anAnswer, aProbe } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

const bodied = (body: Partial<BodyReading>) =>
  answersOf([
    anAnswer({
      path: '/a',
      body: {
        framing: 'content-length',
        declaredBytes: 1_000,
        receivedBytes: 300,
        outcome: 'truncated',
        problem: 'the connection closed before the declared length',
        ...body,
      },
    }),
  ]);

describeCheck(truncatedBody, {
  found: [
    [
      'a short body, which explains no 502',
      bodied({}),
      /^origin\.example\.com breaks off the body of \/a after 300 of 1,000 bytes, which viewers see .* own status$/,
      { explains: null, strength: 'supported' },
    ],
    [
      'chunks that are none',
      bodied({
        framing: 'chunked',
        declaredBytes: null,
        outcome: 'malformed',
        problem: 'a chunk does not begin with its size',
      }),
      /after 300 bytes/,
      { explains: null },
    ],
  ],
  ruledOut: [
    ['a whole body', answersOf([anAnswer()]), /sends its bodies whole/],
    ['a long one that was not read to its end', bodied({ outcome: 'unfinished', problem: null }), /whole/],
    ['no body', answersOf([anAnswer({ body: null })]), /whole/],
  ],
  inconclusive: [['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/]],
});
