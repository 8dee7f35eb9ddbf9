/** HTTPS to a load balancer by Amazon's own name for it, without the viewer's Host: no certificate can ever match. */
import { isBalancerName } from '../diagnosis/balancer-name.js';
import { defineCheck } from '../diagnosis/check.js';
import type { DistributionEvidence, OriginConnection } from '../diagnosis/evidence.js';
import type { Finding, Outcome } from '../diagnosis/finding.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const unforwardedHostOnBalancerName = defineCheck({
  id: 'unforwarded-host-on-balancer-name',
  title: 'Load balancer’s own name without forwarded Host',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['distribution'],
  evaluate: ({ distribution }): Outcome => {
    const suspects = distribution.connections.filter(
      ({ scheme, domainName, hostIsForwarded }) => scheme === 'https' && isBalancerName(domainName) && !hostIsForwarded,
    );
    const [first, ...rest] = suspects.flatMap((connection) => judge(distribution, connection));
    if (first !== undefined) return { state: 'found', findings: [first, ...rest] };
    const [unknown] = suspects;
    if (unknown !== undefined)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'access-denied',
            message: `It could not be read whether the Host is forwarded to ${unknown.domainName}.`,
            remedy: 'Allow cloudfront:GetOriginRequestPolicy and cloudfront:GetCachePolicy.',
          },
        ],
        lead: `${unknown.domainName} is reached over HTTPS by the name that Amazon gave it.`,
      };
    return {
      state: 'ruled-out',
      because: 'No load balancer is reached over HTTPS by the name that Amazon gave it without the viewer’s Host.',
      citations: [
        { kind: 'configuration', ref: 'cloudfront:GetDistributionConfig', fact: `etag ${distribution.etag}` },
      ],
    };
  },
});

function judge({ behaviours, origins, etag }: DistributionEvidence, connection: OriginConnection): readonly Finding[] {
  const certain = behaviours.filter(
    ({ pathPattern, forwardsHost }) => connection.behaviours.includes(pathPattern) && forwardsHost === 'no',
  );
  const [behaviour] = certain;
  if (behaviour === undefined) return [];
  const isVpc = origins.some(({ id, kind }) => id === connection.originId && kind === 'vpc');
  return [
    {
      claim: `CloudFront connects to ${connection.domainName} over HTTPS without forwarding the viewer's Host, and nobody can hold a public certificate for that name`,
      layer: 'cloudfront-to-origin',
      // What CloudFront asks of a certificate behind a VPC origin is not spelt out by AWS.
      strength: isVpc ? 'possible' : 'proven',
      originId: connection.originId,
      connectionId: connection.id,
      citations: [
        {
          kind: 'configuration',
          ref: 'cloudfront:GetDistributionConfig',
          fact: `behaviour ${behaviour.pathPattern}: ${behaviour.forwardsHostBecause}; origin ${connection.originId} over HTTPS (etag ${etag})`,
        },
      ],
      explains: { behaviours: certain.map(({ pathPattern }) => pathPattern), detailedResults: resultsOf.connect },
      remedy:
        'Forward the Host with an origin request policy (Managed-AllViewer) and put the alias on the balancer’s certificate, or give the balancer a name of your own and use that as the origin.',
    },
  ];
}
