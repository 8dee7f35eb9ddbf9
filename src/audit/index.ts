/** The items of the audit, the most important first: a conformance test holds this list against the folder. */
import type { AuditItem } from '../diagnosis/audit.js';
import { additionalMetrics } from './additional-metrics.js';
import { alarmOn502 } from './alarm-on-502.js';
import { certificateExpiry } from './certificate-expiry.js';
import { circuitBreaker } from './circuit-breaker.js';
import { errorCaching } from './error-caching.js';
import { immediateLogs } from './immediate-logs.js';
import { logCoverage } from './log-coverage.js';
import { originFailover } from './origin-failover.js';
import { originLatencyMetric } from './origin-latency-metric.js';
import { originShield } from './origin-shield.js';
import { redundantTargets } from './redundant-targets.js';
import { responseHeadSize } from './response-head-size.js';
import { responseValidation } from './response-validation.js';
import { securityGroupReach } from './security-group-reach.js';
import { serverTiming } from './server-timing.js';
import { timeoutOrder } from './timeout-order.js';

export const auditItems: readonly AuditItem[] = [
  certificateExpiry,
  timeoutOrder,
  redundantTargets,
  originFailover,
  logCoverage,
  alarmOn502,
  additionalMetrics,
  immediateLogs,
  responseHeadSize,
  securityGroupReach,
  errorCaching,
  originLatencyMetric,
  responseValidation,
  originShield,
  circuitBreaker,
  serverTiming,
];
