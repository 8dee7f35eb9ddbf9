/** A distribution that works, and whose precautions are of every kind: in place, missing, and set so that they fail. */
import { customOrigin, loadBalancerOrigin, originGroup } from '../../world/aws/distribution-config.js';
import { soundTls } from '../../world/origin-faults.js';
import type { World } from '../../world/world.js';
import { plant } from '../plant.js';

export const auditedId = 'E8AUDITED12345';
const balancerName = 'shop-1234567890.eu-central-1.elb.amazonaws.com';

export async function plantAudited(world: World): Promise<void> {
  const [balancer, spare] = await Promise.all([
    world.host(balancerName, { address: '127.0.0.41' }),
    world.host('spare.shop.example', {
      address: '127.0.0.42',
      tls: await soundTls(world.authority, ['spare.shop.example']),
    }),
  ]);
  world.aws.putLoadBalancer({
    region: 'eu-central-1',
    name: 'shop',
    dnsName: balancerName,
    listeners: [{ port: 80, protocol: 'HTTP' }],
    targetGroups: [{ name: 'shop-web', targets: [{ id: 'i-0aa11bb22cc33dd44', zone: 'eu-central-1a' }] }],
  });
  plant(world, {
    id: auditedId,
    config: {
      origins: [
        loadBalancerOrigin({
          Id: 'balancer',
          DomainName: balancerName,
          config: { OriginProtocolPolicy: 'http-only', HTTPPort: balancer.port, OriginKeepaliveTimeout: 60 },
        }),
        customOrigin({ Id: 'spare', DomainName: 'spare.shop.example', config: { HTTPSPort: spare.port } }),
      ],
      originGroups: [originGroup('pair', ['balancer', 'spare'])],
      defaultBehaviour: { TargetOriginId: 'pair' },
      errorResponses: [{ ErrorCode: 502, ErrorCachingMinTTL: 300, ResponsePagePath: '', ResponseCode: '' }],
    },
  });
  const dimensions = { DistributionId: auditedId, Region: 'Global' };
  world.aws.putAlarm({ name: 'shop-502', metric: '502ErrorRate', dimensions });
  world.aws.putAlarm({ name: 'slow-origin', metric: 'OriginResponseTime', dimensions });
  world.aws.putLogDelivery({
    resourceArn: world.aws.distribution(auditedId).arn,
    destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:cdn',
    destinationType: 'CWL',
    outputFormat: 'json',
    recordFields: ['date', 'time', 'sc-status', 'x-edge-detailed-result-type'],
  });
}
