/** After a renewal the origin of /api/* serves its leaf without the intermediate: browsers cope, CloudFront does not. */

import { uploadAccessLogs } from '../../world/access-logs.js';
import {
  behaviour,
  customOrigin,
  distributionConfig,
  loadBalancerOrigin,
} from '../../world/aws/distribution-config.js';
import { plantStory } from '../../world/log-story.js';
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import type { World } from '../../world/world.js';
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
  const id = 'E123DEMOSHOP42';
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
  const distribution = aws.putDistribution({
    id,
    domainName: 'd111111abcdef8.cloudfront.net',
    additionalMetrics: 'Enabled',
    config: distributionConfig({
      aliases: ['www.shop.example'],
      logging: { bucket: 'shop-cloudfront-logs', prefix: 'cdn/' },
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
    }),
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
  const now = Date.now();
  const window = { from: new Date(now - 70 * 60_000), to: new Date(now - 4 * 60_000) };
  const onset = new Date(now - 31 * 60_000);
  const rows = plantStory({
    seed: 502,
    window,
    requestsPerMinute: 160,
    distributionDomain: distribution.domainName,
    viewerHost: 'www.shop.example',
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
        from: onset,
        detailedResult: 'OriginConnectError',
        timeTakenSeconds: [0.03, 0.2],
      },
      { share: 0.01, pathPattern: '/products/*', status: 404, detailedResult: 'Error' },
      { share: 0.004, pathPattern: '*', status: 0, detailedResult: 'ClientCommError' },
    ],
  });
  uploadAccessLogs(aws, 'shop-cloudfront-logs', 'cdn/', id, rows);
  putMetricsOf(world, id, rows);
  return id;
}

/** CloudWatch counts what the logs hold, minute by minute. */
export function putMetricsOf(world: World, distributionId: string, rows: ReturnType<typeof plantStory>): void {
  const minutes = new Map<number, { requests: number; errors: number; badGateways: number }>();
  for (const { at, values } of rows) {
    const minute = Math.floor(at.getTime() / 60_000) * 60_000;
    const counted = minutes.get(minute) ?? { requests: 0, errors: 0, badGateways: 0 };
    counted.requests += 1;
    if (values['sc-status']?.startsWith('5') === true) counted.errors += 1;
    if (values['sc-status'] === '502') counted.badGateways += 1;
    minutes.set(minute, counted);
  }
  const points = (value: (counted: { requests: number; errors: number; badGateways: number }) => number) =>
    [...minutes].map(([minute, counted]) => ({ at: new Date(minute), value: value(counted) }));
  const dimensions = { DistributionId: distributionId, Region: 'Global' };
  const put = (name: string, series: ReturnType<typeof points>): void =>
    world.aws.putMetric({ region: 'us-east-1', namespace: 'AWS/CloudFront', name, dimensions, points: series });
  put(
    'Requests',
    points(({ requests }) => requests),
  );
  put(
    '5xxErrorRate',
    points(({ requests, errors }) => (100 * errors) / requests),
  );
  put(
    '502ErrorRate',
    points(({ requests, badGateways }) => (100 * badGateways) / requests),
  );
}
