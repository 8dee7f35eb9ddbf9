import { slowOrigin } from '../../src/checks/slow-origin.js';
import type { ServerErrorDuration } from '../../src/diagnosis/evidence.js';
import { aDistribution, anAddress, anAnswer, anOrigin, aProbe, blindVantage, someLogs } from '../builders/evidence.js';
import { answersOf, describeCheck } from './describe-check.js';

const silent = (elapsedMs: number) =>
  anAnswer({ path: '/slow', outcome: 'timed-out', status: null, headBytes: 0, firstByteMs: null, elapsedMs });
const distribution = aDistribution();
const duration = (count: number, seconds: number, more: Partial<ServerErrorDuration> = {}): ServerErrorDuration => ({
  behaviour: '*',
  status: '504',
  detailedResult: 'OriginCommError',
  tenthsOfSecond: Math.floor(seconds * 10),
  count,
  ...more,
});
const logged = (...serverErrorDurations: readonly ServerErrorDuration[]) => ({
  ...answersOf([anAnswer()]),
  distribution,
  'access-logs': { ...someLogs({ requests: 9_000 }), serverErrorDurations },
});
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
    [
      '504s that were logged when CloudFront gives up, although it answers from here',
      logged(duration(400, 30), duration(12, 60.3), duration(118, 0.2, { status: '502' })),
      /^origin\.example\.com lets CloudFront wait until it gives up: 412 504s ended at its response timeout of 30 s$/,
      { explains: null, strength: 'supported', citations: [{ kind: 'access-log' }] },
    ],
  ],
  ruledOut: [
    ['a quick answer', { ...answersOf([anAnswer()]), distribution }, /well within the 30 s/],
    ['504s that ended at another time', logged(duration(400, 12)), /well within the 30 s/],
    ['504s of another behaviour', logged(duration(400, 30, { behaviour: '/static/*' })), /well within the 30 s/],
    [
      '504s that the origin answered itself',
      logged(duration(400, 30, { detailedResult: 'OriginError' })),
      /well within/,
    ],
    ['502s that took as long', logged(duration(400, 30, { status: '502' })), /well within the 30 s/],
    ['a few 504s', logged(duration(9, 30)), /well within the 30 s/],
  ],
  inconclusive: [
    [
      'less patience than CloudFront has',
      { ...answersOf([silent(10_000)]), distribution },
      /cf502 waited 10 s for \/slow, and CloudFront waits 30 s/,
    ],
    [
      '504s where connecting takes as long',
      {
        ...logged(duration(400, 30)),
        'origin-probe': aProbe({
          addresses: [anAddress({ tcp: { ...anAddress().tcp, outcome: 'timed-out' }, http: [] })],
        }),
      },
      /./,
    ],
    [
      'a blind view',
      { 'origin-probe': aProbe({ vantage: blindVantage, addresses: [] }), distribution },
      /No address answered/,
    ],
  ],
});
