/** The second look: which paths it asks for, and what becomes of its answers. */
import { describe, expect, it } from '@jest/globals';
import { collectAll } from '../../src/collectors/collect.js';
import { fillTemplate, planDeeperTasks } from '../../src/collectors/deeper-tasks.js';
import { mergeProbes } from '../../src/collectors/merge-probes.js';
import { collectPathProbe } from '../../src/collectors/origin-probe.js';
import { assembleBag, collectTaskSchema, planTasks } from '../../src/collectors/tasks.js';
import type { FailureCell } from '../../src/diagnosis/evidence.js';
import {
  aBehaviour,
  aCell,
  aConnection,
  aDistribution,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  at,
  aWindow,
  collected,
  someLogs,
  unavailable,
} from '../builders/evidence.js';
import { uploadAccessLogs } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { plantStory } from '../world/log-story.js';
import { relayedBadGateway } from '../world/origin-answers.js';
import { startLocalContext } from './local-context.js';
import { buildContext, buildTask, originName } from './origin-probe/probe-builders.js';
import { useProbeWorld } from './origin-probe/probe-world.js';

const world = useProbeWorld();

const distribution = aDistribution({
  origins: [anOrigin(), anOrigin({ id: 'web', domainName: 'web.example.com' })],
  behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
  connections: [
    aConnection({ behaviours: ['/api/*'] }),
    aConnection({ originId: 'web', domainName: 'web.example.com', behaviours: ['*'] }),
  ],
});
const cell = (path: string, differing: Partial<FailureCell> = {}) =>
  aCell({ behaviour: '/api/*', path, detailedResult: 'OriginReadError', ...differing });

/** `connection: method path, …` of each task. */
function plan(cells: readonly FailureCell[], pathPattern: string | null = null): readonly string[] {
  const tasks = planDeeperTasks(distribution, someLogs({ cells, pathPattern }));
  for (const { task } of tasks) expect(collectTaskSchema.safeParse(task).error).toBeUndefined();
  return tasks.map(({ task }) =>
    task.kind === 'path-probe'
      ? `${task.connection.originId}: ${task.requests.map(({ method, path }) => `${method} ${path}`).join(', ')}`
      : task.kind,
  );
}

