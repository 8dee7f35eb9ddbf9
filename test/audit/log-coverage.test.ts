/** What the item log-coverage says of a distribution. */
import { logCoverage } from '../../src/audit/log-coverage.js';
import { aDelivery, denied, someDeliveries } from '../builders/audit.js';
import { aDistribution, someLogs, someMetrics, unavailable } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const unlogged = aDistribution({ legacyLogging: null });
const noRows = someLogs({ requests: 0 });
const remedy = 'Allow s3:GetObject on arn:aws:s3:::example-logs/*.';

describeItem(logCoverage, [
  ['written and read', {}, 'in-place', /10,000 rows in the window, 100 % of the requests/],
  [
    'read, without metrics to compare with',
    { 'cloudfront-metrics': unavailable() },
    'in-place',
    /10,000 rows in the window\.$/,
  ],
  [
    'v2 alone',
    { distribution: unlogged, 'log-delivery': someDeliveries({ deliveries: [aDelivery()] }) },
    'in-place',
    /written and read/,
  ],
  ['none', { distribution: unlogged }, 'missing', /writes no access logs/, /logging_config/],
  [
    'turned off',
    { distribution: aDistribution({ legacyLogging: { enabled: false, bucket: 'b', prefix: '' } }) },
    'missing',
    /no access logs/,
  ],
  ['no rows although there are requests', { 'access-logs': noRows }, 'at-risk', /no log row has arrived/, /ACLs/],
  [
    'no rows and no requests',
    { 'access-logs': noRows, 'cloudfront-metrics': someMetrics({ requestsTotal: 0 }) },
    'in-place',
    /0 rows/,
  ],
  [
    'objects that break off',
    { 'access-logs': someLogs({ objects: { listed: 4, read: 3, bytes: 1, failed: [], failedCount: 1 } }) },
    'at-risk',
    /1 log object of 4/,
  ],
  [
    'written, but not for us',
    { 'access-logs': unavailable({ message: 'AWS refused s3:GetObject.', remedy }) },
    'unknown',
    /could not read them/,
    /s3:GetObject/,
  ],
  [
    'v2 that may not be read',
    { distribution: unlogged, 'log-delivery': someDeliveries({ gaps: [denied] }) },
    'unknown',
    /could not be seen/,
    /Allow it/,
  ],
]);
