/** What the item origin-shield says of a distribution. */
import { originShield } from '../../src/audit/origin-shield.js';
import { aBehaviour, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const caching = (state: 'on' | 'off' | 'unknown', region: string | null = null) => ({
  distribution: aDistribution({
    behaviours: [aBehaviour({ caching: state })],
    origins: [anOrigin({ originShieldRegion: region })],
  }),
});

describeItem(originShield, [
  ['on', caching('on', 'eu-central-1'), 'in-place', /Origin Shield stands in front of origin/],
  ['off where answers are kept', caching('on'), 'missing', /asked by every regional cache/, /origin_shield_region/],
  [
    'an origin whose name holds its Region',
    {
      distribution: aDistribution({ origins: [anOrigin({ domainName: 'shop-123.ap-southeast-2.elb.amazonaws.com' })] }),
    },
    'missing',
    /asked by every regional cache/,
    /ap-southeast-2/,
  ],
  ['off where nothing is kept', caching('off'), 'in-place', /nothing that it could hold/],
  ['off where it is not known', caching('unknown'), 'missing', /Not every cache policy could be read/],
]);
