import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChangeWindow, weekDays } from '../../src/remediation/change-policy.js';
import { describeOpening, findNextOpening, isWindowOpen } from '../../src/remediation/change-windows.js';

const office: ChangeWindow = { days: ['mon', 'tue', 'wed', 'thu'], from: '08:30', to: '17:00' };
const night: ChangeWindow = { days: ['fri'], from: '22:00', to: '02:00' };
const evening: ChangeWindow = { days: ['sun'], from: '20:00', to: '24:00' };
const windows = [office, night, evening];

// 2026-11-22 is a Sunday.
it.each<[string, string, boolean]>([
  ['before it opens', '2026-11-23T08:29:59.999Z', false],
  ['when it opens', '2026-11-23T08:30:00.000Z', true],
  ['just before it closes', '2026-11-23T16:59:59.999Z', true],
  ['when it closes', '2026-11-23T17:00:00.000Z', false],
  ['on a day that is not named', '2026-11-28T12:00:00.000Z', false],
  ['over midnight, before it', '2026-11-27T23:30:00.000Z', true],
  ['over midnight, after it', '2026-11-28T01:59:00.000Z', true],
  ['over midnight, past its end', '2026-11-28T02:00:00.000Z', false],
  ['after midnight of the day that it opens on', '2026-11-27T01:00:00.000Z', false],
  ['in the last minute of a day', '2026-11-22T23:59:59.999Z', true],
  ['at midnight, which is 24:00', '2026-11-23T00:00:00.000Z', false],
])('%s', (_what, now, isOpen) => {
  expect(isWindowOpen(windows, new Date(now))).toBe(isOpen);
});

it('is always open where there are none', () => {
  expect(isWindowOpen(undefined, new Date('2026-11-28T12:00:00.000Z'))).toBe(true);
});

it('is open all day from 00:00 to 24:00, and from a time to the same time of the next day', () => {
  const day: ChangeWindow = { days: ['sat'], from: '00:00', to: '24:00' };
  expect(isWindowOpen([day], new Date('2026-11-28T23:59:00.000Z'))).toBe(true);
  expect(isWindowOpen([day], new Date('2026-11-29T00:00:00.000Z'))).toBe(false);
  expect(isWindowOpen([{ ...day, from: '06:00', to: '06:00' }], new Date('2026-11-29T05:59:00.000Z'))).toBe(true);
});

describe('the next opening', () => {
  it.each<[string, string]>([
    ['2026-11-23T17:00:00.000Z', 'Tuesday 2026-11-24 at 08:30 UTC'],
    ['2026-11-26T17:00:00.000Z', 'Friday 2026-11-27 at 22:00 UTC'],
    ['2026-11-28T02:00:00.000Z', 'Sunday 2026-11-29 at 20:00 UTC'],
  ])('after %s is %s', (now, said) => {
    const opening = findNextOpening(windows, new Date(now));
    expect(opening === null ? null : describeOpening(opening)).toBe(said);
  });

  it('is in a week, where today’s is over', () => {
    const opening = findNextOpening([{ days: ['mon'], from: '08:00', to: '09:00' }], new Date('2026-11-23T09:00:00Z'));
    expect(opening?.toISOString()).toBe('2026-11-30T08:00:00.000Z');
  });

  it('is a time at which a window is open, and none is open between', () => {
    const aTime = fc
      .integer({ min: 0, max: 1439 })
      .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
    const aWindow = fc.record({
      days: fc.subarray([...weekDays], { minLength: 1 }),
      from: aTime,
      to: fc.oneof(aTime, fc.constant('24:00')),
    });
    const aMoment = fc.integer({ min: 0, max: 14 * 24 * 60 }).map((minute) => Date.UTC(2026, 10, 20) + minute * 60_000);
    fc.assert(
      fc.property(
        fc.array(aWindow, { minLength: 1, maxLength: 3 }),
        aMoment,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (list, now, part) => {
          fc.pre(!isWindowOpen(list, new Date(now)));
          const opening = findNextOpening(list, new Date(now));
          expect(opening).not.toBeNull();
          if (opening === null) return;
          expect(isWindowOpen(list, opening)).toBe(true);
          expect(isWindowOpen(list, new Date(now + (opening.getTime() - now) * part))).toBe(false);
        },
      ),
    );
  });
});
