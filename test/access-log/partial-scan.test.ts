/** Shares of a scan: any sharding, carried as text and merged in any order, comes to the same. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createPartialScan,
  decodePartialScan,
  encodePartialScan,
  maxPartialScanLength,
  type PartialScan,
  PartialScanError,
} from '../../src/access-log/partial-scan.js';
import type { AccessLogRow } from '../world/access-logs.js';
import { plantStory } from '../world/log-story.js';
import { aggregateOf, rowAt, window } from './log-builders.js';

const options = { window, pathPattern: null, behaviours: ['/api/*', '*'] };
const story = plantStory({
  seed: 11,
  window: { from: new Date(window.from), to: new Date(window.to) },
  requestsPerMinute: 6,
  failures: [{ share: 0.3, detailedResult: 'OriginReadError' }],
});

function partOf(rows: readonly AccessLogRow[], malformed = 0): PartialScan {
  const part = createPartialScan(options);
  part.add({ aggregate: aggregateOf(rows), malformed, duplicates: 0, missingFields: new Set() });
  return part;
}

const carried = (part: PartialScan) => decodePartialScan(encodePartialScan(part), options);

/** Cuts rows at the given places. */
function cutAt<Row>(rows: readonly Row[], cuts: readonly number[]): readonly (readonly Row[])[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b), rows.length];
  return places.slice(1).map((end, index) => rows.slice(places[index], end));
}

describe('shares of a scan', () => {
  it('come to the same however the objects are shared out and in whichever order they arrive', () => {
    const whole = partOf(story).finish();
    const cuts = fc.array(fc.integer({ min: 0, max: story.length }), { maxLength: 6 });
    fc.assert(
      fc.property(
        cuts,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.boolean(),
        (at, keys, deep) => {
          const parts = cutAt(story, at).map((rows) => carried(partOf(rows)));
          const total = createPartialScan(options);
          const shuffled = parts
            .map((part) => ({ part, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ part }) => part);
          if (deep) {
            // ((a b) (c d)) rather than (((a b) c) d), and through text once more.
            const half = createPartialScan(options);
            for (const part of shuffled.splice(0, Math.ceil(shuffled.length / 2))) half.merge(part);
            total.merge(carried(half));
          }
          for (const part of shuffled) total.merge(part);
          expect({ ...total.finish(), objects: 1 }).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keep what else was noticed', () => {
    const part = createPartialScan(options);
    part.add({
      aggregate: aggregateOf([rowAt('10:00:00')]),
      malformed: 2,
      malformedSamples: ['b', 'd', 'f', 'h'],
      duplicates: 3,
      missingFields: new Set(['sc-bytes']),
    });
    part.doubtDuplicates('no-ids');
    part.doubtDuplicates('forgotten');
    const other = createPartialScan(options);
    other.add({
      aggregate: aggregateOf([]),
      malformed: 5,
      malformedSamples: ['a', 'b', 'c'],
      duplicates: 0,
      missingFields: [],
    });
    const total = createPartialScan(options);
    total.merge(other);
    total.merge(carried(part));
    expect(total.finish()).toMatchObject({
      objects: 2,
      malformed: 7,
      malformedSamples: ['a', 'b', 'c', 'd', 'f'],
      duplicates: 3,
      duplicateDoubts: ['forgotten', 'no-ids'],
      missingFields: ['sc-bytes'],
      requests: 1,
    });
  });

  it.each([
    ['no JSON', '{'],
    ['another version', encodePartialScan(createPartialScan(options)).replace(/"version":\d+/, '"version":0')],
    ['a negative count', encodePartialScan(createPartialScan(options)).replace('"requests":0', '"requests":-1')],
    ['something more', encodePartialScan(createPartialScan(options)).replace('{', '{"more":1,')],
    ['a text beyond the cap', ' '.repeat(maxPartialScanLength + 1)],
  ])('are refused where they hold %s', (_what, text) => {
    expect(() => decodePartialScan(text, options)).toThrow(PartialScanError);
  });

  it('are refused by a scan of something else', () => {
    const text = encodePartialScan(createPartialScan(options));
    expect(() => decodePartialScan(text, { ...options, pathPattern: '/api/*' })).toThrow(/another window/);
  });
});
