import { missingAccessLogs } from '../../src/checks/missing-access-logs.js';
import { aDistribution, someLogs, someMetrics } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const off = aDistribution({ legacyLogging: null });

describeCheck(missingAccessLogs, {
  found: [
    [
      'logging that was never set up',
      { distribution: off },
      /^Standard logging \(legacy\) is off and no rows of v2 could be read/,
      { strength: 'proven', layer: 'configuration', explains: null },
    ],
    [
      'logging that is switched off',
      { distribution: aDistribution({ legacyLogging: { enabled: false, bucket: 'example-logs', prefix: '' } }) },
      /is off/,
      { explains: null },
    ],
  ],
  ruledOut: [
    ['logs that were read', { distribution: aDistribution(), 'access-logs': someLogs() }, /Access logs are there/],
    ['logs from elsewhere', { distribution: off, 'access-logs': someLogs() }, /Access logs are there/],
    ['logs that could not be read, which is another matter', { distribution: aDistribution() }, /listed as missing/],
    [
      'no rows and no requests',
      {
        distribution: aDistribution(),
        'access-logs': someLogs({ requests: 0 }),
        'cloudfront-metrics': someMetrics({ requestsTotal: 0 }),
      },
      /are there/,
    ],
  ],
  inconclusive: [
    [
      'requests without rows: the logs are late',
      {
        distribution: aDistribution(),
        'access-logs': someLogs({ requests: 0 }),
        'cloudfront-metrics': someMetrics({ requestsTotal: 1_234 }),
      },
      /CloudWatch counts 1,234 requests/,
    ],
  ],
});
