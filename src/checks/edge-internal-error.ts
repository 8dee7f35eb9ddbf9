/** CloudFront itself failed: AWS's side, by its own word in the logs. */
import { defineCheck } from '../diagnosis/check.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Outcome } from '../diagnosis/finding.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { countOf } from '../diagnosis/wording.js';

export const edgeInternalError = defineCheck({
  id: 'edge-internal-error',
  title: 'Fault inside CloudFront',
  layer: 'cloudfront',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['access-logs'],
  evaluate: ({ 'access-logs': logs }): Outcome => {
    const explains = { detailedResults: decisiveResults.internal };
    const count = countFitting(logs, explains);
    const fact = `${countOf(count, '502')} with ${decisiveResults.internal.join(', ')}`;
    const citations = [{ kind: 'access-log', ref: logs.source, fact }] as const;
    if (count === 0)
      return { state: 'ruled-out', because: 'No logged 502 names a fault inside CloudFront.', citations };
    return {
      state: 'found',
      findings: [
        {
          claim: `CloudFront logged InternalError for ${countOf(count, '502')}: a fault on AWS’s side, not at the origin`,
          layer: 'cloudfront',
          strength: 'supported',
          originId: null,
          connectionId: null,
          citations,
          explains,
          remedy:
            'Look at the AWS Health Dashboard for CloudFront, and open a support case with the request ids of some of these rows.',
        },
      ],
    };
  },
});
