/** A balancer reached over HTTPS by Amazon's name for it, without the viewer's Host: no certificate can match. */
import { loadBalancerOrigin } from '../../world/aws/distribution-config.js';
import { soundTls } from '../../world/origin-faults.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

const balancerName = 'edge-1234567890.eu-central-1.elb.amazonaws.com';

export const unforwardedHost: Story = {
  title: 'a balancer by its own name over HTTPS',
  async build(world) {
    const balancer = await world.host(balancerName, {
      address: '127.0.0.21',
      tls: await soundTls(world.authority, ['www.shop.example']),
    });
    world.aws.putLoadBalancer({
      region: 'eu-central-1',
      name: 'edge',
      dnsName: balancerName,
      listeners: [{ port: 443, protocol: 'HTTPS' }],
    });
    return plant(world, {
      id: 'E2UNFORWARDED1',
      config: { origins: [loadBalancerOrigin({ DomainName: balancerName, config: { HTTPSPort: balancer.port } })] },
      failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
    });
  },
  expected: {
    outcome: 'cause-found',
    layer: 'cloudfront-to-origin',
    causes: ['unforwarded-host-on-balancer-name'],
    strength: 'proven',
    explainedShare: 1,
    says: ['Host'],
  },
};
