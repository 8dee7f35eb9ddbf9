/** How long CloudFront keeps an error and serves it again, and whether it hides it. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration } from '../diagnosis/audit-reading.js';
import { countOf } from '../diagnosis/wording.js';

/** Used where no custom error response says otherwise. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
const defaultSeconds = 10;
/** Ours: longer than this a moment's failure becomes minutes for whoever asks next. */
const longestSeconds = 30;

export const errorCaching = defineAuditItem({
  id: 'error-caching',
  title: 'Short caching of errors',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html',
  matters:
    'A 502 is kept like an answer. A long time multiplies one failure; an error page with another status hides it from logs and alarms.',
  offers:
    'The error caching minimum TTL per code, 10 seconds unless configured (not 5 minutes, as older texts say); the larger of it and the error’s own Cache-Control wins. Behaviours without caching keep no errors. Where an older good answer is still kept, CloudFront serves that instead.',
  needs: ['distribution'],
  evaluate: ({ distribution }) => {
    const { behaviours, customErrorResponses } = distribution;
    const set = customErrorResponses.find(({ errorCode }) => errorCode === 502);
    const seconds = set?.cachingMinTtlSeconds ?? defaultSeconds;
    const citations = [
      fromConfiguration(
        set === undefined
          ? 'no custom error response for 502'
          : `502: kept ${seconds} s, answered as ${set.responseCode ?? 502}`,
      ),
    ] as const;
    const hidden = set?.responseCode ?? null;
    if (hidden !== null && hidden !== 502)
      return {
        state: 'at-risk',
        because: `A 502 is answered as ${hidden}, so logs and metrics by status do not show it as what it is.`,
        citations,
        fix: { ...fix, action: 'Keep the error page and let its response code be 502.' },
      };
    const keeps = behaviours.some(({ caching }) => caching !== 'off');
    if (keeps && seconds > longestSeconds)
      return {
        state: 'at-risk',
        because: `A 502 is served again for at least ${countOf(seconds, 'second')} after the origin has recovered.`,
        citations,
        fix,
      };
    return {
      state: 'in-place',
      because: keeps
        ? `A 502 is kept for ${countOf(seconds, 'second')}${set === undefined ? ', the default' : ''}.`
        : 'No behaviour keeps answers, so no 502 is served twice.',
      citations,
    };
  },
});

const fix = {
  action: `Keep 502s for ${defaultSeconds} seconds at most.`,
  terraform: `custom_error_response {\n  error_code            = 502\n  error_caching_min_ttl = ${defaultSeconds}\n}`,
  cloudFormation: `DistributionConfig.CustomErrorResponses: ErrorCode 502, ErrorCachingMinTTL ${defaultSeconds}`,
} as const;
