/** The origin answers with something that is not an HTTP response head. */
import { describeAnswer, hasConflictingLengths, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import type { HttpProbe } from '../diagnosis/evidence.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';

export const malformedResponseHead = defineCheck({
  id: 'malformed-response-head',
  title: 'Malformed response',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    // CloudFront's word for it covers answers that other checks tell apart.
    const isElse = probe.addresses.some(
      ({ http, otherProtocol }) => otherProtocol !== null || http.some(hasConflictingLengths),
    );
    return judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: (answer) => answer.outcome === 'malformed-head' || hasUnsupportedCoding(answer),
      claim: (answer, connection) =>
        hasUnsupportedCoding(answer)
          ? `${nameOf(connection)} answers ${answer.path} with a Transfer-Encoding that CloudFront does not support (${answer.transferEncoding})`
          : `${nameOf(connection)} answers ${answer.path} with a head that is not HTTP${answer.problem === null ? '' : ` (${answer.problem})`}`,
      strength: (answer) => (hasUnsupportedCoding(answer) ? 'supported' : 'proven'),
      fact: describeAnswer,
      sound: (connection) => `${nameOf(connection)} answers with well-formed response heads.`,
      remedy: 'Mend the server or the proxy in front of it that writes this head; a body cut short would not be a 502.',
      layer: 'target',
      detailedResults: resultsOf.malformedHead,
      dependsOnHost: true,
      ...(isElse ? {} : { decisive: { results: decisiveResults.malformedHead, logs } }),
    });
  },
});

/** "Only the chunked value of the Transfer-Encoding header is supported": the page on custom origins. */
function hasUnsupportedCoding({ outcome, transferEncoding }: HttpProbe): boolean {
  return outcome === 'response' && transferEncoding !== null && transferEncoding.trim().toLowerCase() !== 'chunked';
}
