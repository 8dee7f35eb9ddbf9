/** One path answers with a head beyond CloudFront's 32,768 bytes; the rest of the origin is sound. */
import { behaviour, customOrigin } from '../../world/aws/distribution-config.js';
import { headOfBytes } from '../../world/origin-answers.js';
import { soundTls } from '../../world/origin-faults.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

export const oversizedHead: Story = {
  title: 'a response head that is too large',
  async build(world) {
    const origin = await world.host('pages.shop.example', {
      address: '127.0.0.25',
      tls: await soundTls(world.authority, ['pages.shop.example']),
      paths: { '/reports/': headOfBytes(33_000, 'Set-Cookie', true) },
    });
    return plant(world, {
      id: 'E6OVERSIZED123',
      config: {
        origins: [customOrigin({ DomainName: 'pages.shop.example', config: { HTTPSPort: origin.port } })],
        behaviours: [behaviour('/reports/*', 'pages.shop.example')],
      },
      paths: [
        { path: '/', weight: 5 },
        { path: '/reports/{id}', weight: 3 },
      ],
      failures: [{ share: 0.9, pathPattern: '/reports/*', detailedResult: 'OriginHeaderTooBigError' }],
    });
  },
  expected: {
    outcome: 'cause-found',
    layer: 'cloudfront-to-origin',
    causes: ['oversized-response-head'],
    explainedShare: 0.99,
    ruledOut: ['expired-certificate'],
    says: ['33,000', 'Set-Cookie', '32,768'],
  },
};
