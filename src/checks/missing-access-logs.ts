/** The distribution writes no access logs: not a cause, but the reason why no cause can be counted. */
import { defineCheck } from '../diagnosis/check.js';
import type { Citation, Outcome } from '../diagnosis/finding.js';
import { formatCount } from '../diagnosis/wording.js';

export const missingAccessLogs = defineCheck({
  id: 'missing-access-logs',
  title: 'No access logs',
  layer: 'configuration',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html',
  needs: ['distribution'],
  uses: ['access-logs', 'cloudfront-metrics'],
  evaluate: ({ distribution, 'access-logs': logs, 'cloudfront-metrics': metrics }): Outcome => {
    const { legacyLogging } = distribution;
    const isOn = legacyLogging?.enabled === true;
    const setting: Citation = {
      kind: 'configuration',
      ref: 'cloudfront:GetDistributionConfig',
      fact: isOn
        ? `standard logging to ${legacyLogging.bucket}/${legacyLogging.prefix}`
        : 'standard logging (legacy) is off',
    };
    if (!isOn && logs === null)
      return {
        state: 'found',
        findings: [
          {
            // Of standard logging v2 only rows that were read are seen here.
            claim:
              'Standard logging (legacy) is off and no rows of v2 could be read, so the 502s cannot be looked at one by one',
            layer: 'configuration',
            strength: 'proven',
            originId: null,
            connectionId: null,
            citations: [setting],
            explains: null,
            remedy:
              'Turn on standard logging for the distribution; where standard logging v2 delivers them already, why they could not be read is listed as missing.',
          },
        ],
      };
    if (logs !== null && logs.rows.inWindow === 0 && metrics !== null && metrics.requestsTotal > 0)
      return {
        state: 'inconclusive',
        missing: [
          {
            kind: 'late',
            message: `The logs hold no row of the window, while CloudWatch counts ${formatCount(metrics.requestsTotal)} requests.`,
            remedy:
              'Run the check again with the same window in an hour: logs come within an hour as a rule, at times after up to 24 hours.',
          },
        ],
      };
    return {
      state: 'ruled-out',
      because:
        logs === null
          ? 'Standard logging is on; why it could not be read is listed as missing.'
          : 'Access logs are there.',
      citations: [setting],
    };
  },
});
