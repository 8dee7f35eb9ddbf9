/** A VPC origin, which nobody outside can probe, without logs: cf502 says that it does not know, and what would settle it. */
import { vpcOrigin } from '../../world/aws/distribution-config.js';
import { plant } from '../plant.js';
import type { Story } from '../story.js';

export const blind: Story = {
  title: 'a blind vantage without logs',
  async build(world) {
    return plant(world, {
      id: 'E5BLIND1234567',
      config: { origins: [vpcOrigin()] },
      logged: false,
      failures: [{ share: 0.3, detailedResult: 'OriginConnectError' }],
    });
  },
  expected: {
    outcome: 'inconclusive',
    causes: [],
    inconclusive: ['refused-connection', 'expired-certificate'],
    says: ['VPC', 'Turn on standard logging'],
    saysNot: ['origin is down'],
  },
};
