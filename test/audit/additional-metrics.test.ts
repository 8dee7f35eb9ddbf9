/** What the item additional-metrics says of a distribution. */
import { additionalMetrics } from '../../src/audit/additional-metrics.js';
import { denied } from '../builders/audit.js';
import { someMetrics } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const metrics = (differing: Parameters<typeof someMetrics>[0]) => ({ 'cloudfront-metrics': someMetrics(differing) });

describeItem(additionalMetrics, [
  ['on', metrics({ additionalMetrics: 'on' }), 'in-place', /They are on/],
  ['off', metrics({ additionalMetrics: 'off' }), 'missing', /They are off/, /realtime_metrics_subscription_status/],
  [
    'not to be read',
    metrics({ additionalMetrics: 'unknown', gaps: [denied] }),
    'unknown',
    /AWS refused it/,
    /Allow it/,
  ],
  [
    'not to be read, without a reason',
    metrics({ additionalMetrics: 'unknown' }),
    'unknown',
    /could not be read/,
    /GetMonitoringSubscription/,
  ],
]);
