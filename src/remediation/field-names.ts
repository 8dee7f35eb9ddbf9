/** The fields in the words of people, and values with their units. Pure. */
import { quoteForPeople } from '../diagnosis/wording.js';
import type { Change, ChangeField, ChangeValue } from './proposal.js';

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

/** `read time-out of origin "api": 30 s -> 60 s`. Names are untrusted; they are quoted and cut. */
export function describeChange({ target, field, before, after }: Change): string {
  const name = target.kind === 'origin' ? target.originId : target.name;
  const of = target.kind === 'origin' ? `of origin ${quoteForPeople(name)}` : quoteForPeople(name);
  return `${fieldNames[field]} ${of}: ${sayValue(field, before)} -> ${sayValue(field, after)}`;
}
