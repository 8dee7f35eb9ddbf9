/** The fields in the words of people, and values with their units. Pure. */
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
  const of = target.kind === 'origin' ? `of origin ${quoteName(name)}` : quoteName(name);
  return `${fieldNames[field]} ${of}: ${sayValue(field, before)} -> ${sayValue(field, after)}`;
}

/** An id or a name from a configuration, quoted, without control characters, at most 60 characters. */
export function quoteName(name: string): string {
  const bare = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '');
  const characters = [...bare];
  return `“${characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : bare}”`;
}
