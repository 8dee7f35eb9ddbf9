/** The import law of the house, executed. A folder that the table does not name fails; so does an import that it does not allow. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Room -> the rooms it may import from. `failure` is the file src/failure.ts, and so on. */
const law: Readonly<Record<string, readonly string[]>> = {
  diagnosis: [],
  checks: ['diagnosis'],
  audit: ['diagnosis'],
  remediation: ['diagnosis'],
  'access-log': ['diagnosis'],
  render: ['diagnosis', 'audit', 'remediation'],
  terminal: ['diagnosis', 'audit', 'remediation'],
  failure: [],
  process: ['failure'],
  config: ['failure', 'platform'],
  policy: ['failure'],
  platform: ['config', 'policy', 'failure', 'diagnosis', 'remediation'],
  collectors: ['diagnosis', 'access-log', 'platform', 'failure'],
  queue: ['diagnosis', 'remediation', 'platform', 'failure'],
  slack: ['listeners', 'render', 'queue', 'diagnosis', 'remediation', 'platform', 'failure', 'policy', 'config'],
  listeners: ['slack', 'render', 'queue', 'diagnosis', 'remediation', 'platform', 'failure', 'policy', 'config'],
  jobs: [
    'diagnosis',
    'checks',
    'audit',
    'remediation',
    'access-log',
    'render',
    'failure',
    'process',
    'config',
    'policy',
    'platform',
    'collectors',
    'queue',
    'slack',
    'doctor',
  ],
  doctor: ['diagnosis', 'platform', 'failure', 'config', 'policy', 'slack'],
  commands: ['diagnosis', 'terminal', 'doctor', 'platform', 'failure', 'config', 'policy'],
  // The mains put the house together.
  main: ['*'],
};

/** What jobs must not touch although they may import from src/slack: whoever builds the Bolt app is the bot's. */
const botOnly = ['src/slack/app.ts'];
const mains = ['src/main.ts', 'src/cli.ts', 'jobs/main.ts', 'jobs/start.ts'];

function roomOf(path: string): string | null {
  if (mains.includes(path)) return 'main';
  const parts = path.split('/');
  if (parts[0] === 'jobs') return 'jobs';
  if (parts[0] === 'test') return 'test';
  if (parts[0] !== 'src') return null;
  if (parts.length === 2) return (parts[1] ?? '').replace(/\.ts$/, '');
  if (parts[1] === 'slack' && parts[2] === 'render') return 'render';
  if (parts[1] === 'slack' && parts[2] === 'listeners') return 'listeners';
  return parts[1] ?? null;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function findTrespasses(files: readonly SourceFile[]): readonly string[] {
  const trespasses: string[] = [];
  for (const { path, text } of files) {
    const room = roomOf(path);
    const allowed = room === null ? undefined : law[room];
    if (room === null || allowed === undefined) {
      trespasses.push(`${path}: its folder is not in the table`);
      continue;
    }
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)) {
      const target = normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts');
      const targetRoom = roomOf(target);
      if (targetRoom === room && room !== 'main') continue;
      const isAllowed =
        targetRoom !== null && targetRoom !== 'test' && (allowed.includes('*') || allowed.includes(targetRoom));
      if (!isAllowed || (room === 'jobs' && botOnly.includes(target))) trespasses.push(`${path} imports ${target}`);
    }
  }
  return trespasses;
}

function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: relative('.', join(folder, name)), text: readFileSync(join(folder, name), 'utf8') }));
}

describe('the import law', () => {
  it('holds for every file of src and jobs', () => {
    expect(findTrespasses([...readSources('src'), ...readSources('jobs')])).toEqual([]);
  });

  it.each([
    ['a check that looks', 'src/checks/planted.ts', "import { callAws } from '../platform/aws.js';"],
    ['a collector that judges', 'src/collectors/planted.ts', "import { checks } from '../checks/index.js';"],
    ['diagnosis that imports anything', 'src/diagnosis/planted.ts', "import { Failure } from '../failure.js';"],
    [
      'a render that talks to Redis',
      'src/slack/render/planted.ts',
      "import type { Redis } from '../../platform/redis.js';",
    ],
    ['src that imports jobs', 'src/queue/planted.ts', "import { checkJob } from '../../jobs/check.js';"],
    ['a job that imports the bot', 'jobs/planted.ts', "import { startBot } from '../src/slack/app.js';"],
    [
      'a job that imports a listener',
      'jobs/planted.ts',
      "import { onCheck } from '../src/slack/listeners/command-cf502.js';",
    ],
    ['the product importing tests', 'src/platform/planted.ts', "import { world } from '../../test/world/world.js';"],
    ['a dynamic import', 'src/checks/planted.ts', "const it = await import('../collectors/dns.js');"],
    ['a folder nobody named', 'src/helpers/planted.ts', ''],
  ])('catches %s', (_what, path, text) => {
    expect(findTrespasses([{ path, text }])).toHaveLength(1);
  });
});

describe('the environment', () => {
  it('is read in src/config.ts only', () => {
    const readers = [...readSources('src'), ...readSources('jobs')].filter(({ text }) =>
      /process\.env\b/.test(text.replace(/^\s*(\*|\/\/|\/\*\*).*$/gm, '')),
    );
    expect(readers.map(({ path }) => path)).toEqual(['src/config.ts']);
  });
});
