/** CloudFront rejects what a function at its edge returns, which it documents as a 502; what a function fails to do is a 503. */
import { defineCheck } from '../diagnosis/check.js';
import {
  type Faults,
  findFaults,
  findGenerated,
  findLoggedFaults,
  judgeFaults,
  listExecutionErrors,
} from '../diagnosis/edge-function-faults.js';
import type { Outcome } from '../diagnosis/finding.js';

export const failingEdgeFunction = defineCheck({
  id: 'failing-edge-function',
  title: 'Edge function whose answers are rejected',
  layer: 'edge-function',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-testing-debugging.html',
  needs: ['distribution'],
  uses: ['edge-functions', 'access-logs', 'edge-twin'],
  evaluate: ({ distribution, 'edge-functions': counts, 'access-logs': logs, 'edge-twin': twin }): Outcome => {
    const { behaviours, etag } = distribution;
    const configured = {
      kind: 'configuration' as const,
      ref: 'cloudfront:GetDistributionConfig',
      fact: `etag ${etag}`,
    };
    if (behaviours.every(({ edgeFunctions }) => edgeFunctions.length === 0))
      return {
        state: 'ruled-out',
        because: 'No function is associated with any behaviour.',
        citations: [configured],
      };
    const faults: Faults | null =
      (counts === null ? null : findFaults(behaviours, counts, logs)) ?? findLoggedFaults(behaviours, logs, twin);
    const [first, ...others] = [
      ...(faults === null ? [] : [judgeFaults(faults, logs)]),
      ...[findGenerated(behaviours, logs)].filter((finding) => finding !== null),
    ];
    if (first !== undefined) return { state: 'found', findings: [first, ...others] };
    if (counts === null)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'access-denied',
            message: 'What CloudFront counts about its edge functions could not be read.',
            remedy: 'Allow cloudwatch:GetMetricData in us-east-1.',
          },
        ],
      };
    const remark = listExecutionErrors(counts);
    if (remark !== null) return { state: 'found', findings: [remark] };
    return {
      state: 'ruled-out',
      because: 'CloudFront rejected no answer of an edge function in the window.',
      citations: [{ kind: 'metric', ref: 'AWS/CloudFront in us-east-1', fact: 'no validation or execution errors' }],
    };
  },
});
