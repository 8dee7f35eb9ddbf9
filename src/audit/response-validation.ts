/** Whether answers are looked at before CloudFront keeps them. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, nameBehaviours, originIdsOf } from '../diagnosis/audit-reading.js';
import type { Behaviour, DistributionEvidence } from '../diagnosis/evidence.js';
import { countOf } from '../diagnosis/wording.js';

export const responseValidation = defineAuditItem({
  id: 'response-validation',
  title: 'Answers checked before they are cached',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-trigger-events.html',
  matters:
    'A broken answer with a good status is kept and served to everybody until its time is over; a kept error outlives its cause.',
  offers:
    'Only Lambda@Edge at origin-response runs before caching: it sees status and headers, never the body, and does not run where no answer came at all. CloudFront Functions cannot do it: they run at viewer events, after the cache, and not for statuses of 400 and more. A function whose own answer is invalid makes a 502 itself.',
  needs: ['distribution'],
  evaluate: ({ distribution }) => {
    const caching = distribution.behaviours.filter(({ caching }) => caching !== 'off');
    if (caching.length === 0)
      return {
        state: 'in-place',
        because: 'No behaviour keeps answers, so no broken one can be kept.',
        citations: [fromConfiguration('caching is off in every behaviour')],
      };
    const unchecked = caching.filter((behaviour) => !isChecked(behaviour));
    const citations = [
      fromConfiguration(
        `${caching.length - unchecked.length} of ${countOf(caching.length, 'caching behaviour')} with Lambda@Edge at origin-response`,
      ),
    ] as const;
    if (unchecked.length === 0)
      return {
        state: 'in-place',
        because: 'Lambda@Edge sees every answer at origin-response, before it is kept.',
        citations,
      };
    const misled = unchecked.some(({ edgeFunctions }) =>
      edgeFunctions.some(({ runtime, event }) => runtime === 'cloudfront-function' && event === 'viewer-response'),
    );
    const impossible = unchecked.filter((behaviour) => cannotBeChecked(behaviour, distribution));
    const remarks = [
      misled ? ' The CloudFront function at viewer-response runs after the cache and cannot do this.' : '',
      impossible.length > 0
        ? ` For ${nameBehaviours(impossible)} Lambda@Edge cannot be used (VPC origin or mutual TLS): check at the origin.`
        : '',
    ].join('');
    return {
      state: caching.length > unchecked.length ? 'at-risk' : 'missing',
      because: `Answers of ${nameBehaviours(unchecked)} are kept unseen.${remarks}`,
      citations,
      fix: {
        action:
          'Let the origin send Cache-Control: no-store with what must not be kept; where it cannot, attach Lambda@Edge at origin-response that does.',
        terraform:
          'lambda_function_association {\n  event_type = "origin-response"\n  lambda_arn = aws_lambda_function.check_response.qualified_arn\n}',
        cloudFormation:
          'CacheBehavior.LambdaFunctionAssociations: EventType origin-response, LambdaFunctionARN with a version',
      },
    };
  },
});

function isChecked({ edgeFunctions }: Behaviour): boolean {
  return edgeFunctions.some(({ runtime, event }) => runtime === 'lambda-at-edge' && event === 'origin-response');
}

function cannotBeChecked(behaviour: Behaviour, distribution: DistributionEvidence): boolean {
  const ids = originIdsOf(distribution, behaviour);
  return distribution.origins.some(
    ({ id, kind, usesMutualTls }) => ids.includes(id) && (kind === 'vpc' || usesMutualTls),
  );
}
