/**
 * Makes golden cases of saved bags. `node dist/test/playground/golden.js <bag.json> <name> "<what the story is>"` promotes a bag of `--save`;
 * `--refresh` writes the verdicts of all cases anew, to be read in the diff. A real bag names hosts, paths and distributions: look before
 * you commit it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../../src/checks/index.js';
import type { SavedBag } from '../../src/diagnosis/bag-file.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import { readBag } from '../../src/platform/bag-files.js';
import { goldenFolder, readGoldenCases, summariseVerdict } from '../diagnosis/golden-case.js';

const [first, name, story] = process.argv.slice(2);
if (first === '--refresh') {
  for (const golden of readGoldenCases())
    write(golden.name, golden.story, { bag: golden.bag, now: new Date(golden.now) });
} else if (first === undefined || name === undefined || story === undefined || !/^[a-z0-9-]+$/.test(name)) {
  process.stderr.write('usage: golden.js <bag.json> <kebab-case-name> "<what the story is>", or golden.js --refresh\n');
  process.exitCode = 2;
} else write(`${name}.json`, story, readBag(first));

function write(fileName: string, of: string, { bag, now }: SavedBag): void {
  const verdict = summariseVerdict(concludeVerdict(bag, evaluateEvidence(checks, bag, now), now));
  const golden = { story: of, now: now.toISOString(), bag, verdict };
  writeFileSync(join(goldenFolder, fileName), `${JSON.stringify(golden, null, 2)}\n`);
  process.stdout.write(`${join(goldenFolder, fileName)}: ${verdict.headline}\n`);
}
