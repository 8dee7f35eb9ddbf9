/**
 * `npm run bench:diagnosis`: how often cf502 names the right cause. Every case is a world of its own on loopback, judged the whole way from
 * collection to verdict, and beside it by the article's own runbook. `--json` prints one object; `--only <text>` takes the cases with that text
 * in their id and shows each; `--save <folder>` keeps the bags of the missed ones for `cf502 replay`. Exits with 1 where a goal is missed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapBounded } from '../../src/collectors/bounded.js';
import { renderBagFile } from '../../src/diagnosis/bag-file.js';
import { answerOf } from './diagnosis/answer.js';
import { followRunbook } from './diagnosis/article-runbook.js';
import type { BenchCase } from './diagnosis/bench-case.js';
import { cases } from './diagnosis/cases/index.js';
import { renderCase, renderReport } from './diagnosis/print.js';
import { raiseWorld } from './diagnosis/raise-world.js';
import { askProduct } from './diagnosis/run-product.js';
import { listFaults, missedGoals, type Scored, scoreAnswers } from './diagnosis/score.js';
import { startStage } from './diagnosis/stage.js';

/** A case waits more than it works. */
const casesAtOnce = 12;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    save: { type: 'string' },
  },
});

const chosen = cases
  .map((bench, index) => ({ bench, caseNumber: index + 1 }))
  .filter(({ bench }) => options.only === undefined || bench.id.includes(options.only));
if (chosen.length === 0) {
  process.stderr.write(`No case has ${options.only} in its id. They begin with: ${familiesOf(cases)}\n`);
  process.exit(2);
}

const startedAt = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'cf502-bench-'));
const stage = await startStage();
const rootsFile = join(folder, 'roots.pem');
writeFileSync(rootsFile, stage.authority.root.pem);

const results = await mapBounded(chosen, casesAtOnce, async (one) => {
  // The port that one host of a case was given may be taken at the address of another.
  return runCase(one).catch(() => runCase(one));
});
await stage.stop();
rmSync(folder, { recursive: true, force: true });

const product = results.map((one) => one.product);
const baseline = results.map((one) => one.baseline);
const scores = scoreAnswers(product);
const missed = missedGoals(scores);
if (options.json) {
  const failures = product.flatMap((one) => {
    const faults = listFaults(one);
    const { outcome, causes, headline } = one.answer;
    return faults.length === 0
      ? []
      : [{ case: one.bench.id, expected: one.bench.expected, said: { outcome, causes, headline }, faults }];
  });
  process.stdout.write(`${JSON.stringify({ ...scores, baseline: scoreAnswers(baseline), failures })}\n`);
} else process.stdout.write(renderReport({ product, baseline, elapsedMs: Date.now() - startedAt }));
for (const goal of missed) process.stderr.write(`missed: ${goal}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

function familiesOf(all: readonly BenchCase[]): string {
  return [...new Set(all.map(({ family }) => family))].join(', ');
}

async function runCase({ bench, caseNumber }: (typeof chosen)[number]) {
  const world = await raiseWorld(stage, bench, caseNumber);
  try {
    const { bag, verdict, elapsedMs } = await askProduct(stage, world);
    const product: Scored = { bench, answer: answerOf(verdict, elapsedMs) };
    const tools = { dnsServer: stage.dns.server, rootsFile };
    const baseline: Scored = { bench, answer: await followRunbook(tools, world) };
    if (options.save !== undefined && (listFaults(product).length > 0 || options.only !== undefined)) {
      mkdirSync(options.save, { recursive: true });
      const name = `${bench.id.replaceAll('/', '--')}.json`;
      writeFileSync(join(options.save, name), renderBagFile({ bag, now: new Date(verdict.concludedAt) }, 'bench'));
    }
    if (options.only !== undefined) process.stderr.write(renderCase(product, baseline));
    return { product, baseline };
  } finally {
    await world.stop();
  }
}
