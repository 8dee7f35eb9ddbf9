/** Two behaviours fail for two reasons at once: a refused connection and a certificate for another name. */
import { behaviour, customOrigin } from '../../world/aws/distribution-config.js';
import { faultyTls } from '../../world/origin-faults.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

export const twoCauses: Story = {
  title: 'two causes at once',
  async build(world) {
    const refused = await world.host('refused.shop.example', { address: '127.0.0.26' });
    await refused.stop();
    const wrong = await world.host('wrong.shop.example', {
      address: '127.0.0.27',
      tls: await faultyTls('wrong-name', world.authority, ['wrong.shop.example']),
    });
    return plant(world, {
      id: 'E8TWOCAUSES123',
      config: {
        origins: [
          customOrigin({ Id: 'refused', DomainName: 'refused.shop.example', config: { HTTPSPort: refused.port } }),
          customOrigin({ Id: 'wrong', DomainName: 'wrong.shop.example', config: { HTTPSPort: wrong.port } }),
        ],
        behaviours: [behaviour('/api/*', 'wrong')],
      },
      failures: [
        { share: 1, pathPattern: '/api/*', detailedResult: 'OriginConnectError' },
        { share: 0.9, detailedResult: 'OriginConnectError' },
      ],
    });
  },
  expected: {
    outcome: 'cause-found',
    layer: 'cloudfront-to-origin',
    causes: ['refused-connection', 'mismatched-certificate-name'],
    says: ['refused.shop.example', 'wrong.shop.example'],
  },
};
