/** CloudFront itself failed: AWS's side, by its own word in the logs. */
import { defineCheck } from '../diagnosis/check.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { judgeLoggedFault } from '../diagnosis/logged-fault.js';

export const edgeInternalError = defineCheck({
  id: 'edge-internal-error',
  title: 'Fault inside CloudFront',
  layer: 'cloudfront',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['access-logs'],
  evaluate: ({ 'access-logs': logs }) =>
    judgeLoggedFault(logs, {
      values: decisiveResults.internal,
      layer: 'cloudfront',
      means: 'a fault on AWS’s side, not at the origin',
      absent: 'No logged 502 names a fault inside CloudFront.',
      remedy:
        'Look at the AWS Health Dashboard for CloudFront, and open a support case with the request ids of some of these rows.',
    }),
});
