import { prematureClose } from '../../src/checks/premature-close.js';
import { anAnswer } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

describeCheck(prematureClose, {
  found: [
    [
      'a close before the head',
      answersOf([anAnswer({ outcome: 'closed-before-head', status: null, headBytes: 0 })]),
      /closes the connection before the head of its answer to \/$/,
      { strength: 'proven', layer: 'target' },
    ],
    [
      'a close inside the head',
      answersOf([anAnswer({ outcome: 'closed-inside-head', status: 200, headBytes: 40 })]),
      /inside the head/,
      {},
    ],
  ],
  ruledOut: [
    ['an answer', answersOf([anAnswer()]), /completes the heads/],
    ['a reset, which is another cause', answersOf([anAnswer({ outcome: 'reset', status: null })]), /completes/],
  ],
  inconclusive: [['no answer', answersOf([anAnswer({ outcome: 'timed-out', status: null })]), /did not answer/]],
});
