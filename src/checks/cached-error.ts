/** CloudFront serves an earlier 502 from its cache: it keeps failing for as long as errors are cached, whatever the origin does by then. */

import { cachedErrorRules, readCachedErrors } from '../diagnosis/cached-errors.js';
import { defineCheck } from '../diagnosis/check.js';
import { behavioursWith } from '../diagnosis/edge-function-reading.js';
import type { DistributionEvidence } from '../diagnosis/evidence.js';
import type { Citation, Outcome } from '../diagnosis/finding.js';
import { countOf, listOf } from '../diagnosis/wording.js';

const page = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html';
const ref = 'cloudfront:GetDistributionConfig';

export const cachedError = defineCheck({
  id: 'cached-error',
  title: 'Earlier 502 served from the cache',
  layer: 'configuration',
  why: page,
  role: 'amplifier',
  needs: ['distribution', 'access-logs'],
  evaluate: ({ distribution, 'access-logs': logs }): Outcome => {
    const ttlSeconds = ttlOf(distribution);
    const setting: Citation = { kind: 'configuration', ref, fact: `502s are cached for at least ${ttlSeconds} s` };
    const { count, behaviours, paths } = readCachedErrors(
      logs,
      ttlSeconds,
      behavioursWith(distribution.behaviours, () => true),
    );
    if (count === 0)
      return {
        state: 'ruled-out',
        because: 'The logged 502s do not look like copies from the cache.',
        citations: [setting],
      };
    const quick = `${countOf(count, '502')} with Error in under 10 ms on ${listOf(paths, 3)}`;
    return {
      state: 'found',
      findings: [
        {
          claim: `About ${countOf(count, '502')} came from CloudFront's cache, which keeps a 502 for ${ttlSeconds} s or longer`,
          layer: 'configuration',
          strength: 'supported',
          originId: null,
          connectionId: null,
          citations: [{ kind: 'access-log', ref: logs.source, fact: quick }, setting],
          explains: { behaviours, paths, detailedResults: cachedErrorRules.results, atMost: count },
          remedy: `Mend what made the first 502s; then wait ${ttlSeconds} s, or invalidate ${listOf(paths, 3)}. Set the error caching minimum TTL of 502 to a few seconds.`,
        },
      ],
    };
  },
});

/** Without a setting of its own, CloudFront caches errors for 10 seconds. */
function ttlOf({ customErrorResponses }: DistributionEvidence): number {
  return customErrorResponses.find(({ errorCode }) => errorCode === 502)?.cachingMinTtlSeconds ?? 10;
}
