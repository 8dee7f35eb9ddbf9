/** The origin breaks off the body of its answer. Often taken for a cause of 502s, and none: by then the viewer has the origin's own status. */
import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { nameOf } from '../diagnosis/probe-subject.js';
import { formatCount } from '../diagnosis/wording.js';

export const truncatedBody = defineCheck({
  id: 'truncated-body',
  title: 'Body cut short (no cause of a 502)',
  layer: 'target',
  // "Dropped TCP connections": the body is relayed while it arrives.
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html',
  needs: ['origin-probe'],
  evaluate: ({ 'origin-probe': probe }) =>
    judgeProbe(probe, {
      over: 'http',
      read: readAnswers,
      isFault: ({ body }) => body?.outcome === 'truncated' || body?.outcome === 'malformed',
      claim: ({ path, body }, connection) => {
        const declared = body?.declaredBytes ?? null;
        const of = declared === null ? '' : ` of ${formatCount(declared)}`;
        return `${nameOf(connection)} breaks off the body of ${path} after ${formatCount(body?.receivedBytes ?? 0)}${of} bytes, which viewers see as a broken answer with the origin’s own status`;
      },
      fact: (answer) =>
        answer.body === null
          ? describeAnswer(answer)
          : `${describeAnswer(answer)}, body ${answer.body.problem ?? answer.body.outcome}`,
      strength: () => 'supported',
      explainsNothing: true,
      sound: (connection) => `${nameOf(connection)} sends its bodies whole.`,
      remedy:
        'Look in the origin’s log for what ends the answer. Without a Content-Length and without chunks, CloudFront caches the short body as a whole one.',
      layer: 'target',
      detailedResults: [],
      dependsOnHost: true,
    }),
});
