/** The origin takes longer than CloudFront waits, by an answer or by the 504s in the logs. A 504, and said so: it is so often taken for the cause of 502s. */
import { describeAnswer } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import type { HttpProbe } from '../diagnosis/evidence.js';
import { findGivenUp } from '../diagnosis/given-up-waiting.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { blindness, nameOf } from '../diagnosis/probe-subject.js';

const defaultReadTimeoutSeconds = 30;
/** Above this part of the read timeout, an answer that came is worth a remark. */
const partThatCounts = 0.5;
const remedy = 'Mend what makes the origin slow. A longer response timeout cures 504s only; it does nothing for 502s.';

export const slowOrigin = defineCheck({
  id: 'slow-origin',
  title: 'Slow origin (a 504, not a 502)',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html',
  needs: ['origin-probe', 'distribution'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, distribution, 'access-logs': logs }) => {
    const origin = distribution.origins.find(({ id }) => id === probe.connection.originId);
    const limitMs = (origin?.readTimeoutSeconds ?? defaultReadTimeoutSeconds) * 1_000;
    const answers = probe.addresses.flatMap(({ http }) => http);
    const silent = answers.find(({ outcome, elapsedMs }) => outcome === 'timed-out' && elapsedMs < limitMs * 0.95);
    const isSlow = (answer: HttpProbe): boolean => answer !== silent && waitOf(answer) >= limitMs * partThatCounts;
    const logged = answers.some(isSlow) ? null : findGivenUp(probe, origin ?? null, logs, limitMs / 1_000);
    if (logged !== null) return { state: 'found', findings: [{ ...logged, layer: 'target', remedy }] };
    // Our own patience is shorter than CloudFront's: no lead, all the less as a 504 is no 502.
    if (silent !== undefined && !answers.some(isSlow))
      return {
        state: 'inconclusive',
        missing: [
          probe.vantage.class === 'valid'
            ? {
                kind: 'not-seen',
                message: `cf502 waited ${seconds(silent.elapsedMs)} for ${silent.path}, and CloudFront waits ${seconds(limitMs)}; past that it answers 504.`,
                remedy: `Ask for ${silent.path} with more patience, and look for 504s in the logs.`,
              }
            : blindness(probe),
        ],
      };
    return judgeProbe(probe, {
      over: 'http',
      read: ({ http }) => http.filter(({ outcome }) => outcome !== 'failed'),
      isFault: isSlow,
      claim: (answer, connection) =>
        answer.outcome === 'timed-out'
          ? `${nameOf(connection)} does not answer ${answer.path} within ${seconds(limitMs)}, upon which CloudFront answers 504 and not 502`
          : `${nameOf(connection)} lets CloudFront wait ${seconds(waitOf(answer))} for ${answer.path}; past ${seconds(limitMs)} that is a 504, and no 502`,
      fact: (answer) => `${describeAnswer(answer)}, waited ${seconds(waitOf(answer))}`,
      strength: () => 'supported',
      explainsNothing: true,
      sound: (connection) => `${nameOf(connection)} answers well within the ${seconds(limitMs)} that CloudFront waits.`,
      remedy,
      layer: 'target',
      detailedResults: [],
      dependsOnHost: true,
    });
  },
});

/** The longest that CloudFront would have waited for a byte of this answer, in milliseconds. */
function waitOf({ outcome, elapsedMs, firstByteMs, longestGapMs }: HttpProbe): number {
  return outcome === 'timed-out' ? elapsedMs : Math.max(firstByteMs ?? 0, longestGapMs ?? 0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })} s`;
}