describe('planDeeperTasks', () => {
  it.each<[string, readonly FailureCell[], readonly string[]]>([
    ['nothing without failures', [], []],
    [
      'what fails, filled with neutral values',
      [cell('/api/orders/{number}/{uuid}')],
      ['api: GET /api/orders/1/00000000-0000-4000-8000-000000000000'],
    ],
    [
      'the paths with the most failures, three at most',
      [1, 2, 3, 4].map((count) => cell(`/api/p${count}x`, { count })),
      ['api: GET /api/p4x, GET /api/p3x, GET /api/p2x'],
    ],
    ['not what the first probe asked for', [cell('/api/')], []],
    ['no POST', [cell('/api/pay', { method: 'POST' })], []],
    ['HEAD where only HEAD fails', [cell('/api/a', { method: 'HEAD' })], ['api: HEAD /api/a']],
    ['GET where both do', [cell('/api/a', { method: 'HEAD', count: 5 }), cell('/api/a')], ['api: GET /api/a']],
    [
      'not what fails before a path is sent',
      [cell('/api/a', { detailedResult: 'OriginConnectError' }), cell('/api/b', { detailedResult: 'OriginDnsError' })],
      [],
    ],
    ['neither the rest nor what was cut short', [cell('(other)'), cell(`/api/${'x'.repeat(64)}…`)], []],
    [
      'the connection with the most failures first',
      [cell('/api/a'), cell('/b', { behaviour: '*', count: 9 })],
      ['web: GET /b', 'api: GET /api/a'],
    ],
    ['not what another behaviour would take', [cell('/api/{id}', { behaviour: '*' })], []],
  ])('plans %s', (_title, cells, expected) => {
    expect(plan(cells)).toEqual(expected);
  });

  describe('where nothing fails that could be asked for', () => {
    const asked = (paths: Readonly<Record<string, number>>, cells: readonly FailureCell[] = []) => {
      const logs = someLogs({ cells });
      const path = Object.entries(paths).map(([value, requests]) => ({ value, requests, failures: 0 }));
      return planDeeperTasks(distribution, { ...logs, dimensions: { ...logs.dimensions, path } }).map(
        ({ title, task }) =>
          task.kind === 'path-probe' ? `${title}: ${task.requests.map((one) => one.path).join(', ')}` : title,
      );
    };
    const pay = cell('/api/pay', { method: 'POST' });

    it.each<[string, Readonly<Record<string, number>>, readonly FailureCell[], readonly string[]]>([
      [
        'asks for what viewers ask for most, in the place of what they never do',
        { '/api/pay': 900, '/api/items/{number}': 20, '/api/a': 10, '/': 5 },
        [pay],
        ['Ask origin.example.com for what viewers ask for: /api/items/1'],
      ],
      ['not for what is known of POST alone', { '/api/pay': 900, '/': 5 }, [pay], []],
      ['not where they do ask for what the first probe did', { '/api/': 1, '/api/a': 9, '/': 5 }, [pay], []],
      [
        'not where no request was sent',
        { '/api/a': 9, '/': 5 },
        [cell('/api/b', { detailedResult: 'OriginDnsError' })],
        [],
      ],
      ['not where the logs do not tell', {}, [pay], []],
    ])('%s', (_title, paths, cells, expected) => {
      expect(asked(paths, cells)).toEqual(expected);
    });
  });

  it('sends the default root object along', () => {
    const logs = someLogs({ cells: [cell('/api/a')] });
    expect(planDeeperTasks({ ...distribution, defaultRootObject: 'index.html' }, logs)[0]?.task).toMatchObject({
      rootObject: 'index.html',
    });
  });

  it('leaves VPC origins alone, which nothing outside can reach', () => {
    const inside = { ...distribution, origins: [anOrigin({ kind: 'vpc', vpcOriginId: 'vo_1' })] };
    expect(planDeeperTasks(inside, someLogs({ cells: [cell('/api/a')] }))).toEqual([]);
  });

  it('plans for eight connections at most', () => {
    const connections = Array.from({ length: 20 }, (_, index) => aConnection({ id: `c${index}` }));
    const many = aDistribution({ connections });
    expect(planDeeperTasks(many, someLogs({ cells: [aCell({ path: '/a', detailedResult: 'Error' })] }))).toHaveLength(
      8,
    );
  });
});

describe('fillTemplate', () => {
  it.each([
    ['/a/{date}/{hash}.js', '/a/2000-01-01/000000000000.js'],
    ['/u/{address}/{id}', '/u/nobody@example.com/cf502'],
    ['/literal/{name}', '/literal/{name}'],
    ['/a?b=c', '/a'],
    ['(other)', null],
  ])('%s -> %s', (template, path) => {
    expect(fillTemplate(template)).toBe(path);
  });
});

describe('mergeProbes', () => {
  const first = aProbe({ trace: ['first'] });
  const bad = anAnswer({ path: '/bad', status: 502 });
  const second = aProbe({
    addresses: [
      anAddress({ http: [bad, anAnswer({ status: 500 })] }),
      anAddress({ address: '192.0.2.99', http: [bad] }),
      anAddress({ address: '192.0.2.100', http: [] }),
    ],
    trace: ['second'],
  });

  it('adds what was not asked before, and addresses that answered', () => {
    const merged = mergeProbes(collected(first), collected(second));
    if (merged.state !== 'collected') throw new Error('nothing was merged');
    expect(
      merged.data.addresses.map(({ address, http }) => [address, http.map(({ path, status }) => [path, status])]),
    ).toEqual([
      [
        '192.0.2.10',
        [
          ['/', 200],
          ['/bad', 502],
        ],
      ],
      ['192.0.2.99', [['/bad', 502]]],
    ]);
    expect(merged.data.addresses[0]?.tcp.attempts).toEqual([{ outcome: 'connected', count: 4 }]);
    expect(merged.data.trace).toEqual(['first', 'second']);
  });

  it('loses nothing to a look that failed', () => {
    expect(mergeProbes(collected(first), unavailable())).toEqual(collected(first));
    expect(mergeProbes(collected(first), null)).toEqual(collected(first));
    expect(mergeProbes(unavailable(), collected(second))).toEqual(collected(second));
  });

  it('is done when the bag is put together', () => {
    const planned = planTasks(distribution, { window: aWindow, pathPattern: null, maxLogBytes: 1 });
    const probe = planned.find(({ task }) => task.kind === 'origin-probe');
    if (probe?.task.kind !== 'origin-probe') throw new Error('no probe was planned');
    const { connection } = probe.task;
    const bag = assembleBag(
      { checkId: 'chk_000000000001', asked: 'E1', window: aWindow, pathPattern: null },
      planned,
      {
        distribution: { kind: 'distribution', gathered: collected(distribution) },
        [probe.id]: { kind: 'origin-probe', gathered: collected({ ...first, connection }) },
        'path-probe-1': { kind: 'path-probe', gathered: collected({ ...second, connection }) },
      },
      at,
    );
    const merged = bag.originProbes[connection.id];
    expect(merged?.state === 'collected' && merged.data.addresses[0]?.http.map(({ path }) => path)).toEqual([
      '/',
      '/bad',
    ]);
  });
});

