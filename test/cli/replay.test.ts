/** `--save` and `replay`: a check whose evidence is kept says the same again, without AWS and network. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildIfStale } from '../world/product.js';
import { distributionId, startTerminalWorld, type TerminalWorld } from './terminal-world.js';

let world: TerminalWorld;
let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  buildIfStale();
  folder = mkdtempSync(join(tmpdir(), 'cf502-replay-'));
  world = await startTerminalWorld();
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a saved check', () => {
  it('is replayed byte for byte, as text and as JSON', async () => {
    await world.plant('expired', 1);
    const file = inFolder('bag.json');
    const asked = ['check', distributionId, '--since', '1h', '--save', file];
    const text = await world.run(asked);
    expect(text.code).toBe(1);
    expect(statSync(file).mode & 0o077).toBe(0);

    const calls = world.aws.calls.length;
    const replayed = await world.run(['replay', file]);
    expect(replayed).toEqual({ code: 1, stdout: text.stdout, stderr: '' });

    const json = await world.run([...asked, '--json']);
    const again = await world.run(['replay', file, '--json']);
    expect(json.stdout).toMatch(/"format": "cf502\.report\/1"/);
    expect(again).toEqual({ code: 1, stdout: json.stdout, stderr: '' });
    expect(world.aws.calls.length).toBeGreaterThan(calls);

    const before = world.aws.calls.length;
    await world.run(['replay', file]);
    expect(world.aws.calls.length).toBe(before);
  });

  it('of nothing wrong ends with 0 again', async () => {
    await world.plant('none', 0);
    const file = inFolder('healthy.json');
    const { stdout } = await world.run(['check', distributionId, '--since', '1h', `--save=${file}`]);
    expect(await world.run(['replay', file])).toEqual({ code: 0, stdout, stderr: '' });
  });
});

describe('what cannot be saved or replayed', () => {
  it.each([
    ['no file named', ['replay'], /^Say which file to replay/],
    ['two files', ['replay', 'a.json', 'b.json'], /^Say which file to replay/],
    ['a file that is not there', ['replay', 'nowhere/bag.json'], /cannot be read: there is no such file/],
    ['a folder', ['replay', 'src'], /it is a folder/],
    ['some other JSON', ['replay', 'package.json'], /package\.json is not a bag of evidence\. Save one with/],
    ['--save without a name', ['check', distributionId, '--save'], /^Say where to keep the evidence/],
    [
      '--save where nothing can be',
      ['check', distributionId, '--save', 'nowhere/bag.json'],
      /there is no such file or folder/,
    ],
  ])('%s: exit code 2 and the reason', async (_, words, reason) => {
    expect(await world.run(words)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(reason) });
  });

  it('a bag of another version', async () => {
    const saved = JSON.parse(readFileSync(inFolder('bag.json'), 'utf8')) as object;
    writeFileSync(inFolder('old.json'), JSON.stringify({ ...saved, format: 'cf502.bag/0' }));
    expect(await world.run(['replay', inFolder('old.json')])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/Replay it with the version that saved it, or save the evidence again\.\n$/),
    });
  });

  it('evidence whose inside was torn out crashes checks and is said, not thrown', async () => {
    const saved = JSON.parse(readFileSync(inFolder('bag.json'), 'utf8')) as { bag: { distribution: object } };
    const torn = { ...saved, bag: { ...saved.bag, distribution: { ...saved.bag.distribution, data: {} } } };
    writeFileSync(inFolder('torn.json'), JSON.stringify(torn));
    const { code, stderr } = await world.run(['replay', inFolder('torn.json')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^No verdict can be reached from .*torn\.json/);
  });
});
