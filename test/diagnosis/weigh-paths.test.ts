/** A fault that was met on some paths, held against what those very paths are answered to others. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AddressProbe, FailureCell, HttpProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCell,
  aConnection,
  aDistribution,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  now,
  someLogs,
  someTraffic,
} from '../builders/evidence.js';

interface Traffic {
  /** Of the path alone; `/` has 3,000 requests more, all of them good. */
  readonly requests: number;
  readonly failures: number;
  /** Of what is good, the part that came from the origin; null where nobody counted it. */
  readonly fromOrigin?: number | null;
  readonly path?: string;
  readonly cell?: Partial<FailureCell>;
  /** The minute of 60 with which the 502s begin. */
  readonly since?: number;
}

const minuteOf = (index: number) => new Date(Date.parse('2026-11-20T09:15:00.000Z') + index * 60_000).toISOString();

function logsOf({ requests, failures, fromOrigin = 0.5, path = '/search', cell = {}, since = 0 }: Traffic) {
  const each = { requests: (requests + 3_000) / 60, failures: failures / (60 - since) };
  const traffic = someTraffic({
    minutes: (index) => {
      const failed = index < since ? 0 : each.failures;
      const served = fromOrigin === null ? {} : { served: (each.requests - failed) * fromOrigin };
      return { requests: each.requests, failures: failed, ...served };
    },
  });
  const failing = aCell({ path, detailedResult: 'OriginError', count: failures, firstAt: minuteOf(since), ...cell });
  const base = someLogs({ cells: [failing], requests: requests + 3_000 });
  const own = { value: path, requests, failures };
  const dimensions = { ...base.dimensions, path: [own, { value: '/', requests: 3_000, failures: 0 }] };
  return { ...base, perMinute: traffic.perMinute, byBehaviour: [traffic], dimensions };
}

const bad = (path = '/search') => anAnswer({ path, viewerPath: path, status: 502 });
const good = anAnswer({ path: '/', viewerPath: '/' });

function causesOf(
  logs: ReturnType<typeof logsOf>,
  http: readonly HttpProbe[] = [good, bad()],
  more: readonly AddressProbe[] = [],
) {
  const bag = aBag({ logs, probes: [aProbe({ addresses: [anAddress({ http }), ...more] })] });
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now).causes;
}