describe('the second look over real sockets', () => {
  it('asks for its paths and for nothing else', async () => {
    const origin = await world.start({ paths: { '/app/bad': relayedBadGateway('nginx') }, answer: { status: 204 } });
    const { connection, origin: settings } = buildTask(origin.port, {
      connection: { scheme: 'http', sni: null },
      origin: { originPath: '/app' },
    });
    const probe = await collectPathProbe(buildContext({ dnsServers: [world.dns.server] }), {
      kind: 'path-probe',
      origin: settings,
      connection,
      requests: [
        { method: 'GET', path: '/bad' },
        { method: 'HEAD', path: '/good' },
        { method: 'GET', path: '/' },
      ],
      rootObject: 'index.html',
    });
    expect(probe.addresses[0]?.http).toMatchObject([
      { method: 'GET', path: '/app/bad', viewerPath: '/bad', status: 502, server: 'nginx' },
      { method: 'HEAD', path: '/app/good', status: 204 },
      { method: 'GET', path: '/app/index.html', viewerPath: '/', status: 204 },
    ]);
    // What met a fault is asked for again.
    expect([...new Set(origin.requests.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual([
      'GET /app/bad',
      'GET /app/index.html',
      'HEAD /app/good',
    ]);
    expect(origin.accepted).toBe(origin.requests.length);
    expect(probe.dns).toMatchObject({ name: originName, authority: null });
  });
});

describe('a whole check in one process', () => {
  const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };

  async function pathsAsked(failingPaths?: boolean): Promise<readonly string[]> {
    const local = world.keep(await startLocalContext(new Date('2026-11-20T11:05:00.000Z')));
    const origin = await world.start();
    const { id } = local.aws.putDistribution({
      config: distributionConfig({
        origins: [
          customOrigin({
            Id: 'app',
            DomainName: originName,
            config: { OriginProtocolPolicy: 'http-only', HTTPPort: origin.port },
          }),
        ],
        logging: { bucket: 'example-logs', prefix: 'cdn' },
      }),
    });
    local.aws.createBucket('example-logs', { region: 'eu-west-1' });
    const rows = plantStory({
      seed: 1,
      window: { from: new Date(window.from), to: new Date(window.to) },
      requestsPerMinute: 20,
      failures: [{ share: 0.5, pathPattern: '/api/orders/*', detailedResult: 'OriginReadError' }],
    });
    uploadAccessLogs(local.aws, 'example-logs', 'cdn', id, rows);
    const network = { ...local.context.network, dnsServers: [world.dns.server], allowedRanges: ['127.0.0.0/8'] };
    await collectAll(
      { ...local.context, network },
      {
        checkId: 'chk_abcdefghijkl',
        asked: id,
        target: { kind: 'distribution-id', id },
        window,
        pathPattern: null,
        maxLogBytes: 1e9,
        ...(failingPaths === undefined ? {} : { failingPaths }),
      },
      () => undefined,
    );
    return [...new Set(origin.requests.map(({ path }) => path))].sort();
  }

  it('asks for the paths that fail, as soon as the logs are read', async () => {
    expect(await pathsAsked()).toEqual(['/', '/api/orders/1']);
  });

  it('does not where that is turned off', async () => {
    expect(await pathsAsked(false)).toEqual(['/']);
  });
});
