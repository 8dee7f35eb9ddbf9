/** The application behind the load balancer answered 5xx, which balancer and CloudFront pass on. */
import { behavioursOf, describeBalancer } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { Citation, Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { countOf } from '../diagnosis/wording.js';

export const targetMade502 = defineCheck({
  id: 'target-made-502',
  title: 'Application made the 502',
  layer: 'target',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
  refines: ['relayed-502'],
  needs: ['load-balancer', 'distribution'],
  evaluate: ({ 'load-balancer': balancer, distribution }): Outcome => {
    const { name, metrics, originId } = balancer;
    const citations: [Citation] = [{ kind: 'load-balancer', ref: balancer.arn, fact: describeBalancer(balancer) }];
    if (metrics === null)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'access-denied',
            message: `The metrics of ${name} could not be read.`,
            remedy: `Allow cloudwatch:GetMetricData in ${balancer.region}.`,
          },
        ],
      };
    if (metrics.target5xx === 0)
      return { state: 'ruled-out', because: `No target of ${name} answered 5xx in the window.`, citations };
    return {
      state: 'found',
      findings: [
        {
          claim: `The targets behind ${name} answered ${countOf(metrics.target5xx, '5xx response')} in the window (CloudWatch does not say how many of them 502)`,
          layer: 'target',
          strength: 'supported',
          originId,
          connectionId: null,
          citations,
          explains: {
            behaviours: behavioursOf(distribution, originId),
            detailedResults: resultsOf.relayed,
            atMost: metrics.target5xx,
          },
          remedy:
            'Look in the application’s log for the errors of this window, or in the balancer’s access log for target_status_code 502.',
        },
      ],
    };
  },
});
