/** Logs Insights behind the real SDK: what it counts of a log group, held against reading the same rows. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AggregateOptions } from '../../../src/access-log/aggregate.js';
import { createPartialScan } from '../../../src/access-log/partial-scan.js';
import { RequestIds } from '../../../src/access-log/request-ids.js';
import { scanObject } from '../../../src/access-log/scan-object.js';
import { insightsEngine } from '../../../src/collectors/log-engines/insights.js';
import { insightsQueries } from '../../../src/collectors/log-engines/insights-queries.js';
import type { LogGroupSource } from '../../../src/collectors/log-sources.js';
import { matchBehaviour } from '../../../src/diagnosis/path-pattern.js';
import { Failure } from '../../../src/failure.js';
import { type AccessLogRow, accessLogRow, renderAccessLog } from '../../world/access-logs.js';
import { deliveredFields, renderDeliveredText } from '../../world/delivered-logs.js';
import { plantStory } from '../../world/log-story.js';
import { type LocalContext, startLocalContext } from '../local-context.js';

const logGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:my-cdn';
const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const options: AggregateOptions = { window, pathPattern: null, behaviours: ['/api/*', '*'] };
const source: LogGroupSource = {
  kind: 'log-group',
  generation: 'v2',
  name: 'standard logging v2, log group my-cdn',
  distributionId: 'E2EXAMPLE12345',
  logGroupArn,
  region: 'us-east-1',
  format: 'json',
  delimiter: '\t',
  fields: deliveredFields,
  domainName: 'd111111abcdef8.cloudfront.net',
  isOnlyDelivery: true,
};
const story: readonly AccessLogRow[] = plantStory({
  seed: 3,
  window: { from: new Date('2026-11-20T09:50:00.000Z'), to: new Date('2026-11-20T11:10:00.000Z') },
  requestsPerMinute: 15,
  failures: [
    { share: 0.4, pathPattern: '/api/*', detailedResult: 'OriginReadError', timeTakenSeconds: [0.001, 12] },
    { share: 0.1, pathPattern: '/products/*', status: 503, detailedResult: 'LambdaExecutionError' },
    {
      share: 0.1,
      pathPattern: '/assets/*',
      status: 504,
      detailedResult: 'OriginCommError',
      timeTakenSeconds: [29, 31],
    },
    { share: 0.05, pathPattern: '/', status: 200, detailedResult: 'OriginDnsError' },
  ],
}).map(({ at, values }) => ({
  at,
  values: {
    ...values,
    'cache-behavior-path-pattern': matchBehaviour(options.behaviours, values['cs-uri-stem'] ?? '/') ?? '*',
  },
}));
const engine = insightsEngine(0.005);
const place = { kind: 'log-group', source } as const;

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T12:00:00.000Z'));
});
afterEach(() => local.stop());

/** As another distribution would deliver them. */
function deliverOther(fields: readonly string[] = deliveredFields): void {
  const rows = story.map(({ at, values }, index) => ({
    at,
    values: {
      ...values,
      'sc-status': '502',
      'cs(Host)': 'd999999abcdef8.cloudfront.net',
      'x-edge-request-id': `other-${index}`,
    },
  }));
  local.aws.putLogEvents(
    logGroupArn,
    rows.map((row) => ({ at: row.at, message: renderDeliveredText([row], { format: 'json', fields }).trim() })),
  );
}

function deliver(fields: readonly string[] = deliveredFields): void {
  local.aws.putLogEvents(
    logGroupArn,
    story.map((row) => ({ at: row.at, message: renderDeliveredText([row], { format: 'json', fields }).trim() })),
  );
}

async function read(of: AggregateOptions) {
  const { aggregate } = await scanObject(Readable.from([renderAccessLog(story)]), {
    ...of,
    signal: new AbortController().signal,
    requestIds: new RequestIds(),
    claimant: 1,
  });
  return aggregate.finish();
}

