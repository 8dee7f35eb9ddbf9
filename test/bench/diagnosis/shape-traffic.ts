/** Traffic whose load swings over the hour, and failures that follow the load, fall with it or do neither. Seeded. */
import type { AccessLogRow } from '../../world/access-logs.js';
import { createRandom } from '../../world/random.js';
import type { WorldSketch } from './bench-case.js';

export interface LoadShape {
  /** Share of the requests that fail at this load, which goes from 0.2 (quiet) to 1 (busiest). */
  readonly failShare: (load: number, method: string) => number;
  readonly status?: number;
  readonly detailedResult: string;
  /** Least and most; a race is lost within milliseconds. */
  readonly timeTakenSeconds: readonly [number, number];
  /** A part of the failures that goes by another status instead. */
  readonly others?: { readonly share: number; readonly status: number; readonly detailedResult: string };
}

const quietest = 0.2;
const swings = 3;

/** Drops rows where it is quiet, and makes rows fail by the load of their minute. */
export function shapeLoad(shape: LoadShape): NonNullable<WorldSketch['editRows']> {
  return (rows, { number }) => {
    const random = createRandom(number);
    const [first, last] = [rows[0]?.at.getTime() ?? 0, rows.at(-1)?.at.getTime() ?? 1];
    return rows.flatMap((row): readonly AccessLogRow[] => {
      const minute = Math.floor((row.at.getTime() - first) / 60_000) * 60_000;
      const load = quietest + (1 - quietest) * Math.sin((Math.PI * swings * minute) / (last - first)) ** 2;
      if (random.next() > load) return [];
      if (random.next() >= shape.failShare(load, row.values['cs-method'] ?? 'GET')) return [row];
      const other = shape.others !== undefined && random.next() < shape.others.share ? shape.others : null;
      const [least, most] = shape.timeTakenSeconds;
      return [
        failed(row, {
          status: other?.status ?? shape.status ?? 502,
          detailedResult: other?.detailedResult ?? shape.detailedResult,
          seconds: random.between(least, most),
        }),
      ];
    });
  };
}

/** The same request, failed. */
export function failed(
  { at, values }: AccessLogRow,
  how: { readonly status: number; readonly detailedResult: string; readonly seconds: number },
): AccessLogRow {
  return {
    at,
    values: {
      ...values,
      'sc-status': String(how.status),
      'x-edge-result-type': 'Error',
      'x-edge-response-result-type': 'Error',
      'x-edge-detailed-result-type': how.detailedResult,
      'time-taken': how.seconds.toFixed(3),
      'time-to-first-byte': how.seconds.toFixed(3),
      'sc-bytes': '900',
    },
  };
}
