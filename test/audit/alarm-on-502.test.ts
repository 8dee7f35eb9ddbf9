/** What the item alarm-on-502 says of a distribution. */
import { alarmOn502 } from '../../src/audit/alarm-on-502.js';
import { anAlarm, denied, someAlarms } from '../builders/audit.js';
import { someMetrics, unavailable } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const off = someMetrics({ additionalMetrics: 'off' });

describeItem(alarmOn502, [
  [
    'an alarm on the 502 rate that tells somebody',
    { alarms: someAlarms(anAlarm()) },
    'in-place',
    /shop-502 watches 502ErrorRate and tells/,
  ],
  [
    'an alarm on all 5xx, without the additional metrics',
    { alarms: someAlarms(anAlarm({ metrics: ['5xxErrorRate'] })), 'cloudfront-metrics': off },
    'in-place',
    /5xxErrorRate/,
  ],
  [
    'an alarm on a metric that has no data',
    { alarms: someAlarms(anAlarm()), 'cloudfront-metrics': off },
    'at-risk',
    /can never go off/,
    /additional metrics/,
  ],
  ['an alarm without an action', { alarms: someAlarms(anAlarm({ actions: 0 })) }, 'at-risk', /would tell nobody/],
  [
    'an alarm whose actions are off',
    { alarms: someAlarms(anAlarm({ actionsEnabled: false })) },
    'at-risk',
    /would tell nobody/,
  ],
  [
    'alarms on other metrics',
    { alarms: someAlarms(anAlarm({ metrics: ['Requests'] })) },
    'missing',
    /No alarm/,
    /us_east_1/,
  ],
  [
    'no alarm and no permission',
    { alarms: { ...someAlarms(), gaps: [denied] } },
    'unknown',
    /not all alarms/,
    /Allow it/,
  ],
  [
    'more alarms than are looked through',
    { alarms: { ...someAlarms(), truncated: true } },
    'unknown',
    /not all alarms/,
  ],
  [
    'an alarm, where the subscription is not known',
    { alarms: someAlarms(anAlarm()), 'cloudfront-metrics': unavailable() },
    'in-place',
    /502ErrorRate/,
  ],
]);
