/** What the item error-caching says of a distribution. */
import { errorCaching } from '../../src/audit/error-caching.js';
import { aBehaviour, aDistribution } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const kept = (cachingMinTtlSeconds: number | null, responseCode: number | null = null, errorCode = 502) => ({
  distribution: aDistribution({ customErrorResponses: [{ errorCode, responseCode, cachingMinTtlSeconds }] }),
});

describeItem(errorCaching, [
  ['the default', {}, 'in-place', /kept for 10 seconds, the default/],
  ['another code configured', kept(600, null, 404), 'in-place', /10 seconds, the default/],
  ['a short time', kept(5), 'in-place', /kept for 5 seconds\.$/],
  ['no time configured', kept(null), 'in-place', /kept for 10 seconds/],
  ['a long time', kept(300), 'at-risk', /at least 300 seconds/, /error_caching_min_ttl = 10/],
  ['a page with the same status', kept(10, 502), 'in-place', /10 seconds/],
  ['a page that hides it', kept(10, 200), 'at-risk', /answered as 200/, /response code be 502/],
  [
    'a long time where nothing is kept',
    { distribution: { ...kept(300).distribution, behaviours: [aBehaviour({ caching: 'off' })] } },
    'in-place',
    /no 502 is served twice/,
  ],
]);
