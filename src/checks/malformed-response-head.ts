/** The origin answers with something that is not an HTTP response head, or with one that CloudFront may not take. */
import { describeAnswer, hasConflictingLengths, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import type { HttpProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Strength } from '../diagnosis/finding.js';
import { gravestAnomaly, headRules, listAnomalies, strengthOfSeverity } from '../diagnosis/head-anomalies.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { decisiveResults, resultsOf } from '../diagnosis/log-results.js';
import { explainsOf, nameOf } from '../diagnosis/probe-subject.js';

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
    const isNamed = countFitting(logs, explainsOf(probe.connection, decisiveResults.malformedHead, true)) > 0;
    return judgeProbe(probe, {
      over: 'http',
      read: (address) => [...readAnswers(address)].sort((a, b) => gravity(b) - gravity(a)),
      isFault: (answer) => gravestAnomaly(answer) !== null,
      claim: (answer, connection) => `${nameOf(connection)} answers ${answer.path} with ${describeAnomaly(answer)}`,
      strength: (answer) => {
        const strength = strengthOf(answer) ?? 'possible';
        // CloudFront's own word says that some answer could not be read; which oddity it minds is what is not known.
        return strength === 'possible' && isNamed ? 'supported' : strength;
      },
      fact: (answer) => [describeAnswer(answer), ...listAnomalies(answer).map((one) => headRules[one].says)].join(', '),
      sound: (connection) => `${nameOf(connection)} answers with well-formed response heads.`,
      remedy: 'Mend the server or the proxy in front of it that writes this head; a body cut short would not be a 502.',
      layer: 'target',
      detailedResults: resultsOf.malformedHead,
      dependsOnHost: true,
      ...(isElse ? {} : { decisive: { results: decisiveResults.malformedHead, logs } }),
    });
  },
});

function strengthOf(answer: HttpProbe): Strength | null {
  const anomaly = gravestAnomaly(answer);
  return anomaly === null ? null : strengthOfSeverity[headRules[anomaly].severity];
}

function gravity(answer: HttpProbe): number {
  const strength = strengthOf(answer);
  return strength === null ? 0 : { possible: 1, supported: 2, proven: 3 }[strength];
}

function describeAnomaly(answer: HttpProbe): string {
  const anomaly = gravestAnomaly(answer) ?? 'not-http';
  const { severity, says } = headRules[anomaly];
  if (severity === 'unsure') return `${says}; whether CloudFront takes that is not documented`;
  const particulars = anomaly === 'unsupported-coding' ? answer.transferEncoding : answer.problem;
  return anomaly !== 'not-http' && anomaly !== 'unsupported-coding'
    ? says
    : `${says}${particulars === null ? '' : ` (${particulars})`}`;
}
