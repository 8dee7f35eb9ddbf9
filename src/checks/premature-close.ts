/** The origin takes the request and closes the connection before the response head is complete. */
import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';

export const prematureClose = defineCheck({
  id: 'premature-close',
  title: 'Connection closed before the response',
  layer: 'target',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: ({ outcome }) => outcome === 'closed-before-head' || outcome === 'closed-inside-head',
      claim: ({ path, outcome }, connection) =>
        `${nameOf(connection)} closes the connection ${outcome === 'closed-inside-head' ? 'inside' : 'before'} the head of its answer to ${path}`,
      fact: describeAnswer,
      sound: (connection) => `${nameOf(connection)} completes the heads of its answers.`,
      remedy: 'Look in the origin’s log for the crash, the worker time-out or the limit that ends the request.',
      layer: 'target',
      detailedResults: resultsOf.cut,
      dependsOnHost: true,
      mayComeAndGo: { logs },
    }),
});
