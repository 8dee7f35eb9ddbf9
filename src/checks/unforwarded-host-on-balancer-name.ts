/** HTTPS to a load balancer by Amazon's own name for it, without the viewer's Host: no certificate can ever match. */
import { isBalancerName } from '../diagnosis/balancer-name.js';
import { defineCheck } from '../diagnosis/check.js';
import type { DistributionEvidence, OriginConnection, Unavailability } from '../diagnosis/evidence.js';
import type { Finding, Outcome } from '../diagnosis/finding.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { isUnreadVpcOrigin } from '../diagnosis/listener-mismatch.js';
import { resultsOf } from '../diagnosis/log-results.js';

const ref = 'cloudfront:GetDistributionConfig';

export const unforwardedHostOnBalancerName = defineCheck({
  id: 'unforwarded-host-on-balancer-name',
  title: 'Load balancer’s own name without forwarded Host',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  refines: ['mismatched-certificate-name'],
  needs: ['distribution'],
  evaluate: ({ distribution }): Outcome => {
    const suspects = distribution.connections.filter(
      ({ scheme, domainName, hostIsForwarded }) => scheme === 'https' && isBalancerName(domainName) && !hostIsForwarded,
    );
    const [first, ...rest] = suspects.flatMap((connection) => judge(distribution, connection));
    if (first !== undefined) return { state: 'found', findings: [first, ...rest] };
    const [unknown] = suspects;
    if (unknown !== undefined) return { state: 'inconclusive', ...describeUnknown(distribution, unknown) };
    return {
      state: 'ruled-out',
      because: 'No load balancer is reached over HTTPS by the name that Amazon gave it without the viewer’s Host.',
      citations: [{ kind: 'configuration', ref, fact: `etag ${distribution.etag}` }],
    };
  },
});

function describeUnknown(
  distribution: DistributionEvidence,
  { originId, domainName }: OriginConnection,
): { readonly missing: readonly [Unavailability]; readonly lead?: string } {
  if (isUnreadVpcOrigin(distribution, originId)) {
    const message = `It could not be read over which protocol and port the VPC origin ${originId} is reached.`;
    return { missing: [{ kind: 'access-denied', message, remedy: 'Allow cloudfront:GetVpcOrigin.' }] };
  }
  const message = `It could not be read whether the Host is forwarded to ${domainName}.`;
  const remedy = 'Allow cloudfront:GetOriginRequestPolicy and cloudfront:GetCachePolicy.';
  const lead = `${domainName} is reached over HTTPS by the name that Amazon gave it.`;
  return { missing: [{ kind: 'access-denied', message, remedy }], lead };
}

function judge(distribution: DistributionEvidence, connection: OriginConnection): readonly Finding[] {
  const { behaviours, origins, etag } = distribution;
  const { domainName, originId } = connection;
  if (isUnreadVpcOrigin(distribution, originId)) return [];
  const certain = behaviours.filter(
    ({ pathPattern, forwardsHost }) => connection.behaviours.includes(pathPattern) && forwardsHost === 'no',
  );
  const [behaviour] = certain;
  if (behaviour === undefined) return [];
  const isVpc = origins.some(({ id, kind }) => id === originId && kind === 'vpc');
  const fact = `behaviour ${behaviour.pathPattern}: ${behaviour.forwardsHostBecause}; origin ${originId} over HTTPS (etag ${etag})`;
  return [
    {
      claim: `CloudFront connects to ${domainName} over HTTPS without forwarding the viewer's Host, and nobody can hold a public certificate for that name`,
      layer: 'cloudfront-to-origin',
      // What CloudFront asks of a certificate behind a VPC origin is not spelt out by AWS.
      strength: isVpc ? 'possible' : 'proven',
      originId,
      connectionId: connection.id,
      citations: [{ kind: 'configuration', ref, fact }],
      explains: { behaviours: certain.map(({ pathPattern }) => pathPattern), detailedResults: resultsOf.connect },
      failsEveryRequest: true,
      remedy:
        'Forward the Host with an origin request policy (Managed-AllViewer) and put the alias on the balancer’s certificate, or give the balancer a name of your own and use that as the origin.',
    },
  ];
}
