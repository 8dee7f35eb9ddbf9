/** The origin is a load balancer inside a VPC, and CloudFront is told to reach it over the public internet. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import { defineCheck } from '../diagnosis/check.js';
import type { DistributionEvidence, Origin } from '../diagnosis/evidence.js';
import type { Citation, Finding, Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';

export const internalBalancerWithoutVpcOrigin = defineCheck({
  id: 'internal-balancer-without-vpc-origin',
  title: 'Internal load balancer without a VPC origin',
  layer: 'configuration',
  // Its name leads to private addresses.
  refines: ['unreachable-origin'],
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html',
  needs: ['distribution'],
  uses: ['load-balancer'],
  evaluate: ({ distribution, 'load-balancer': balancer }): Outcome => {
    const isUsed = ({ id, kind }: Origin) =>
      kind !== 'vpc' && distribution.connections.some(({ originId }) => originId === id);
    const used = distribution.origins.filter(isUsed);
    // Where the balancer itself cannot be read, Amazon's name for it tells.
    const suspects =
      balancer === null
        ? used.filter(isInternalByName)
        : used.filter(({ id }) => id === balancer.originId && balancer.scheme === 'internal');
    const [first, ...rest] = suspects.map((origin) => {
      const citation: Citation =
        balancer === null
          ? { kind: 'configuration', ref: 'cloudfront:GetDistributionConfig', fact: `origin ${origin.domainName}` }
          : { kind: 'load-balancer', ref: balancer.arn, fact: `scheme ${balancer.scheme}` };
      return describe(distribution, origin, citation);
    });
    if (first !== undefined) return { state: 'found', findings: [first, ...rest] };
    return {
      state: 'ruled-out',
      because: 'No internal load balancer is used as an ordinary origin.',
      citations: [
        { kind: 'configuration', ref: 'cloudfront:GetDistributionConfig', fact: `etag ${distribution.etag}` },
      ],
    };
  },
});

function isInternalByName({ domainName, balancerName }: Origin): boolean {
  const name = (balancerName ?? domainName).toLowerCase();
  return /^(?:dualstack\.)?internal-[^.]+\.[a-z0-9-]+\.elb\.amazonaws\.com(?:\.cn)?\.?$/.test(name);
}

function describe(distribution: DistributionEvidence, { id, domainName }: Origin, citation: Citation): Finding {
  return {
    claim: `${domainName} is an internal load balancer with private addresses, which CloudFront cannot reach without a VPC origin`,
    layer: 'configuration',
    strength: 'proven',
    failsEveryRequest: true,
    // AWS files connections that are never answered under 504.
    endsIn504: true,
    originId: id,
    connectionId: null,
    citations: [citation],
    explains: { behaviours: behavioursOf(distribution, id), detailedResults: resultsOf.connect },
    remedy:
      'Create a VPC origin for the balancer and use it in the distribution, or make the balancer internet-facing.',
  };
}
