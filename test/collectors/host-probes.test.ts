/** Where a wildcard alias is all that is known of the names that viewers use: nothing invented is sent, and the logs tell real ones. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { assembleBag, collectTaskSchema, planDeeperTasks, planTasks } from '../../src/collectors/tasks.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { DimensionCount } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCell,
  aConnection,
  aDistribution,
  anAddress,
  aProbe,
  aTls,
  at,
  aWindow,
  collected,
  now,
  someLogs,
} from '../builders/evidence.js';
import { useProbeWorld } from './origin-probe/probe-world.js';

const world = useProbeWorld();

const wild = aConnection({
  id: 'api/https/*.example.org',
  host: '*.example.org',
  sni: '*.example.org',
  hostIsForwarded: true,
});
const distribution = aDistribution({
  aliases: ['*.example.org'],
  behaviours: [aBehaviour({ forwardsHost: 'yes' })],
  connections: [wild],
});
const logsOf = (...host: readonly DimensionCount[]) => {
  const logs = someLogs();
  return { ...logs, dimensions: { ...logs.dimensions, host } };
};
const cell = aCell();
const count = (value: string, requests: number, failures = 0): DimensionCount => ({ value, requests, failures });
const hostsOf = (...host: readonly DimensionCount[]) =>
  planDeeperTasks(distribution, logsOf(...host)).map(({ task }) =>
    task.kind === 'origin-probe' ? task.connection : null,
  );

describe('the names behind a wildcard', () => {
  it('are those of the logs with the most 502s, then the most requests', () => {
    const tasks = planDeeperTasks(
      distribution,
      logsOf(
        count('b.example.org', 50),
        count('A.example.org', 10, 3),
        count('c.example.org', 70),
        count('d.example.org', 5),
      ),
    );
    expect(tasks.map(({ task }) => task)).toMatchObject(
      ['a', 'c', 'b'].map((name) => ({
        kind: 'origin-probe',
        paths: ['/'],
        connection: {
          id: `api/https/${name}.example.org`,
          host: `${name}.example.org`,
          sni: `${name}.example.org`,
          hostIsForwarded: true,
        },
      })),
    );
    for (const { task } of tasks) expect(collectTaskSchema.safeParse(task).success).toBe(true);
  });

  it.each([
    'example.org',
    'www.example.com',
    'badexample.org',
    '-a.example.org',
    'a b.example.org',
    '(other)',
    '*.example.org',
    `${'a'.repeat(250)}.example.org`,
  ])('are no others: %s', (value) => {
    expect(hostsOf(count(value, 9, 9))).toEqual([]);
  });

  it('are not asked for with an invented one: name and port are looked at, and nothing is sent', async () => {
    const origin = await world.start();
    const { addresses, vantage } = await world.probe(origin.port, {
      connection: { host: '*.example.org', sni: '*.example.org', hostIsForwarded: true },
    });
    expect(addresses).toMatchObject([{ tcp: { outcome: 'connected' }, tls: null, http: [] }]);
    expect(vantage.because).toContain('no name under *.example.org is known');
    expect(origin.requests).toEqual([]);
  });

  it('take the place of the wildcard in the verdict', () => {
    const named = aConnection({ ...wild, id: 'api/https/a.example.org', host: 'a.example.org', sni: 'a.example.org' });
    const planned = planTasks(distribution, { window: aWindow, pathPattern: null, maxLogBytes: 1 });
    const bag = assembleBag(
      { checkId: 'check', asked: 'E1', window: aWindow, pathPattern: null },
      planned,
      {
        distribution: { kind: 'distribution', gathered: collected(distribution) },
        'access-logs': { kind: 'access-logs', gathered: collected(logsOf(count('a.example.org', 10))) },
        'origin-probe-1': {
          kind: 'origin-probe',
          gathered: collected(aProbe({ connection: wild, addresses: [anAddress({ tls: null, http: [] })] })),
        },
        'host-probe-1': { kind: 'origin-probe', gathered: collected(aProbe({ connection: named })) },
      },
      at,
    );
    expect(Object.keys(bag.originProbes)).toEqual([wild.id, named.id]);
    const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    expect(verdict.ruledOut.map(({ checkId }) => checkId)).toEqual(
      expect.arrayContaining(['expired-certificate', 'relayed-502', 'refused-connection']),
    );
  });

  it('leave the handshake open where none is known, and rule out a closed port all the same', () => {
    const probe = aProbe({ connection: wild, addresses: [anAddress({ tls: null, http: [] })] });
    const bag = aBag({ distribution, probes: [probe] });
    const verdict = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    const open = verdict.inconclusive.find(({ checkId }) => checkId === 'expired-certificate');
    expect(open?.missing[0]?.message).toMatch(/names under \*\.example\.org, and none of them is known/);
    expect(verdict.ruledOut.map(({ checkId }) => checkId)).toContain('refused-connection');
    expect(verdict.headline).not.toMatch(/certificate/);
  });

  it('fail the rows of the names that were asked for, and no others', () => {
    const named = aConnection({ ...wild, id: 'api/https/a.example.org', host: 'a.example.org', sni: 'a.example.org' });
    const expired = aProbe({
      connection: named,
      addresses: [anAddress({ tls: aTls({ trustProblems: ['expired'] }) })],
    });
    const logs = logsOf(count('a.example.org', 100, 60), count('b.example.org', 100, 40));
    const bag = aBag({
      distribution,
      logs: { ...logs, failures: 100, failureCells: someLogs({ cells: [{ ...cell, count: 100 }] }).failureCells },
      probes: [expired],
    });
    const { causes } = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    expect(causes[0]).toMatchObject({ checkId: 'expired-certificate', explained: { count: 60, of: 100 } });
  });
});
