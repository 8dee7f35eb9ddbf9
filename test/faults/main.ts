/**
 * `npm run test:faults -- [--only change] [--json] [--runs 208] [--seed n] [--at 3,17]`: breaks real things while people click, and counts at the
 * local AWS what should never happen. `--at` plays only these of a plan, to look into one. Ends with 1 where any count is above 0.
 */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runBench } from './change/run-bench.js';

const suites = ['change'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '208' },
    seed: { type: 'string' },
    at: { type: 'string' },
  },
});
if (values.only !== undefined && !suites.some((name) => name === values.only)) {
  process.stderr.write(`--only takes ${suites.join(', ')}\n`);
  process.exit(2);
}
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const runs = Number(values.runs);
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write('--seed and --runs take whole numbers\n');
  process.exit(2);
}
const only = values.at === undefined ? null : values.at.split(',').map(Number);
process.stderr.write(`change: ${only?.length ?? runs} interleavings, seed ${seed}\n`);
const startedAt = Date.now();
const result = await runBench({
  runs,
  seed,
  ...(only === null ? {} : { only }),
  installations: 4,
  workersEach: 2,
  atOnce: 16 * Math.max(2, availableParallelism()),
  onProgress: (done) => {
    if (done % 20 === 0) process.stderr.write(`  ${done} of ${runs} at their end\n`);
  },
});
for (const [what, count] of Object.entries(result.counts)) process.stderr.write(`  ${what}: ${count}\n`);
for (const problem of result.problems) process.stderr.write(`  ${problem}\n`);
process.stderr.write(`  ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
const { doubleWrites, unapprovedWrites, unresolved } = result;
const figures = { runs: result.runs, doubleWrites, unapprovedWrites, unresolved };
process.stdout.write(
  values.json
    ? `${JSON.stringify(figures)}\n`
    : `${Object.entries(figures)
        .map(([name, count]) => `${name}: ${count}`)
        .join('\n')}\n`,
);
process.exit(doubleWrites + unapprovedWrites + unresolved === 0 && result.runs === (only?.length ?? runs) ? 0 : 1);
