import { oversizedResponseHead } from '../../src/checks/oversized-response-head.js';
import { aCell, anAnswer, blindVantage, someLogs } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

const large = anAnswer({
  path: '/api/me',
  headBytes: 33_000,
  headerBytes: [
    { name: 'set-cookie', bytes: 30_500 },
    { name: 'link', bytes: 2_000 },
  ],
});
const logged = someLogs({ cells: [aCell({ detailedResult: 'OriginHeaderTooBigError', count: 7 }), aCell()] });
const loggedElsewhere = someLogs({
  cells: [aCell({ behaviour: '/other/*', detailedResult: 'OriginHeaderTooBigError' })],
});

describeCheck(oversizedResponseHead, {
  found: [
    [
      'a head beyond 32,768 bytes, with the header to cut',
      answersOf([large]),
      /answers \/api\/me with a head of 33,000 bytes, of which set-cookie 30,500 and link 2,000; CloudFront accepts 32,768$/,
      { strength: 'supported', layer: 'cloudfront-to-origin' },
    ],
    [
      'the same with the value that CloudFront logs for it',
      { ...answersOf([large]), 'access-logs': logged },
      /33,000 bytes/,
      { strength: 'proven' },
    ],
    [
      'the same with that value logged for another behaviour',
      { ...answersOf([large]), 'access-logs': loggedElsewhere },
      /33,000 bytes/,
      { strength: 'supported' },
    ],
    [
      'a head that never ended',
      answersOf([anAnswer({ outcome: 'oversized-head', headBytes: 65_536 })]),
      /a head of 65,536 bytes/,
      {},
    ],
    ['one byte too many', answersOf([anAnswer({ headBytes: 32_769 })]), /32,769/, {}],
    [
      "CloudFront's own word in the log, where the path probed is small",
      { ...answersOf([anAnswer()]), 'access-logs': logged },
      /logged OriginHeaderTooBigError .* not to be seen from here now/,
      { strength: 'supported', explains: { behaviours: ['*'], detailedResults: ['OriginHeaderTooBigError'] } },
    ],
  ],
  ruledOut: [
    ['exactly the limit', answersOf([anAnswer({ headBytes: 32_768 })]), /below 32,768|10,240/],
    [
      'the 10 KB that are often quoted',
      answersOf([anAnswer({ headBytes: 12_000 })]),
      /10,240 is its quota for custom headers/,
    ],
    [
      '502s of another kind',
      { ...answersOf([anAnswer()]), 'access-logs': someLogs({ cells: [aCell({ count: 7 })] }) },
      /below 32,768/,
    ],
  ],
  inconclusive: [
    [
      'no answer in time',
      answersOf([anAnswer({ outcome: 'timed-out', status: null, headBytes: 0 })]),
      /did not answer/,
    ],
    ['a blind vantage', answersOf([large], { vantage: blindVantage }), /No address/, /33,000/],
  ],
});
