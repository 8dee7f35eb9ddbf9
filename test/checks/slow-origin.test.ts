import { slowOrigin } from '../../src/checks/slow-origin.js';
import { aDistribution, anAnswer, anOrigin, aProbe, blindVantage } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

const silent = (elapsedMs: number) =>
  anAnswer({ path: '/slow', outcome: 'timed-out', status: null, headBytes: 0, firstByteMs: null, elapsedMs });
const distribution = aDistribution();
const impatient = aDistribution({ origins: [anOrigin({ readTimeoutSeconds: 5 })] });

describeCheck(slowOrigin, {
  found: [
    [
      'no answer for as long as CloudFront waits',
      { ...answersOf([silent(5_001)]), distribution: impatient },
      /^origin\.example\.com does not answer \/slow within 5 s, upon which CloudFront answers 504 and not 502$/,
      { explains: null },
    ],
    [
      'an answer that took most of it',
      { ...answersOf([anAnswer({ firstByteMs: 4_000 })]), distribution: impatient },
      /wait 4 s for \/; past 5 s that is a 504, and no 502$/,
      { explains: null },
    ],
    [
      'a long gap inside an answer',
      { ...answersOf([anAnswer({ longestGapMs: 2_600 })]), distribution: impatient },
      /wait 2\.6 s/,
      { explains: null },
    ],
  ],
  ruledOut: [['a quick answer', { ...answersOf([anAnswer()]), distribution }, /well within the 30 s/]],
  inconclusive: [
    [
      'less patience than CloudFront has',
      { ...answersOf([silent(10_000)]), distribution },
      /cf502 waited 10 s for \/slow, and CloudFront waits 30 s/,
    ],
    [
      'a blind view',
      { 'origin-probe': aProbe({ vantage: blindVantage, addresses: [] }), distribution },
      /No address answered/,
    ],
  ],
});