async function count(of: AggregateOptions = options, at = place.source, context = local.context) {
  const counted = await engine.count(context, { kind: 'log-group', source: at }, of);
  const total = createPartialScan(of);
  total.merge(counted.part);
  return { ...counted, result: total.finish() };
}

describe('Logs Insights', () => {
  it.each([null, '/api/*', '/products/*'])('counts what it can tell as reading does (path %s)', async (pathPattern) => {
    deliver();
    const of = { ...options, pathPattern };
    const { result } = await count(of);
    const expected = await read(of);
    const { newestRow: _newest, oldestRow: _oldest, dimensions, rows: _rows, rowsByHour, ...exact } = expected;
    expect(result).toMatchObject({
      requests: exact.requests,
      failures: exact.failures,
      byStatus: exact.byStatus,
      perMinute: exact.perMinute,
      failureCells: exact.failureCells,
      byBehaviour: exact.byBehaviour ?? [],
      hiddenOriginErrors: exact.hiddenOriginErrors,
      failureTimeTakenSeconds: exact.failureTimeTakenSeconds,
      serverErrorDurations: exact.serverErrorDurations,
      dimensions: { ...dimensions, 'size-band': [], 'time-taken-band': [] },
    });
    expect(result.samples).toHaveLength(Math.min(20, exact.failures));
    if (pathPattern === null) expect(result.rowsByHour).toEqual(rowsByHour);
  });

  it('counts no row of another distribution that delivers to the same log group', async () => {
    deliver();
    deliverOther();
    const expected = await read(options);
    for (const fields of [deliveredFields, []]) {
      const { result } = await count(options, { ...source, isOnlyDelivery: false, fields });
      expect(result).toMatchObject({
        requests: expected.requests,
        failures: expected.failures,
        byStatus: expected.byStatus,
        failureCells: expected.failureCells,
        perMinute: expected.perMinute,
      });
    }
  });

  it('takes rows that name no distribution for those of the only delivery that leads to the group, and says so', async () => {
    const fields = deliveredFields.filter((field) => field !== 'cs(Host)');
    deliver(fields);
    const { result, notes } = await count(options, { ...source, fields });
    expect(result.requests).toBe((await read(options)).requests);
    expect(notes.join(' ')).toContain('no other delivery of this account leads there');
  });

  it('lets no row of a wrong clock say how far the logs reach', async () => {
    deliver();
    const { result: plain } = await count();
    const at = new Date('2026-11-20T10:30:00.000Z');
    const absurd = ['1970-01-02', '2099-01-01'].map((date) =>
      accessLogRow(new Date(date), {
        'x-edge-request-id': date,
        'sc-status': '502',
        'cs(Host)': source.domainName ?? '',
      }),
    );
    local.aws.putLogEvents(
      logGroupArn,
      absurd.map((row) => ({ at, message: renderDeliveredText([row], { format: 'json' }).trim() })),
    );
    // The local AWS goes by the clock of this machine: what was asked a while ago is asked anew.
    const later = new Date(Date.now() + 20 * 60_000);
    const { result } = await count(options, place.source, { ...local.context, now: () => later });
    expect(result.byStatus).not.toEqual(plain.byStatus);
    for (const part of ['newestRow', 'oldestRow', 'perMinute', 'failureCells'] as const)
      expect(result[part]).toEqual(plain[part]);
  });

  it('does not take silence for no traffic where it does not know that rows name their distribution', async () => {
    const fields = deliveredFields.filter((field) => field !== 'cs(Host)');
    deliver(fields);
    const counted = await count(options, { ...source, fields: [], isOnlyDelivery: false }).catch(
      (thrown: unknown) => thrown,
    );
    expect(counted).toMatchObject({ kind: 'not-found', message: expect.stringMatching(/says cs\(Host\) d111111/) });
  });

  it.each([
    [
      'whose rows do not name it',
      { fields: deliveredFields.filter((field) => field !== 'cs(Host)') },
      /lacks the field cs\(Host\)/,
    ],
    ['with many tenants', { domainName: null }, /names of its tenants/],
  ] as const)('refuses a shared log group of a distribution %s', async (_name, differs, because) => {
    deliver();
    deliverOther();
    const shared: LogGroupSource = { ...source, isOnlyDelivery: false, ...differs };
    expect(engine.refuse({ kind: 'log-group', source: shared }, options)).toMatch(because);
    await expect(count(options, shared)).rejects.toThrow(because);
    expect(local.aws.insightsRun).toEqual([]);
  });

  it('says what it cost and what it cannot tell', async () => {
    deliver();
    const { notes, scannedBytes, dollars } = await count();
    expect(scannedBytes).toBeGreaterThan(100_000);
    expect(dollars).toBeCloseTo((scannedBytes / 1e9) * 0.005, 9);
    expect(notes[0]).toMatch(
      /^Counted by CloudWatch Logs Insights in 6 queries, which scanned 0\.\d{3} GB for about \$0\.0000/,
    );
    expect(notes[1]).toContain('tells time by minutes');
  });

  it('makes do without the field of the behaviour, and names it', async () => {
    const fields = deliveredFields.filter((field) => field !== 'cache-behavior-path-pattern');
    deliver(fields);
    const { result, notes } = await count(options, { ...source, fields });
    expect(result.byBehaviour).toEqual([]);
    expect(result.serverErrorDurations).toBeUndefined();
    expect(result.dimensions.behaviour).toEqual((await read(options)).dimensions.behaviour);
    expect(notes.at(-1)).toContain('lacks cache-behavior-path-pattern');
  });

  it('tells how long 502s, 503s and 504s took, by which time-outs are known', async () => {
    deliver();
    const { result } = await count();
    const read504 = result.serverErrorDurations?.filter(({ status }) => status === '504') ?? [];
    expect(read504.length).toBeGreaterThan(3);
    expect(read504.every(({ tenthsOfSecond }) => tenthsOfSecond >= 290 && tenthsOfSecond <= 310)).toBe(true);
    expect(new Set(result.serverErrorDurations?.map(({ status }) => status))).toEqual(new Set(['502', '503', '504']));
  });

  it('says nothing of how long errors took where the logs do not', async () => {
    const fields = deliveredFields.filter((field) => field !== 'time-taken');
    deliver(fields);
    const { result } = await count(options, { ...source, fields });
    expect(result.serverErrorDurations).toBeUndefined();
    expect(result.missingFields).toEqual(['time-taken']);
  });

  it('estimates by what came into the group', async () => {
    local.aws.putMetric({
      namespace: 'AWS/Logs',
      name: 'IncomingBytes',
      dimensions: { LogGroupName: 'my-cdn' },
      points: [{ at: new Date('2026-11-20T10:00:00.000Z'), value: 4e9 }],
    });
    expect(await engine.estimate(local.context, place, options)).toMatchObject({ bytes: 24e9, dollars: 0.12 });
  });

  it('does not take what CloudWatch has no figure of to be free', async () => {
    deliver();
    expect(await engine.estimate(local.context, place, options)).toMatchObject({ bytes: null, dollars: null });
  });

  /** The local AWS goes by the clock of this machine. */
  const later = (minutes: number) => ({ ...local.context, now: () => new Date(Date.now() + minutes * 60_000) });

  it('takes up what a run that died had begun, and pays for none of it again', async () => {
    deliver();
    const release = local.aws.stallInsights();
    let isDead = false;
    const dying = {
      ...later(0),
      aws: {
        ...local.context.aws,
        cloudWatchLogs: (region: string) => {
          if (isDead) throw new Error('the process is gone');
          return local.context.aws.cloudWatchLogs(region);
        },
      },
    };
    const first = count(options, source, dying).catch((thrown: unknown) => thrown);
    const { insightsRun } = local.aws;
    await local.aws.waitForCall(({ operation }) => operation === 'GetQueryResults' && insightsRun.length === 3);
    isDead = true;
    expect(await first).toBeInstanceOf(Error);
    release();
    const again = await count(options, source, later(0));
    expect(insightsRun).toHaveLength(6);
    expect(again).toMatchObject({ reused: false, result: { requests: (await read(options)).requests } });
    expect(again.notes[0]).toContain(' 3 of them were asked a few minutes ago');
    const third = await count(options, source, later(5));
    expect(third).toMatchObject({ reused: true, dollars: 0, scannedBytes: 0, result: again.result });
    expect(insightsRun).toHaveLength(6);
  });

  it('asks anew after ten minutes, about another window, and where it may not list what was asked', async () => {
    deliver();
    await count(options, source, later(0));
    expect(local.aws.insightsRun).toHaveLength(6);
    expect((await count(options, source, later(11))).reused).toBe(false);
    const shorter = { ...options, window: { ...window, to: '2026-11-20T10:59:00.000Z' } };
    expect((await count(shorter, source, later(0))).reused).toBe(false);
    expect(local.aws.insightsRun).toHaveLength(18);
    local.aws.fail({ service: 'logs', operation: 'DescribeQueries', how: 'access-denied' });
    expect((await count(options, source, later(0))).reused).toBe(false);
    expect(local.aws.insightsRun).toHaveLength(24);
  });

  it('asks anew what another run stopped', async () => {
    deliver();
    const release = local.aws.stallInsights();
    const stopped = new AbortController();
    const first = count(options, source, { ...later(0), signal: stopped.signal }).catch((thrown: unknown) => thrown);
    await local.aws.waitForCall(({ operation }) => operation === 'GetQueryResults');
    let isListed: () => void = () => undefined;
    const listed = new Promise<void>((resolve) => {
      isListed = resolve;
    });
    const second = count(options, source, { ...later(0), onProgress: () => isListed() });
    await listed;
    stopped.abort(new Failure('cancelled', 'The check was cancelled.'));
    expect(await first).toMatchObject({ kind: 'cancelled' });
    release();
    expect((await second).result.requests).toBe((await read(options)).requests);
  });

  it('stops its queries when the check is cancelled', async () => {
    deliver();
    const release = local.aws.stallInsights();
    const counting = count().catch((thrown: unknown) => thrown);
    await local.aws.waitForCall(({ operation }) => operation === 'GetQueryResults');
    local.abort(new Failure('cancelled', 'The check was cancelled.'));
    expect(await counting).toMatchObject({ kind: 'cancelled' });
    await local.aws.waitForCall(({ operation }) => operation === 'StopQuery');
    release();
  });

  it.each(['StartQuery', 'GetQueryResults'] as const)('names logs:%s where it is missing', async (operation) => {
    deliver();
    local.aws.fail({ service: 'logs', operation, how: 'access-denied' });
    expect(await count().catch((thrown: unknown) => thrown)).toMatchObject({
      kind: 'access-denied',
      details: { remedy: expect.stringContaining(`logs:${operation}`) },
    });
  });

  it('refuses what it cannot read', () => {
    expect(engine.refuse({ kind: 'log-group', source: { ...source, format: 'plain' } }, options)).toContain(
      'only about JSON',
    );
    expect(engine.refuse(place, options)).toBeNull();
  });

  it('tells time more coarsely where the window is long', () => {
    const length = (hours: number) =>
      insightsQueries(source, {
        ...options,
        window: { from: window.from, to: new Date(Date.parse(window.from) + hours * 3_600_000).toISOString() },
      }).timeLength;
    expect([length(1), length(24), length(168), length(1_000)]).toEqual([5, 5, 4, 2]);
  });

  it('keeps a hostile path inside its pattern', () => {
    const { texts } = insightsQueries(source, { ...options, pathPattern: '/a/ | stats count(*)"*' });
    expect(texts.paths.split('\n')).toHaveLength(6);
    expect(texts.paths).toMatch(/like \/\^\\\/[^\n"]*\$\/\n/);
  });
});
