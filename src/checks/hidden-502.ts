/** A custom error response gives viewers, logs and alarms another status for a 502: no cause, but the reason why none is counted. */
import { defineCheck } from '../diagnosis/check.js';
import type { Citation, Outcome } from '../diagnosis/finding.js';
import { formatCount } from '../diagnosis/wording.js';

export const hidden502 = defineCheck({
  id: 'hidden-502',
  title: 'Status other than 502 given to viewers',
  layer: 'configuration',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html',
  needs: ['distribution'],
  uses: ['access-logs'],
  evaluate: ({ distribution, 'access-logs': logs }): Outcome => {
    const own = distribution.customErrorResponses.find(({ errorCode }) => errorCode === 502);
    const responseCode = own?.responseCode ?? 502;
    const setting: Citation = {
      kind: 'configuration',
      ref: 'cloudfront:GetDistributionConfig',
      fact: own === undefined ? 'no custom error response for 502' : `response code ${responseCode} for 502`,
    };
    if (responseCode === 502)
      return { state: 'ruled-out', because: 'A 502 reaches viewers and logs as a 502.', citations: [setting] };
    const hidden = logs?.hiddenOriginErrors ?? 0;
    const rows = `${formatCount(hidden)} rows blame the origin under a status that is no 5xx`;
    const logged: readonly Citation[] =
      logs === null || hidden === 0 ? [] : [{ kind: 'access-log', ref: logs.source, fact: rows }];
    return {
      state: 'found',
      findings: [
        {
          claim: `A custom error response turns every 502 into ${responseCode}, so they are logged and counted as ${responseCode}`,
          layer: 'configuration',
          strength: 'supported',
          originId: null,
          connectionId: null,
          citations: [setting, ...logged],
          explains: null,
          remedy: 'Let the custom error response keep the status 502, so that alarms and logs see it.',
        },
      ],
    };
  },
});
