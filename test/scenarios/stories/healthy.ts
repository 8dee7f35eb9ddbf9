/** Nothing is wrong: some 404s, some viewers who left, and an expired certificate on an origin that no behaviour uses. */
import { customOrigin } from '../../world/aws/distribution-config.js';
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

export const healthy: Story = {
  title: 'a healthy distribution with red herrings',
  async build(world) {
    const sound = await world.host('sound.shop.example', {
      address: '127.0.0.23',
      tls: await soundTls(world.authority, ['sound.shop.example']),
    });
    const unused = await world.host('unused.shop.example', {
      address: '127.0.0.24',
      tls: await faultyTls('expired', world.authority, ['unused.shop.example']),
    });
    return plant(world, {
      id: 'E4HEALTHY12345',
      config: {
        origins: [
          customOrigin({ Id: 'sound', DomainName: 'sound.shop.example', config: { HTTPSPort: sound.port } }),
          customOrigin({ Id: 'unused', DomainName: 'unused.shop.example', config: { HTTPSPort: unused.port } }),
        ],
      },
      failures: [
        { share: 0.05, pathPattern: '/products/*', status: 404, detailedResult: 'Error' },
        { share: 0.02, status: 0, detailedResult: 'ClientCommError' },
      ],
    });
  },
  expected: { outcome: 'no-502s', layer: null, causes: [], says: ['No 502s'], saysNot: ['unused.shop.example'] },
};
