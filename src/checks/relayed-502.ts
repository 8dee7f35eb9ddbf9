/** The origin itself answers 502, and CloudFront passes it on. */
import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';
import { describeSignature, findSignature } from '../diagnosis/signature.js';

export const relayed502 = defineCheck({
  id: 'relayed-502',
  title: 'Origin answers 502 itself',
  layer: 'target',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: ({ outcome, status }) => outcome === 'response' && status === 502,
      claim: (answer, connection) =>
        `${nameOf(connection)} answers ${answer.path} with 502 itself${describeSignature(answer)}, and CloudFront passes it on`,
      fact: describeAnswer,
      sound: (connection) => `${nameOf(connection)} did not answer 502 when asked from here.`,
      remedy: (answer) =>
        findSignature(answer)?.remedy ??
        'Look behind the origin: its proxy or balancer cannot reach, or cannot read, the application.',
      layer: (answer) => findSignature(answer)?.layer ?? 'target',
      detailedResults: resultsOf.relayed,
      dependsOnHost: true,
      mayComeAndGo: { logs },
    }),
});
