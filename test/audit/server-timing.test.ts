/** What the item server-timing says of a distribution. */
import { serverTiming } from '../../src/audit/server-timing.js';
import { aBehaviour, aDistribution } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const behaviours = (...states: readonly ('on' | 'off' | 'unknown')[]) => ({
  distribution: aDistribution({
    behaviours: states.map((state, index) =>
      aBehaviour({ pathPattern: index === 0 ? '*' : `/${index}/*`, serverTiming: state }),
    ),
  }),
});

describeItem(serverTiming, [
  ['on everywhere', behaviours('on', 'on'), 'in-place', /Every behaviour/],
  ['off everywhere', behaviours('off'), 'missing', /No behaviour sends it/, /server_timing_headers_config/],
  ['off in one', behaviours('on', 'off'), 'missing', /It is not sent for \/1\/\*/],
  [
    'a policy that may not be read',
    behaviours('on', 'unknown'),
    'unknown',
    /could be read/,
    /GetResponseHeadersPolicy/,
  ],
]);
