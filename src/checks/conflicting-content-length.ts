/** The origin declares two different lengths for one body. */
import { describeAnswer, hasConflictingLengths, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import { countFitting } from '../diagnosis/explain.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { explainsOf, nameOf } from '../diagnosis/probe-subject.js';
import { listOf } from '../diagnosis/wording.js';

export const conflictingContentLength = defineCheck({
  id: 'conflicting-content-length',
  title: 'Conflicting Content-Length',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) => {
    const logged = explainsOf(probe.connection, decisiveResults.malformedHead, true);
    return judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: hasConflictingLengths,
      claim: ({ path, contentLengths }, connection) =>
        `${nameOf(connection)} answers ${path} with a Content-Length of ${listOf([...new Set(contentLengths)].map(String))} at once`,
      fact: (answer) =>
        `${describeAnswer(answer)}, Content-Length ${listOf(answer.contentLengths.map(String)) || 'none'}`,
      // Every HTTP client has to refuse such an answer; that CloudFront's refusal is a 502 is in no page of AWS.
      strength: () => (countFitting(logs, logged) > 0 ? 'proven' : 'supported'),
      sound: (connection) => `${nameOf(connection)} declares one length for each body.`,
      remedy:
        'Find what adds the second Content-Length (a proxy or a filter that changes the body) and let one part of the chain set it.',
      layer: 'target',
      detailedResults: resultsOf.malformedHead,
      named: decisiveResults.malformedHead,
      dependsOnHost: true,
    });
  },
});
