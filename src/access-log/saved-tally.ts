/** A tally as plain JSON, so that it can cross processes, and its validation: what comes from a queue is not trusted. */
import { z } from 'zod';
import { addCount } from './counts.js';
import type { SavedFolder } from './path-tree.js';
import { timedStatuses } from './server-error-durations.js';
import { createTally, minuteOf, type Tally, tabledDimensions } from './tally.js';

const number = z.number();
const count = z.int().nonnegative();
/** The longest are paths of eight templated segments. */
const text = z.string().max(1_024);
const savedCount = z.tuple([text, count, count]);
const bands = z.array(z.tuple([count, count])).max(32);

const savedFolder: z.ZodType<SavedFolder> = z.strictObject({
  files: z.array(savedCount),
  get folders() {
    return z.array(z.tuple([text, savedFolder]));
  },
  filesAreFolded: z.boolean(),
  foldersAreFolded: z.boolean(),
});

const savedSample = z.strictObject({
  at: text,
  requestId: text,
  edgeLocation: text,
  method: text,
  host: text,
  path: text,
  detailedResult: text,
  timeTakenSeconds: number.nullable(),
});

/** The shape of a tally in JSON. Its size is bounded by the caps of the parts, not by the logs. */
export const savedTally = z.strictObject({
  newest: number.nullable(),
  oldest: number.nullable(),
  inWindow: count,
  outsideWindow: count,
  requests: count,
  failures: count,
  hiddenOriginErrors: count,
  rowsByHour: z.array(z.tuple([number, count])),
  minutes: z.array(z.tuple([number, count, count])),
  statuses: z.array(z.tuple([z.int().min(0).max(999), count])),
  sizes: bands,
  times: bands,
  tables: z.strictObject({
    behaviour: z.array(savedCount),
    method: z.array(savedCount),
    'edge-location': z.array(savedCount),
    host: z.array(savedCount),
    'protocol-version': z.array(savedCount),
    'detailed-result': z.array(savedCount),
  }),
  paths: savedFolder,
  cells: z.array(z.tuple([text, text, text, text, count, count, count, number, number])),
  traffics: z.strictObject({
    isOver: z.boolean(),
    traffics: z.array(
      z.tuple([
        text,
        z.tuple([count, count, count, count]),
        count,
        count,
        z.array(z.tuple([number, count, count, count, count, count])),
      ]),
    ),
  }),
  serverErrors: z.strictObject({
    isKnown: z.boolean(),
    cells: z.array(z.tuple([text, z.enum(timedStatuses), text, count, count])),
  }),
  durations: z.strictObject({ buckets: z.array(z.tuple([number, count])), maxMs: number }),
  samples: z.array(z.tuple([count, savedSample])).max(100),
});
export type SavedTally = z.infer<typeof savedTally>;

export function saveTally(tally: Tally): SavedTally {
  const saved: SavedTally = {
    newest: Number.isFinite(tally.newest) ? tally.newest : null,
    oldest: Number.isFinite(tally.oldest) ? tally.oldest : null,
    inWindow: tally.inWindow,
    outsideWindow: tally.outsideWindow,
    requests: tally.requests,
    failures: tally.failures,
    hiddenOriginErrors: tally.hiddenOriginErrors,
    rowsByHour: [...tally.rowsByHour],
    minutes: [...tally.minutes].map(([minute, { requests, failures }]) => [minute, requests, failures]),
    statuses: [...tally.statuses.entries()].filter(([, requests]) => requests > 0),
    sizes: tally.sizes.map(({ requests, failures }) => [requests, failures]),
    times: tally.times.map(({ requests, failures }) => [requests, failures]),
    tables: {
      behaviour: [],
      method: [],
      'edge-location': [],
      host: [],
      'protocol-version': [],
      'detailed-result': [],
    },
    paths: tally.paths.save(),
    cells: tally.cells.save(),
    traffics: tally.traffics.save(),
    serverErrors: tally.serverErrors.save(),
    durations: tally.durations.save(),
    samples: tally.samples.save(),
  };
  for (const dimension of tabledDimensions) saved.tables[dimension] = tally.tables[dimension].save();
  return saved;
}

/** The tally that was saved. */
export function restoreTally(saved: SavedTally): Tally {
  const tally = createTally();
  tally.newest = saved.newest ?? Number.NEGATIVE_INFINITY;
  tally.oldest = saved.oldest ?? Number.POSITIVE_INFINITY;
  tally.inWindow = saved.inWindow;
  tally.outsideWindow = saved.outsideWindow;
  tally.requests = saved.requests;
  tally.failures = saved.failures;
  tally.hiddenOriginErrors = saved.hiddenOriginErrors;
  for (const [hour, rows] of saved.rowsByHour) tally.rowsByHour.set(hour, rows);
  for (const [minute, requests, failures] of saved.minutes) addCount(minuteOf(tally, minute), { requests, failures });
  for (const [status, requests] of saved.statuses) tally.statuses[status] = requests;
  restoreBands(tally.sizes, saved.sizes);
  restoreBands(tally.times, saved.times);
  for (const dimension of tabledDimensions) tally.tables[dimension].restore(saved.tables[dimension]);
  tally.paths.restore(saved.paths);
  tally.cells.restore(saved.cells);
  tally.traffics.restore(saved.traffics);
  tally.serverErrors.restore(saved.serverErrors);
  tally.durations.restore(saved.durations);
  tally.samples.restore(saved.samples);
  return tally;
}

function restoreBands(into: Tally['sizes'], saved: SavedTally['sizes']): void {
  for (const [index, band] of into.entries()) {
    const [requests, failures] = saved[index] ?? [0, 0];
    addCount(band, { requests, failures });
  }
}
