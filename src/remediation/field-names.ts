import type { ChangeField, ChangeValue } from './proposal.js';

/** Fits into a sentence: `the read time-out`. */
export const fieldNames: Readonly<Record<ChangeField, string>> = {
  'connection-attempts': 'number of connection attempts',
  'connection-timeout': 'connection time-out',
  'read-timeout': 'read time-out',
  'keep-alive-timeout': 'keep-alive time-out',
  'response-completion-timeout': 'response completion time-out',
  'balancer-idle-timeout': 'idle time-out of the load balancer',
};

/** `60 s`, `3`, `no limit`. */
export function sayValue(field: ChangeField, value: ChangeValue): string {
  if (value === null) return 'no limit';
  return field === 'connection-attempts' ? String(value) : `${value} s`;
}
