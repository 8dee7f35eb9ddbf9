/**
 * `npm run bench:scan`: 1 GB of seeded access logs, as 40 large objects and as 5,000 small ones (420 MB), through our scanner and through what
 * an engineer would reach for, interleaved and shuffled, with medians and ranges; then how much memory ours takes for 4 GB and for one object
 * of a gigabyte unpacked. Exits with 1 where a floor is missed.
 *
 *     --rounds 5   --mb 1050 (of the large set)   --json   --clean (removes the generated files)   --quick (no memory runs)
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version as duckdbVersion } from '@duckdb/node-api';
import { createRandom } from '../world/random.js';
import {
  bothCores,
  type Candidate,
  candidatesFor,
  coldOurs,
  isInstalled,
  lesserMawk,
  type Run,
  run,
  startOurs,
} from './scan/commands.js';
import { concatenateSet, ensureLogSet, type LogSet } from './scan/generate.js';
import type { OursAnswer } from './scan/ours.js';
import { median, ratioOf, type Spread, spreadOf } from './scan/spread.js';
import { awkProgram, isWithin, lesserAwkProgram, readSubset, subsetOf } from './scan/subset.js';

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mb: { type: 'string', default: '1050' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    clean: { type: 'boolean', default: false },
  },
});
const rounds = Number(given.rounds);
const plainMb = Number(given.mb);
const folder = join(tmpdir(), 'cf502-bench-scan');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (given.clean) {
  rmSync(folder, { recursive: true, force: true });
  say(`${folder} is removed.`);
  process.exit(0);
}

const floors = { vsMawkLarge: 3, vsMawkSmall: 2, vsDuckdb: 1.5 } as const;
const maxRssMb = 200;
const share = plainMb / 1050;

say('Writing the logs (kept for the next run; --clean removes them) ...');
const large = await ensureLogSet(folder, {
  name: 'large',
  files: 40,
  plainBytes: Math.round(26_250_000 * share),
  seed: 1,
});
const small = await ensureLogSet(folder, {
  name: 'small',
  files: Math.max(50, Math.round(5_000 * share)),
  plainBytes: 84_000,
  seed: 2,
});
const awk = join(folder, 'count.awk');
writeFileSync(awk, awkProgram);
const lesserAwk = join(folder, 'count-failures.awk');
writeFileSync(lesserAwk, lesserAwkProgram);
const candidates = candidatesFor(awk, lesserAwk);
const present = candidates.filter(isInstalled);
for (const { name, needs } of candidates.filter((candidate) => !present.includes(candidate)))
  say(`${name} is left out: there is no ${needs?.program}. Get it with: ${needs?.remedy}`);

function listOf(set: LogSet): string {
  const list = join(folder, `${set.name}.list`);
  writeFileSync(list, `${set.files.join('\n')}\n`);
  return list;
}

interface Measured {
  readonly seconds: ReadonlyMap<string, readonly number[]>;
  readonly maxRssMb: number;
  readonly isEqual: boolean;
}

/** What a program says of itself. */
function firstLineOf(program: string, parameters: readonly string[]): string | null {
  const { stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.split('\n')[0] || null;
}

const random = createRandom(Date.now());
const warm = startOurs();
/** What the README speaks of: two worker threads in a process that is up. */
const ours = 'ours';
const oursOnOneCore = 'ours, one worker';

/** Everything that is measured, by name. */
function runnersFor(list: string): ReadonlyMap<string, () => Promise<Run>> {
  const ofCandidate = (candidate: Candidate) => [candidate.name, () => run(candidate, list)] as const;
  return new Map([
    [ours, () => warm.ask({ ...bothCores, list })],
    [oursOnOneCore, () => warm.ask({ ...bothCores, list, workers: 1 })],
    ...present.map(ofCandidate),
  ]);
}

async function measure(set: LogSet): Promise<Measured> {
  const list = listOf(set);
  const runners = runnersFor(list);
  const seconds = new Map<string, number[]>([...runners.keys()].map((name) => [name, []]));
  const oracle = await run(coldOurs({ workers: 1, times: 1, isOracle: true }), list);
  const expected = JSON.parse(oracle.stdout) as OursAnswer;
  const subset = subsetOf(expected.result);
  let rss = 0;
  let isEqual = true;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, runner] of random.shuffled([...runners])) {
      const done = await runner();
      // The first round warms the page cache and proves the counts.
      if (round > 0) seconds.get(name)?.push(done.seconds);
      if (name.startsWith('ours')) {
        const answer = JSON.parse(done.stdout) as OursAnswer;
        rss = Math.max(rss, answer.maxRssMb);
        if (JSON.stringify(answer.result) !== JSON.stringify(expected.result)) isEqual = false;
      } else if (/mawk|DuckDB/.test(name) && name !== lesserMawk && !isWithin(subset, readSubset(done.stdout)))
        isEqual = false;
    }
    say(`${set.name}: ${round === 0 ? 'warm' : `round ${round} of ${rounds}`}, load ${loadavg()[0]?.toFixed(1)}`);
  }
  return { seconds, maxRssMb: rss, isEqual };
}

