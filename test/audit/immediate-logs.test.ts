/** What the item immediate-logs says of a distribution. */
import { immediateLogs } from '../../src/audit/immediate-logs.js';
import { aDelivery, aRealtimeLog, denied, realtimeLogArn, someDeliveries } from '../builders/audit.js';
import { aBehaviour, aDistribution } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const logged = aBehaviour({ realtimeLogConfigArn: realtimeLogArn });
const distribution = aDistribution({ behaviours: [logged] });
const realtime = (differing: Partial<typeof aRealtimeLog> = {}) => ({
  distribution,
  'log-delivery': someDeliveries({ realtimeLogs: [{ ...aRealtimeLog, ...differing }] }),
});
const deliveries = (differing: Parameters<typeof aDelivery>[0]) => ({
  'log-delivery': someDeliveries({ deliveries: [aDelivery(differing)] }),
});

describeItem(immediateLogs, [
  ['a delivery to CloudWatch Logs', deliveries({}), 'in-place', /go to CloudWatch Logs/],
  [
    'a delivery to Firehose of another account',
    deliveries({ destinationType: 'FH', destinationArn: null }),
    'in-place',
    /Firehose/,
  ],
  ['real-time logs of every behaviour', realtime(), 'in-place', /every behaviour/],
  ['real-time logs of a sample', realtime({ samplingPercent: 5 }), 'at-risk', /keeps 5 %/, /sampling rate of 100/],
  [
    'real-time logs without the status',
    realtime({ fields: ['timestamp'] }),
    'at-risk',
    /lacks sc-status and x-edge-detailed-result-type/,
  ],
  [
    'real-time logs of some behaviours',
    { ...realtime(), distribution: aDistribution({ behaviours: [aBehaviour({ pathPattern: '/api/*' }), logged] }) },
    'at-risk',
    /there are none for \/api\/\*/,
  ],
  [
    'a delivery that leaves the status out',
    deliveries({ recordFields: ['date'] }),
    'at-risk',
    /but without sc-status/,
    /record fields/,
  ],
  ['a delivery to S3', deliveries({ destinationType: 'S3' }), 'missing', /logs go to S3 only/, /log_delivery_source/],
  ['nothing', { distribution: aDistribution({ legacyLogging: null }) }, 'missing', /^Neither [^;]*\.$/],
  ['deliveries that may not be read', { 'log-delivery': someDeliveries({ gaps: [denied] }) }, 'unknown', /AWS refused/],
  [
    'a real-time log that may not be read',
    { distribution, 'log-delivery': someDeliveries({ gaps: [denied] }) },
    'unknown',
    /AWS refused/,
  ],
]);
