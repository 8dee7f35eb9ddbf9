/** The compiled `cf502` as a process of its own, against the local AWS, DNS and real TLS: what it prints where, and how it ends. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/terminal/report.js';
import { buildIfStale } from '../world/product.js';
import { distributionId, startTerminalWorld, type TerminalWorld } from './terminal-world.js';

let world: TerminalWorld;
beforeAll(async () => {
  buildIfStale();
  world = await startTerminalWorld();
});
afterAll(() => world.stop());

describe('help and version', () => {
  it.each([
    ['help', ['help'], /cf502 check <target>/],
    ['no words at all', [], /cf502 check <target>/],
    ['--version', ['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%s goes to stdout and is a success', async (_, words, expected) => {
    const finished = await world.run(words);
    expect(finished).toMatchObject({ code: 0, stdout: expect.stringMatching(expected) });
  });
});

describe('what cannot be run', () => {
  it.each([
    [
      'a wrong word, with the corrected line',
      ['chekc', 'E123', '--sinc', '2h'],
      '',
      /Did you mean: cf502 check E123 --since 2h\n$/,
    ],
    ['a window too long', ['check', 'E123', '--since', '48h'], '', /at most 24 hours/],
    ['a policy file with a mistake', ['check', 'E123'], 'chekcs: {}\n', /policy\.yml has 1 problem/],
    ['a distribution that does not exist', ['check', 'E0000000000000'], '', /could not be read/],
    ['an alias of nobody', ['check', 'nobody.example.com'], '', /could not be read/],
  ])('%s: exit code 2, the reason on stderr and nothing on stdout', async (_, words, policy, reason) => {
    expect(await world.run(words, policy)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(reason) });
  });

  it('a distribution that the policy does not list, by whatever name', async () => {
    await world.plant('none', 0);
    const listed = 'distributions:\n  shop: { id: E0000000000001 }\naccess: { distributions: listed }\n';
    expect(await world.run(['check', 'www.example.com'], listed)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`Distribution ${distributionId} is not in the policy file`),
    });
  });
});

describe('a check', () => {
  it('with a cause ends with 1, the verdict on stdout and progress on stderr', async () => {
    await world.plant('expired', 1);
    const { code, stdout, stderr } = await world.run(['check', 'www.example.com', '--since', '1h']);
    expect(stdout).toMatch(/^The certificate that origin\.example\.com presents expired/);
    expect(stdout).toMatch(/^Cause: Expired certificate \[proven\]$/m);
    expect(stdout).toMatch(/Distribution +E1A2B3C4D5E6F7 .*, asked for as www\.example\.com/);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stderr).toMatch(/^done: Read the configuration/m);
    expect(stderr).toMatch(/^done: Scan the access logs/m);
    expect(stderr).toMatch(/^done: Probe origin\.example\.com/m);
    expect(code).toBe(1);
  });

  it('prints nothing but the report with --json', async () => {
    const { code, stdout } = await world.run(['check', distributionId, '--since', '1h', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({
      format: 'cf502.report/1',
      outcome: 'cause-found',
      target: { distributionId },
      causes: [{ id: 'expired-certificate', strength: 'proven', origin: 'web' }],
      failures: { source: 'access-logs' },
    });
    expect(report.causes[0]?.explained?.count).toBe(report.failures?.count);
    expect(report.failures?.count).toBeGreaterThan(100);
    expect(code).toBe(1);
  });

  it('of a path counts that path alone', async () => {
    const { stdout } = await world.run(['check', distributionId, '--since', '1h', '--path', '/api/*', '--json']);
    const all = JSON.parse((await world.run(['check', distributionId, '--since', '1h', '--json'])).stdout) as Report;
    const { failures } = JSON.parse(stdout) as Report;
    expect(failures?.requests).toBeGreaterThan(0);
    expect(failures?.requests).toBeLessThan((all.failures?.requests ?? 0) / 2);
  });

  it('without a cause ends with 0', async () => {
    await world.plant('none', 0);
    const { code, stdout } = await world.run(['check', distributionId, '--since', '1h', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'no-502s', causes: [], failures: { count: 0 } });
    expect(code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  it('ends the check at once, with 2, and concludes nothing', async () => {
    world.aws.latencyMs = 60_000;
    try {
      const earlier = world.aws.calls.length;
      const { child, finished } = world.start(['check', distributionId, '--since', '1h']);
      await world.aws.waitForCall((call) => world.aws.calls.indexOf(call) >= earlier);
      const before = Date.now();
      child.kill('SIGINT');
      expect(await finished).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('The check was cancelled'),
      });
      expect(Date.now() - before).toBeLessThan(30_000);
    } finally {
      world.aws.latencyMs = 0;
    }
  });
});
