/** A healthy connection to a balancer that answers 502 itself, because its targets break off. */
import { loadBalancerOrigin } from '../../world/aws/distribution-config.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

const balancerName = 'orders-1234567890.eu-central-1.elb.amazonaws.com';

export const balancerMade: Story = {
  title: 'a 502 made by the load balancer',
  async build(world) {
    const balancer = await world.host(balancerName, {
      address: '127.0.0.22',
      answer: { status: 502, headers: [['Server', 'awselb/2.0']], body: 'bad gateway' },
    });
    const { dimension } = world.aws.putLoadBalancer({
      region: 'eu-central-1',
      name: 'orders',
      dnsName: balancerName,
      listeners: [{ port: 80, protocol: 'HTTP' }],
      targetGroups: [{ name: 'orders', targets: [{ id: 'i-0aa11bb22cc33dd44', state: 'healthy' }] }],
    });
    const id = plant(world, {
      id: 'E3BALANCERMADE',
      config: {
        origins: [
          loadBalancerOrigin({
            DomainName: balancerName,
            config: { OriginProtocolPolicy: 'http-only', HTTPPort: balancer.port },
          }),
        ],
      },
      failures: [{ share: 0.5, detailedResult: 'OriginError' }],
    });
    const minutes = Array.from({ length: 66 }, (_, index) => new Date(Date.now() - (index + 4) * 60_000));
    const dimensions = { LoadBalancer: dimension };
    const put = (name: string, value: number): void =>
      world.aws.putMetric({
        region: 'eu-central-1',
        namespace: 'AWS/ApplicationELB',
        name,
        dimensions,
        points: minutes.map((at) => ({ at, value })),
      });
    put('RequestCount', 60);
    put('HTTPCode_ELB_502_Count', 30);
    put('HTTPCode_ELB_5XX_Count', 30);
    put('TargetConnectionErrorCount', 30);
    return id;
  },
  expected: {
    outcome: 'cause-found',
    layer: 'load-balancer',
    causes: ['balancer-made-502'],
    ruledOut: ['unresolvable-origin', 'refused-connection'],
    says: ['orders'],
  },
};
