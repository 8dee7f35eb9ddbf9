/** `--since`, `--from`, `--to`: what each form means, and the sentence for each that cannot be used. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration, parseMoment, parseWindow } from '../../src/diagnosis/window.js';
import { anyCharacter } from '../builders/any-character.js';

const now = new Date('2026-11-20T10:15:30.500Z');
const limits = { defaultSinceMinutes: 60, maxWindowHours: 24 };
const end = '2026-11-20T10:15:30.000Z';

describe('parseDuration', () => {
  it.each([
    ['30m', 30],
    ['30min', 30],
    ['90 minutes', 90],
    ['2h', 120],
    ['2 hrs', 120],
    ['1d', 1440],
    ['1h30m', 90],
    ['1H 30M', 90],
    ['', null],
    ['30', null],
    ['2x', null],
    ['h', null],
    ['-1h', null],
    ['1.5h', null],
    ['1month', null],
  ])('%j is %j minutes', (text, minutes) => {
    expect(parseDuration(text)).toBe(minutes);
  });
});

describe('parseMoment', () => {
  it.each([
    ['2026-11-20T10:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20 10:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00Z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00:05.123Z', '2026-11-20T10:00:05.000Z'],
    ['2026-11-20T10:00+02:00', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20T10:00-0530', '2026-11-20T15:30:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseMoment(text)?.toISOString()).toBe(iso);
  });

  it.each(['2026-02-30T10:00', '2026-13-01', '2026-11-20T25:00', '2026-11-20T10:60', '20.11.2026', '10:00', 'now', ''])(
    '%j is no time',
    (text) => {
      expect(parseMoment(text)).toBeNull();
    },
  );
});

describe('parseWindow', () => {
  it.each([
    ['nothing given', {}, '2026-11-20T09:15:00.000Z', '2026-11-20T10:16:00.000Z', 'since 60m'],
    ['--since 2h', { since: '2h' }, '2026-11-20T08:15:00.000Z', '2026-11-20T10:16:00.000Z', 'since 120m'],
    ['--since 1d', { since: '1d' }, '2026-11-19T10:15:00.000Z', '2026-11-20T10:16:00.000Z', 'since 1440m'],
    [
      '--from alone',
      { from: '2026-11-20T10:00' },
      '2026-11-20T10:00:00.000Z',
      end,
      'from 2026-11-20T10:00:00.000Z to now',
    ],
    [
      '--from and --to',
      { from: '2026-11-20T08:00', to: '2026-11-20T09:00Z' },
      '2026-11-20T08:00:00.000Z',
      '2026-11-20T09:00:00.000Z',
      'from 2026-11-20T08:00:00.000Z to 2026-11-20T09:00:00.000Z',
    ],
  ])('reads %s', (_, request, from, to, asked) => {
    expect(parseWindow(request, now, limits)).toEqual({ ok: true, window: { from, to }, asked });
  });

  it.each([
    ['both forms', { since: '1h', from: '2026-11-20' }, /either --since or --from/],
    ['an unreadable length', { since: '2x' }, /“2x” is not a length of time/],
    ['no length', { since: '0m' }, /at least 1m/],
    ['--to alone', { to: '2026-11-20' }, /--to needs --from/],
    ['an unreadable --from', { from: 'noon' }, /“noon” is not a time for --from/],
    ['an unreadable --to', { from: '2026-11-20', to: 'noon' }, /“noon” is not a time for --to/],
    ['a start in the future', { from: '2026-11-21' }, /begins in the future: 2026-11-21 00:00 UTC/],
    ['an end in the future', { from: '2026-11-20', to: '2026-11-20T10:16' }, /ends in the future/],
    ['an empty window', { from: '2026-11-20T09:00', to: '2026-11-20T09:00' }, /window is empty/],
    ['a window back to front', { from: '2026-11-20T09:00', to: '2026-11-20T08:00' }, /window is empty/],
    ['a window too long', { since: '25h' }, /at most 24 hours/],
    ['a window a minute too long', { since: '24h1m' }, /at most 24 hours/],
    ['a window far too long', { since: '999999w' }, /at most 24 hours/],
  ])('refuses %s', (_, request, problem) => {
    expect(parseWindow(request, now, limits)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('allows exactly the longest window', () => {
    expect(parseWindow({ since: '24h' }, now, limits)).toMatchObject({ ok: true });
  });

  it('is the same window within a minute, and holds the minute that is not over', () => {
    const at = (time: string) => parseWindow({ since: '1h' }, new Date(`2026-11-20T${time}Z`), limits);
    expect(at('10:15:00.001')).toEqual(at('10:15:59.999'));
    expect(at('10:16:00.001')).not.toEqual(at('10:15:59.999'));
  });

  it('never throws, and an accepted window lies in the past but for the minute that is not over, is not empty and not too long', () => {
    const word = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 30 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.tuple(fc.nat(), fc.constantFrom('m', 'h', 'd')).map(([count, unit]) => `${count}${unit}`),
    );
    const request = fc.record({ since: word, from: word, to: word }, { requiredKeys: [] });
    fc.assert(
      fc.property(request, (asked) => {
        const parsed = parseWindow(asked, now, limits);
        if (!parsed.ok) return parsed.problem.endsWith('.');
        const [from, to] = [Date.parse(parsed.window.from), Date.parse(parsed.window.to)];
        return from < to && to < now.getTime() + 60_000 && to - from < 24 * 3_600_000 + 120_000;
      }),
      { numRuns: 500 },
    );
  });
});
