import { describe, expect, it } from '@jest/globals';
import { describeLogs, type LogNotesInput } from '../../src/collectors/log-notes.js';

function notes(differs: Partial<LogNotesInput> = {}): readonly string[] {
  return describeLogs({
    window: { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T12:00:00.000Z' },
    now: new Date('2026-11-25T00:00:00.000Z'),
    hours: ['10', '11'].map((hour) => ({ hour: `2026-11-20T${hour}:00:00.000Z`, objects: 1, rows: 5 })),
    newestRow: '2026-11-20T11:59:58.000Z',
    rows: { inWindow: 10, outsideWindow: 0, malformed: 0, duplicates: 0 },
    missingFields: [],
    hiddenOriginErrors: 0,
    duplicateDoubts: [],
    ...differs,
  });
}

describe('describeLogs', () => {
  it('has nothing to say of logs that are whole and old enough', () => {
    expect(notes()).toEqual([]);
  });

  const rows: readonly [string, Partial<LogNotesInput>, string][] = [
    [
      'rows that may still come',
      { now: new Date('2026-11-20T12:00:00.000Z'), newestRow: '2026-11-20T11:45:00.000Z' },
      'Logs can arrive up to 24 hours late; the newest row is from 2026-11-20 11:45 UTC, 15 minutes before the end of the window.',
    ],
    [
      'rows that may still come, up to the end',
      { now: new Date('2026-11-20T12:00:00.000Z') },
      'Logs can arrive up to 24 hours late; the newest row is from 2026-11-20 11:59 UTC.',
    ],
    [
      'lines that are no rows',
      { rows: { inWindow: 1, outsideWindow: 0, malformed: 1, duplicates: 0 } },
      '1 line could not be understood and is not counted.',
    ],
    [
      'what such lines look like',
      {
        rows: {
          inWindow: 1,
          outsideWindow: 0,
          malformed: 12,
          malformedSamples: ['9 of 33 columns: 0000-00-00'],
          duplicates: 0,
        },
      },
      '12 lines could not be understood and are not counted, such as “9 of 33 columns: 0000-00-00”.',
    ],
    [
      'rows that may be counted twice',
      { duplicateDoubts: ['forgotten'] },
      'Rows that were delivered twice may not be counted exactly once: there were more of them than can be remembered, or an object that holds them broke off.',
    ],
    [
      'rows that have no ids',
      { duplicateDoubts: ['no-ids'] },
      'Rows that were delivered twice count twice where the logs hold no request ids, by which such rows are told.',
    ],
  ];
  it.each(rows)('tells of %s', (_name, differs, expected) => {
    expect(notes(differs)).toEqual([expected]);
  });

  it('names the first of many missing hours', () => {
    const hours = Array.from({ length: 10 }, (_, index) => ({
      hour: `2026-11-20T0${index}:00:00.000Z`,
      objects: index === 0 ? 1 : 0,
      rows: 0,
    }));
    expect(notes({ hours })).toEqual([
      expect.stringMatching(/begin at 2026-11-20 01:00 UTC, .* and 3 more: no traffic/),
    ]);
  });
});
