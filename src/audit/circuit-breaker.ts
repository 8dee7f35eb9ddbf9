/** Circuit breaking at the origin: what can be seen of it from outside. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, isRunByAws, nameOrigins, originsInUse } from '../diagnosis/audit-reading.js';

export const circuitBreaker = defineAuditItem({
  id: 'circuit-breaker',
  title: 'Circuit breaking at the origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html',
  matters:
    'An origin that keeps taking requests while a dependency is down answers with resets and half answers, which are 502s.',
  offers:
    'CloudFront has no circuit breaker, and an origin group is none: it tries the first origin on every request. It is built in the application or service mesh, by weights of target groups, by Route 53 or Application Recovery Controller, or by a CloudFront function at viewer-request that picks the origin from a key-value store.',
  needs: ['distribution', 'load-balancers'],
  evaluate: ({ distribution, 'load-balancers': balancers }) => {
    const origins = originsInUse(distribution).filter((origin) => !isRunByAws(origin));
    if (origins.length === 0)
      return {
        state: 'in-place',
        because: 'Every origin is a service that AWS runs, with its own limits in front of it.',
        citations: [fromConfiguration(`origins: ${nameOrigins(originsInUse(distribution))}`)],
      };
    const functions = distribution.behaviours.flatMap(({ edgeFunctions }) =>
      edgeFunctions.filter(({ event, runtime }) => runtime === 'cloudfront-function' && event === 'viewer-request'),
    );
    const several = balancers.collected.filter(({ data }) => data.targetGroups.length > 1).map(({ data }) => data.name);
    const hints = [
      ...(functions.length > 0 ? ['A CloudFront function at viewer-request may pick the origin.'] : []),
      ...(several.length > 0
        ? [`${several.join(', ')} has several target groups, which weights could shift traffic between.`]
        : []),
    ];
    return {
      state: 'unknown',
      because: `How ${nameOrigins(origins)} will behave under failure is not to be seen from outside. ${hints.length === 0 ? 'Nothing in the configuration hints at a breaker.' : hints.join(' ')}`,
      missing: [
        {
          kind: 'not-observable',
          message: 'No AWS interface says whether an application breaks its circuits.',
          remedy: `Ask the owners of ${nameOrigins(origins)} for a quick refusal, with a whole answer of 503, when a dependency is down.`,
        },
      ],
      citations: [fromConfiguration(`${functions.length} functions at viewer-request`)],
    };
  },
});