const measured = { large: await measure(large), small: await measure(small) };
const secondsOf = (set: Measured, name: string) => set.seconds.get(name) ?? [];
const against = (set: Measured, name: string): Spread | null => ratioOf(secondsOf(set, name), secondsOf(set, ours));
const named = (part: string) => present.find(({ name }) => name.startsWith(part))?.name ?? part;

const memory: Record<string, number> = { large: measured.large.maxRssMb, small: measured.small.maxRssMb };
if (!given.quick) {
  const four = await warm.ask({ ...bothCores, times: 4, list: listOf(large) });
  memory['four times the large set'] = (JSON.parse(four.stdout) as OursAnswer).maxRssMb;
  say('Writing one large object ...');
  const one = concatenateSet(folder, large);
  const alone = await run(coldOurs(bothCores), listOf(one));
  memory[`one object of ${Math.round(one.bytes / 1e6)} MB`] = (JSON.parse(alone.stdout) as OursAnswer).maxRssMb;
}
warm.stop();

const limit = against(measured.large, named('libdeflate'));
const ratios = {
  vsMawkLarge: against(measured.large, named('zcat | mawk')),
  vsMawkSmall: against(measured.small, named('zcat | mawk')),
  vsDuckdb: against(measured.large, named('DuckDB')),
  vsMawkLargeFailuresOnly: against(measured.large, lesserMawk),
  vsMawkSmallFailuresOnly: against(measured.small, lesserMawk),
  vsGzip: against(measured.large, named('gzip')),
  vsZgrep: against(measured.large, named('zgrep')),
  shareOfLimit: limit,
  vsMawkLargeFromCold: ratioOf(
    secondsOf(measured.large, named('zcat | mawk')),
    secondsOf(measured.large, named('ours, from')),
  ),
  scaling: ratioOf(secondsOf(measured.large, oursOnOneCore), secondsOf(measured.large, ours)),
};
const peakRssMb = Math.max(...Object.values(memory));
const equal = measured.large.isEqual && measured.small.isEqual;
const misses = [
  ...Object.entries(floors).flatMap(([name, floor]) => {
    const ratio = ratios[name as keyof typeof floors];
    if (ratio === null) return [`${name} was not measured`];
    return ratio.median >= floor ? [] : [`${name} is ${ratio.median.toFixed(2)}, the floor ${floor}`];
  }),
  ...(peakRssMb > maxRssMb ? [`peakRssMb is ${peakRssMb}, the limit ${maxRssMb}`] : []),
  ...(equal ? [] : ['the counts differ']),
];

const figures = {
  ...Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, ratio?.median ?? null])),
  peakRssMb,
  equal,
  misses,
  ranges: Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, ratio?.range ?? null])),
  seconds: Object.fromEntries(
    Object.entries(measured).map(([set, { seconds }]) => [
      set,
      Object.fromEntries([...seconds].map(([name, all]) => [name, spreadOf(all)])),
    ]),
  ),
  memoryMb: memory,
  rounds,
  sets: [large, small].map(({ name, files, bytes }) => ({
    name,
    files: files.length,
    megabytes: Math.round(bytes / 1e6),
  })),
  machine: {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    os: `${platform()} ${release()} ${arch()}`,
    load: loadavg(),
  },
  versions: {
    node: process.version,
    mawk: firstLineOf('mawk', ['-W', 'version']),
    gzip: firstLineOf('gzip', ['--version']),
    libdeflate: firstLineOf('libdeflate-gunzip', ['-V']),
    duckdb: duckdbVersion(),
  },
};
if (given.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else {
  for (const [set, { seconds }] of Object.entries(measured))
    for (const [name, all] of [...seconds].sort(([, a], [, b]) => median(a) - median(b)))
      process.stdout.write(
        `${set.padEnd(6)} ${name.padEnd(34)} ${spreadOf(all).median.toFixed(2)} s (${spreadOf(all)
          .range.map((one) => one.toFixed(2))
          .join(' to ')})\n`,
      );
  process.stdout.write(`${JSON.stringify({ ...figures, seconds: undefined }, null, 2)}\n`);
}
for (const miss of misses) say(`Missed: ${miss}.`);
process.exitCode = misses.length > 0 ? 1 : 0;
