/** A fault on a path of the probe's own choice, held against what viewers ask for. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { isAsked } from '../../src/diagnosis/asked-paths.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AccessLogEvidence, EvidenceBag, FailureCell, HttpProbe } from '../../src/diagnosis/evidence.js';
import { aBag, aCell, anAddress, anAnswer, aProbe, now, someLogs } from '../builders/evidence.js';

const conclude = (bag: EvidenceBag) => concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
const pay = (differing: Partial<FailureCell> = {}) =>
  aCell({ path: '/api/pay/{number}', method: 'POST', detailedResult: 'OriginError', count: 100, ...differing });

/** Logs with these paths, and `(other)` with so many 502s of a thousand. */
function logsOf(paths: readonly string[], otherFailures: number | null, differing: Partial<AccessLogEvidence> = {}) {
  const { dimensions } = someLogs();
  const other = otherFailures === null ? [] : [{ value: '(other)', requests: 500, failures: otherFailures }];
  return someLogs({
    cells: [pay({ count: 1_000 })],
    dimensions: {
      ...dimensions,
      path: [...paths.map((value) => ({ value, requests: 100, failures: 0 })), ...other],
    },
    ...differing,
  });
}

describe('isAsked', () => {
  it.each<[string, AccessLogEvidence, string, boolean | null]>([
    ['a path of the list', logsOf(['/'], null), '/', true],
    ['what a template stands for', logsOf(['/a/{number}'], null), '/a/1', true],
    ['a path that only the 502s name', logsOf([], null), '/api/pay/7', true],
    ['none of the list', logsOf(['/a'], null), '/', false],
    ['none, with sound requests folded away', logsOf(['/a'], 0), '/', false],
    ['unknown where 502s are folded away', logsOf(['/a'], 60), '/', null],
    ['unknown without rows', someLogs({ requests: 0 }), '/', null],
    ['unknown without paths', logsOf(['/a'], null, { missingFields: ['cs-uri-stem'] }), '/', null],
  ])('%s', (_title, logs, path, expected) => {
    expect(isAsked(logs, path)).toBe(expected);
  });
});

describe('an origin whose root answers 502', () => {
  const answered = (differing: Partial<HttpProbe>) =>
    aProbe({ addresses: [anAddress({ http: [anAnswer({ status: 502, viewerPath: '/', ...differing })] })] });
  const causeOf = (logs: AccessLogEvidence, differing: Partial<HttpProbe> = {}) => {
    const { outcome, causes } = conclude(aBag({ logs, probes: [answered(differing)] }));
    const cause = causes.find(({ checkId }) => checkId === 'relayed-502');
    return { outcome, strength: cause?.strength ?? null, because: cause?.cappedBecause ?? null };
  };

  it('is possible and no more where no viewer asks for it', () => {
    expect(causeOf(someLogs({ cells: [pay()] }))).toEqual({
      outcome: 'inconclusive',
      strength: 'possible',
      because: 'It was seen on / alone, and the logs show no viewer asking for that.',
    });
  });

  it.each<[string, AccessLogEvidence, Partial<HttpProbe>]>([
    ['viewers ask for it', someLogs({ cells: [pay(), pay({ path: '/' })] }), {}],
    ['a viewer’s path is what was sent for it', someLogs({ cells: [pay()] }), { viewerPath: '/api/pay/1' }],
    ['the logs do not tell', logsOf(['/a'], 900, { failures: 1_000 }), {}],
  ])('is proven where %s', (_title, logs, differing) => {
    expect(causeOf(logs, differing)).toMatchObject({ outcome: 'cause-found', strength: 'proven' });
  });

  it('keeps a bag of earlier versions as it was judged then', () => {
    const { viewerPath: _left, ...old } = anAnswer({ status: 502 });
    const probes = [aProbe({ addresses: [anAddress({ http: [old] })] })];
    expect(conclude(aBag({ logs: someLogs({ cells: [pay()] }), probes })).causes[0]).toMatchObject({
      checkId: 'relayed-502',
      strength: 'proven',
    });
  });
});

describe('a fault of the root that CloudFront names too', () => {
  const topOf = (detailedResult: string, http: Partial<HttpProbe>) => {
    const probes = [aProbe({ addresses: [anAddress({ http: [anAnswer({ viewerPath: '/', ...http })] })] })];
    return conclude(aBag({ logs: someLogs({ cells: [pay({ detailedResult })] }), probes })).causes[0];
  };

  it('is supported, since its own word does not hang on the path', () => {
    const http = { outcome: 'malformed-head', status: null, problem: 'nonsense' } as const;
    expect(topOf('OriginInvalidResponseError', http)).toMatchObject({
      checkId: 'malformed-response-head',
      strength: 'supported',
    });
  });

  it('is not held against a connection that failed before a path was sent', () => {
    expect(topOf('OriginConnectError', { outcome: 'reset', status: null })).toMatchObject({
      checkId: 'reset-connection',
      strength: 'proven',
    });
  });
});
