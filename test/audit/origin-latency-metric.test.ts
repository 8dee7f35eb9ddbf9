/** What the item origin-latency-metric says of a distribution. */
import { originLatencyMetric } from '../../src/audit/origin-latency-metric.js';
import { anAlarm, denied, someAlarms } from '../builders/audit.js';
import { someMetrics } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const latency = anAlarm({ name: 'slow-origin', metrics: ['OriginLatency'], statistic: 'p99' });
const off = { 'cloudfront-metrics': someMetrics({ additionalMetrics: 'off' }) };

describeItem(originLatencyMetric, [
  ['an alarm on a percentile of OriginLatency', { alarms: someAlarms(latency) }, 'in-place', /OriginLatency at p99/],
  [
    'the name that does not exist',
    { alarms: someAlarms(anAlarm({ name: 'slow', metrics: ['OriginResponseTime'] })) },
    'at-risk',
    /no metric named OriginResponseTime, so slow can never go off/,
    /OriginLatency/,
  ],
  [
    'an average, which it does not have',
    { alarms: someAlarms({ ...latency, statistic: 'Average' }) },
    'at-risk',
    /percentiles only/,
  ],
  ['an alarm without data', { alarms: someAlarms(latency), ...off }, 'at-risk', /has no data/, /additional metrics on/],
  ['published and not watched', {}, 'missing', /no alarm in us-east-1/, /p99/],
  ['not even published', off, 'missing', /not published/],
  ['alarms that may not be read', { alarms: { ...someAlarms(), gaps: [denied] } }, 'unknown', /AWS refused/],
]);
