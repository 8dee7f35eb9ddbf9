/** `cf502 audit` as a process of its own, against the local AWS and real TLS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditReport } from '../../src/terminal/audit-report.js';
import { buildIfStale } from '../world/product.js';
import { distributionId, startTerminalWorld, type TerminalWorld } from './terminal-world.js';

/** Nothing here is about idle connections, which take their time. */
let world: TerminalWorld;
beforeAll(async () => {
  buildIfStale();
  world = await startTerminalWorld();
  await world.plant('none', 0);
});
afterAll(() => world.stop());

describe('an audit', () => {
  it('ends with 1 where something is missing: the scorecard on stdout, progress on stderr', async () => {
    const { code, stdout, stderr } = await world.run(['audit', 'www.example.com']);
    expect(stdout).toMatch(/^Of 16 precautions against 502s on E1A2B3C4D5E6F7: /);
    expect(stdout).toMatch(/^Missing \(\d+\)\n {2}- Origin failover: /m);
    expect(stdout).toMatch(/^ {8}origin_group \{\n {10}origin_id = "failover"$/m);
    expect(stderr).toMatch(/^done: Look for alarms/m);
    expect(stderr).toMatch(/^done: Read where logs are delivered/m);
    expect(code).toBe(1);
  });

  it('prints nothing but its report with --json, and sees alarms and deliveries', async () => {
    world.aws.putAlarm({
      name: 'shop-5xx',
      metric: '5xxErrorRate',
      dimensions: { DistributionId: distributionId, Region: 'Global' },
    });
    world.aws.putLogDelivery({
      resourceArn: `arn:aws:cloudfront::123456789012:distribution/${distributionId}`,
      destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:cdn',
      destinationType: 'CWL',
      recordFields: ['sc-status', 'x-edge-detailed-result-type'],
    });
    const { code, stdout } = await world.run(['audit', distributionId, '--json']);
    const report = JSON.parse(stdout) as AuditReport;
    const states = Object.fromEntries(report.items.map(({ id, state }) => [id, state]));
    expect(report).toMatchObject({ format: 'cf502.audit/1', outcome: 'complete', target: { distributionId } });
    expect(states).toMatchObject({
      'alarm-on-502': 'in-place',
      'immediate-logs': 'in-place',
      'log-coverage': 'in-place',
      'certificate-expiry': 'in-place',
      'origin-failover': 'missing',
      'circuit-breaker': 'unknown',
    });
    expect(code).toBe(1);
  });

  it('says what is not known where AWS refuses, and is no failure', async () => {
    const lift = world.aws.fail({ service: 'cloudwatch', how: 'access-denied' });
    const { code, stdout } = await world.run(['audit', distributionId, '--json']);
    lift();
    const report = JSON.parse(stdout) as AuditReport;
    expect(report.items.find(({ id }) => id === 'alarm-on-502')).toMatchObject({
      state: 'unknown',
      missing: expect.arrayContaining([
        {
          kind: 'access-denied',
          message: expect.any(String),
          remedy: expect.stringContaining('cloudwatch:DescribeAlarms on *'),
        },
      ]),
    });
    expect(report.items).toHaveLength(16);
    expect(code).toBe(1);
  });

  it('is replayed from what was saved, word for word', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cf502-audit-'));
    try {
      const bag = join(folder, 'bag.json');
      const saved = await world.run(['audit', distributionId, '--save', bag]);
      const replayed = await world.run(['replay', bag]);
      expect(replayed).toMatchObject({ code: 1, stdout: saved.stdout });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ends with 2 and the reason on stderr where there is no such distribution', async () => {
    expect(await world.run(['audit', 'E0000000000000'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('could not be made'),
    });
  });
});
