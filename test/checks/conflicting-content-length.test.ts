import { conflictingContentLength } from '../../src/checks/conflicting-content-length.js';
import { aCell, aDeadAddress, anAnswer, aProbe, someLogs } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

const conflicting = answersOf([anAnswer({ path: '/a', contentLengths: [5, 7], body: null })]);

describeCheck(conflictingContentLength, {
  found: [
    [
      'two lengths',
      conflicting,
      /^origin\.example\.com answers \/a with a Content-Length of 5 and 7 at once$/,
      { strength: 'supported', layer: 'target' },
    ],
    [
      'two lengths, and CloudFront’s word for an answer that it cannot use',
      { ...conflicting, 'access-logs': someLogs({ cells: [aCell({ detailedResult: 'OriginInvalidResponseError' })] }) },
      /5 and 7/,
      { strength: 'proven' },
    ],
  ],
  ruledOut: [
    ['one length', answersOf([anAnswer()]), /one length/],
    ['the same length twice', answersOf([anAnswer({ contentLengths: [5, 5] })]), /one length/],
    ['no length', answersOf([anAnswer({ contentLengths: [] })]), /one length/],
  ],
  inconclusive: [['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/]],
});