describe('an answer that one path gives each time', () => {
  it.each<[string, Traffic, string]>([
    ['proven where all of its requests fail', { requests: 600, failures: 600 }, 'proven'],
    ['proven where the good ones are a few', { requests: 600, failures: 560 }, 'proven'],
    ['proven where the good ones came from the cache', { requests: 3_000, failures: 600, fromOrigin: 0.01 }, 'proven'],
    ['proven where they were before it began', { requests: 3_000, failures: 600, since: 48 }, 'proven'],
    ['supported where a good part came from the origin', { requests: 1_000, failures: 400 }, 'supported'],
    ['supported where nobody knows about the cache', { requests: 1_000, failures: 60, fromOrigin: null }, 'supported'],
    ['possible where few fail', { requests: 3_000, failures: 120 }, 'possible'],
  ])('is %s', (_, traffic, strength) => {
    const [cause] = causesOf(logsOf(traffic));
    expect(cause).toMatchObject({ checkId: 'relayed-502', strength });
    if (strength !== 'proven')
      expect(cause?.cappedBecause).toMatch(/^It was met on \/search alone, where .* failed\.$/);
  });

  it('is no less than supported where CloudFront has a word for it that fits nothing else', () => {
    const cell = { detailedResult: 'OriginHeaderTooBigError' };
    const oversized = anAnswer({ path: '/search', outcome: 'oversized-head', headBytes: 40_000 });
    expect(causesOf(logsOf({ requests: 3_000, failures: 60, cell }), [good, oversized])).toMatchObject([
      { checkId: 'oversized-response-head', strength: 'supported' },
    ]);
  });

  it('is held against all that its template stands for', () => {
    const logs = logsOf({ path: '/products/{number}', requests: 1_000, failures: 300 });
    expect(causesOf(logs, [good, bad('/products/1')])).toMatchObject([{ strength: 'supported' }]);
  });

  it('and several paths give us, is the less likely where few of their requests fail', () => {
    const logs = logsOf({ path: '/products/{number}', requests: 1_000, failures: 200 });
    const one = [good, bad('/products/1')];
    expect(causesOf(logs, one)).toMatchObject([{ strength: 'supported' }]);
    expect(causesOf(logs, [...one, bad('/products/2'), bad('/products/3')])).toMatchObject([{ strength: 'possible' }]);
  });

  it('is not proven where the logs do not name the path', () => {
    const logs = logsOf({ requests: 600, failures: 600 });
    const folded = { ...logs.dimensions, path: [{ value: '(other)', requests: 3_600, failures: 600 }] };
    expect(causesOf({ ...logs, dimensions: folded })).toMatchObject([
      { strength: 'supported', cappedBecause: expect.stringContaining('do not tell how many requests for that') },
    ]);
  });

  it('at one of two addresses is to fail half of its requests', () => {
    const sound = anAddress({ address: '192.0.2.11', http: [good, anAnswer({ path: '/search' })] });
    const strengthOf = (failures: number) =>
      causesOf(logsOf({ requests: 1_000, failures, fromOrigin: 1 }), [good, bad()], [sound])[0]?.strength;
    expect([500, 100, 20].map(strengthOf)).toEqual(['proven', 'supported', 'possible']);
  });

  it('says nothing of what the second origin of a group answers', () => {
    const spare = aConnection({ originId: 'spare', domainName: 'spare.example.com' });
    const distribution = aDistribution({
      origins: [anOrigin(), anOrigin({ id: 'spare', domainName: 'spare.example.com' })],
      originGroups: [{ id: 'pair', memberOriginIds: ['api', 'spare'], failoverStatusCodes: [503] }],
      behaviours: [aBehaviour({ targetId: 'pair' })],
      connections: [aConnection(), spare],
    });
    const first = aProbe({ addresses: [anAddress({ http: [good, bad()] })] });
    const logs = logsOf({ requests: 1_000, failures: 400 });
    const bag = aBag({ distribution, logs, probes: [first, aProbe({ connection: spare })] });
    const { causes } = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
    expect(causes).toMatchObject([{ originId: 'api', strength: 'proven' }]);
  });
});

describe('methods that nobody tried', () => {
  const both = (gets: number, posts: number) => {
    const logs = logsOf({ requests: 900, failures: gets + posts, cell: { count: gets } });
    const post = aCell({ path: '/search', method: 'POST', detailedResult: 'OriginError', count: posts });
    const method = [
      { value: 'GET', requests: 3_200, failures: gets },
      { value: 'POST', requests: 700, failures: posts },
    ];
    const [traffic = someTraffic()] = logs.byBehaviour;
    const byMethod = {
      repeatable: { requests: 3_200, failures: gets },
      unrepeatable: { requests: 700, failures: posts },
    };
    return {
      ...logs,
      failures: gets + posts,
      failureCells: [...logs.failureCells, post].filter(({ count }) => count > 0),
      byBehaviour: [{ ...traffic, ...byMethod }],
      dimensions: { ...logs.dimensions, method },
    };
  };

  it('are not explained by what was met with GET, and their good answers do not speak against it', () => {
    expect(causesOf(both(190, 300))).toMatchObject([
      { checkId: 'relayed-502', strength: 'proven', explained: { count: 190, of: 490 } },
    ]);
  });

  it('may be explained where all of the 502s of the path are by them, and it is not proven', () => {
    expect(causesOf(both(0, 690))).toMatchObject([
      {
        strength: 'supported',
        explained: { count: 690, of: 690 },
        cappedBecause: 'It was met by a GET, and the 502s on its paths are of POST, which nobody tried.',
      },
    ]);
  });

  it('are explained where every path fails', () => {
    const causes = causesOf(both(190, 690), [{ ...good, status: 502 }, bad()]);
    expect(causes).toMatchObject([{ explained: { count: 880, of: 880 } }]);
  });
});
