/** The origin's name is gone from DNS, and the logs cannot be read for lack of a permission: the cause all the same, less sure. */
import { customOrigin } from '../../world/aws/distribution-config.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

export const unresolvable: Story = {
  title: 'a name that does not resolve, without permission to read logs',
  async build(world) {
    world.dns.set('gone.shop.example', 'nxdomain');
    const bucket = 'locked-cloudfront-logs';
    world.aws.fail({ service: 's3', url: bucket, how: 'access-denied' });
    return plant(world, {
      id: 'E7UNRESOLVABLE',
      config: { origins: [customOrigin({ DomainName: 'gone.shop.example' })], logging: { bucket, prefix: 'cdn/' } },
      logged: false,
      failures: [{ share: 1, detailedResult: 'OriginDnsError' }],
    });
  },
  expected: {
    outcome: 'cause-found',
    layer: 'cloudfront-to-origin',
    causes: ['unresolvable-origin'],
    strength: 'supported',
    says: ['gone.shop.example', 's3:'],
  },
};
