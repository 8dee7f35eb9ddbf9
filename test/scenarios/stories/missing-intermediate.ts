/** After a renewal the origin of /api/* serves its leaf without the intermediate: browsers cope, CloudFront does not. */

import { behaviour, customOrigin, loadBalancerOrigin } from '../../world/aws/distribution-config.js';
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import type { World } from '../../world/world.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

const balancerName = 'shop-web-1234567890.eu-central-1.elb.amazonaws.com';

export const missingIntermediate: Story = {
  title: 'an incomplete chain behind one path',
  build: buildMissingIntermediate,
  expected: {
    outcome: 'cause-found',
    layer: 'cloudfront-to-origin',
    causes: ['incomplete-certificate-chain'],
    strength: 'proven',
    explainedShare: 0.95,
    ruledOut: ['expired-certificate', 'mismatched-certificate-name', 'unresolvable-origin', 'balancer-made-502'],
    says: ['api.shop.example', 'intermediate'],
    saysNot: ['not-for-the-report', '192.0.2.', 'ExampleBrowser'],
  },
};

/** @returns the id of the distribution. Used by the demo too. */
export async function buildMissingIntermediate(world: World): Promise<string> {
  const { aws, authority } = world;
  const api = await world.host('api.shop.example', {
    address: '127.0.0.11',
    tls: await faultyTls('missing-intermediate', authority, ['api.shop.example']),
  });
  const media = await world.host('media.shop.example', {
    address: '127.0.0.12',
    tls: await soundTls(authority, ['media.shop.example']),
  });
  const web = await world.host(balancerName, {
    address: '127.0.0.13',
    answer: { headers: [['Server', 'awselb/2.0']] },
  });
  aws.putLoadBalancer({
    region: 'eu-central-1',
    name: 'shop-web',
    dnsName: balancerName,
    listeners: [{ port: 80, protocol: 'HTTP' }],
    targetGroups: [
      {
        name: 'shop-web',
        targets: [
          { id: 'i-0aa11bb22cc33dd44', port: 8080 },
          { id: 'i-0ee55ff66aa77bb88', port: 8080 },
        ],
      },
    ],
  });
  return plant(world, {
    id: 'E123DEMOSHOP42',
    config: {
      origins: [
        loadBalancerOrigin({
          Id: 'web',
          DomainName: balancerName,
          config: { OriginProtocolPolicy: 'http-only', HTTPPort: web.port },
        }),
        customOrigin({ Id: 'api', DomainName: 'api.shop.example', config: { HTTPSPort: api.port } }),
        customOrigin({ Id: 'media', DomainName: 'media.shop.example', config: { HTTPSPort: media.port } }),
      ],
      behaviours: [behaviour('/api/*', 'api'), behaviour('/media/*', 'media')],
    },
    requestsPerMinute: 160,
    paths: [
      { path: '/', weight: 4 },
      { path: '/products/{id}', weight: 6 },
      { path: '/media/{hash}.webp', weight: 6 },
      { path: '/api/cart', weight: 3 },
      { path: '/api/orders/{id}', weight: 3 },
      { path: '/api/checkout', weight: 1, method: 'POST' },
    ],
    failures: [
      {
        share: 0.97,
        pathPattern: '/api/*',
        from: new Date(Date.now() - 31 * 60_000),
        detailedResult: 'OriginConnectError',
        timeTakenSeconds: [0.03, 0.2],
      },
      { share: 0.01, pathPattern: '/products/*', status: 404, detailedResult: 'Error' },
      { share: 0.004, status: 0, detailedResult: 'ClientCommError' },
    ],
  });
}
