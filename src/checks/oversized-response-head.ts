/** The head of the origin's response exceeds what CloudFront accepts: 32,768 bytes in all, not the 10 KB that is often quoted. */

import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import type { HttpProbe, OriginProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Explains } from '../diagnosis/finding.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { explainsOf, nameOf } from '../diagnosis/probe-subject.js';
import { formatCount, listOf } from '../diagnosis/wording.js';

const limitsPage = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html';
/** "Maximum length of a request or an origin response, including headers and query strings, but not including the body content". */
export const maxResponseHeadBytes = 32_768;

export const oversizedResponseHead = defineCheck({
  id: 'oversized-response-head',
  title: 'Response head too large',
  layer: 'cloudfront-to-origin',
  why: limitsPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: ({ outcome, headBytes }) => outcome === 'oversized-head' || headBytes > maxResponseHeadBytes,
      claim: (answer, connection) =>
        `${nameOf(connection)} answers ${answer.path} with a head of ${size(answer)} bytes${largest(answer)}; CloudFront accepts 32,768`,
      fact: (answer) => `${describeAnswer(answer)}${largest(answer)}`,
      sound: (connection) =>
        `The heads that ${nameOf(connection)} answers with are below 32,768 bytes, the limit that AWS documents (10,240 is its quota for custom headers).`,
      // AWS documents the limit, and not the status that CloudFront answers with above it: only its own log value joins the two.
      strength: () => (countFitting(logs, decisive(probe)) > 0 ? 'proven' : 'supported'),
      remedy:
        'Cut the largest header named here (often Set-Cookie or Content-Security-Policy); the limit is for the whole head and cannot be raised by a setting.',
      layer: 'cloudfront-to-origin',
      detailedResults: resultsOf.oversizedHead,
      dependsOnHost: true,
      decisive: { results: decisiveResults.oversizedHead, logs },
    }),
});

/** The 502s that CloudFront itself puts down to this, over the connection that was probed. */
function decisive({ connection }: OriginProbe): Explains {
  return explainsOf(connection, decisiveResults.oversizedHead, true);
}

/** The probe reads no further than this into a head. */
const maxHeadBytesRead = 262_144;

function size({ headBytes }: HttpProbe): string {
  return `${headBytes >= maxHeadBytesRead ? 'more than ' : ''}${formatCount(headBytes)}`;
}

function largest({ headerBytes }: HttpProbe): string {
  const named = headerBytes.slice(0, 3).map(({ name, bytes }) => `${name} ${formatCount(bytes)}`);
  return named.length === 0 ? '' : `, of which ${listOf(named)}`;
}
