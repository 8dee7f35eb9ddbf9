/** The origin answers with something that is not an HTTP response head. */
import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import { judgeProbe, nameOf } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';

export const malformedResponseHead = defineCheck({
  id: 'malformed-response-head',
  title: 'Malformed response',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: ({ outcome }) => outcome === 'malformed-head',
      claim: ({ path, problem }, connection) =>
        `${nameOf(connection)} answers ${path} with a head that is not HTTP${problem === null ? '' : ` (${problem})`}`,
      fact: describeAnswer,
      sound: (connection) => `${nameOf(connection)} answers with well-formed response heads.`,
      remedy: 'Mend the server or the proxy in front of it that writes this head; a body cut short would not be a 502.',
      layer: 'target',
      detailedResults: resultsOf.malformedHead,
      dependsOnHost: true,
      decisive: { results: decisiveResults.malformedHead, logs },
    }),
});
