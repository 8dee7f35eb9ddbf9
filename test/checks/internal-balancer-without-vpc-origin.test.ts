import { expect } from '@jest/globals';
import { internalBalancerWithoutVpcOrigin } from '../../src/checks/internal-balancer-without-vpc-origin.js';
import type { Origin } from '../../src/diagnosis/evidence.js';
import { aBalancer, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const internalName = 'internal-app-123.eu-west-1.elb.amazonaws.com';
const distributionOf = (origin: Partial<Origin> = {}) => aDistribution({ origins: [anOrigin(origin)] });

describeCheck(internalBalancerWithoutVpcOrigin, {
  found: [
    [
      'a balancer that says so',
      { distribution: distributionOf(), 'load-balancer': aBalancer({ scheme: 'internal' }) },
      /is an internal load balancer with private addresses, which CloudFront cannot reach without a VPC origin$/,
      {
        strength: 'proven',
        originId: 'api',
        citations: [expect.objectContaining({ kind: 'load-balancer', fact: 'scheme internal' })],
        explains: expect.objectContaining({ behaviours: ['*'] }),
      },
    ],
    [
      'a balancer that cannot be read, by its name',
      { distribution: distributionOf({ domainName: internalName }) },
      /^internal-app-123/,
      { citations: [expect.objectContaining({ kind: 'configuration' })] },
    ],
    ['an alias of such a name', { distribution: distributionOf({ balancerName: internalName }) }, /^origin\./, {}],
  ],
  ruledOut: [
    ['a VPC origin', { distribution: distributionOf({ kind: 'vpc', domainName: internalName }) }, /No internal/],
    [
      'a VPC origin whose balancer was read',
      { distribution: distributionOf({ kind: 'vpc' }), 'load-balancer': aBalancer({ scheme: 'internal' }) },
      /No internal/,
    ],
    [
      'a public balancer, whatever its name',
      { distribution: distributionOf({ domainName: internalName }), 'load-balancer': aBalancer() },
      /No internal/,
    ],
    [
      'an origin that nothing uses',
      { distribution: aDistribution({ origins: [anOrigin(), anOrigin({ id: 'old', domainName: internalName })] }) },
      /No internal/,
    ],
  ],
  inconclusive: [],
});
