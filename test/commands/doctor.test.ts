/** `cf502 doctor` in a terminal: what it prints, and how it ends. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runDoctorCommand } from '../../src/commands/doctor.js';
import { parseConfig } from '../../src/config.js';
import type { DoctorReport } from '../../src/diagnosis/doctor-report.js';
import { Failure } from '../../src/failure.js';
import { defaultPolicy, type Policy } from '../../src/policy.js';
import { type DoctorWorld, startDoctorWorld } from '../doctor/doctor-world.js';

let world: DoctorWorld;
beforeAll(async () => {
  world = await startDoctorWorld();
});
afterAll(() => world.stop());

async function run(
  words: readonly string[],
  environment: Record<string, string> = {},
  loadPolicy: () => Policy = () => defaultPolicy,
) {
  const stdout = new PassThrough();
  let printed = '';
  stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const code = await runDoctorCommand(words, {
    loadConfig: () =>
      parseConfig(
        {
          ...world.slack.environment,
          REDIS_URL: world.server.url,
          CF502_DNS_SERVERS: world.dns.server,
          ...environment,
        },
        ['terminal'],
      ),
    loadPolicy,
    stdout,
    page: { width: 100, colour: false },
    now: () => new Date(),
  });
  return { code, printed };
}

describe('cf502 doctor', () => {
  it('ends with 0 where nothing is missing', async () => {
    const { code, printed } = await run([]);
    expect(printed).toMatch(/^Nothing is missing: \d+ things tried\.\n/);
    expect(printed).toContain('\nReading AWS\n  ok       cloudfront:ListDistributions is allowed.\n');
    expect(code).toBe(0);
  });

  it('ends with 1 where something is, also as JSON', async () => {
    const lift = world.aws.fail({ service: 'cloudtrail', how: 'access-denied' });
    const { code, printed } = await run(['--json']);
    lift();
    const { format, items } = JSON.parse(printed) as DoctorReport;
    expect(format).toBe('cf502.doctor/1');
    expect(items.filter(({ state }) => state === 'missing')).toMatchObject([{ permission: 'cloudtrail:LookupEvents' }]);
    expect(code).toBe(1);
  });

  it('goes on without Redis, and says why it could not be asked', async () => {
    const { code, printed } = await run([], { REDIS_URL: 'redis://127.0.0.1:1' });
    expect(printed).toContain('unknown  Redis does not answer; is it running, and is REDIS_URL right?');
    expect(code).toBe(0);
  });

  it('goes on without a policy file that can be read', async () => {
    const { code, printed } = await run([], {}, () => {
      throw new Failure('misconfigured', 'cf502.policy.yml has 1 problem(s)');
    });
    expect(printed).toContain('MISSING  cf502.policy.yml has 1 problem(s)');
    expect(code).toBe(1);
  });

  it('refuses what it does not know, and explains itself', async () => {
    await expect(run(['E1EXAMPLE12345'])).rejects.toMatchObject({ kind: 'bad-input' });
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      printed: expect.stringContaining('ETag that no configuration has'),
    });
  });
});
