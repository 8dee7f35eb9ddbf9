/** The same request answered both ways: of no path, of every row of its kind, and never blamed on a path that nobody asks for. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { FailureCell, HttpProbe } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCell,
  aConnection,
  aDistribution,
  anAddress,
  anAnswer,
  aProbe,
  now,
  someLogs,
} from '../builders/evidence.js';

const behaviours = ['/assets/*'];
const asked = (path: string, differing: Partial<HttpProbe> = {}) => anAnswer({ path, viewerPath: path, ...differing });

function judge(http: readonly HttpProbe[], cells: readonly FailureCell[]) {
  const connection = aConnection({ behaviours });
  const bag = aBag({
    distribution: aDistribution({
      behaviours: [aBehaviour({ pathPattern: '/assets/*' }), aBehaviour({ targetId: 'other' })],
      connections: [connection],
    }),
    logs: someLogs({ cells }),
    probes: [aProbe({ connection, addresses: [anAddress({ http })] })],
  });
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}

const rows = (detailedResult: string) =>
  ['/assets/a.js', '/assets/b.js'].map((path) => aCell({ behaviour: '/assets/*', path, count: 50, detailedResult }));

describe('a request that was answered both ways', () => {
  const both = [
    asked('/assets/cf502.js', { status: 502 }),
    asked('/assets/a.js'),
    asked('/assets/cf502.js'),
    asked('/assets/a.js'),
  ];

  it('explains the rows of its kind on any path, and is no more than supported', () => {
    const { causes, headline } = judge(both, rows('OriginError'));
    expect(causes).toMatchObject([
      { checkId: 'relayed-502', strength: 'supported', explained: { count: 100, of: 100 }, comesAndGoes: true },
    ]);
    expect(causes[0]?.cappedBecause).toMatch(/^The same request was answered with the fault and without it/);
    expect(causes[0]?.claim).toContain('answers some requests with 502 itself');
    expect(headline).not.toContain('cf502');
  });

  it('is proven where CloudFront itself names the fault', () => {
    const garbled = asked('/assets/a.js', { outcome: 'malformed-head', status: null, problem: 'no status line' });
    const { causes } = judge([garbled, asked('/assets/a.js')], rows('OriginInvalidResponseError'));
    expect(causes).toMatchObject([{ checkId: 'malformed-response-head', strength: 'proven' }]);
  });

  it('is not the same where the method differs', () => {
    const { causes } = judge(
      [asked('/assets/a.js', { method: 'HEAD', outcome: 'closed-before-head', status: null }), asked('/assets/a.js')],
      rows('OriginReadError'),
    );
    expect(causes[0]?.comesAndGoes).toBeUndefined();
  });
});

describe('a path that cf502 made up', () => {
  it('is in the proof alone', () => {
    const { causes, headline } = judge([asked('/assets/cf502', { status: 502 })], rows('OriginError'));
    expect(causes[0]?.claim).toContain('answers requests of behaviour /assets/* with 502 itself');
    expect(headline).not.toContain('cf502');
    expect(causes[0]?.citations[0].fact).toContain('GET /assets/cf502 (a path that cf502 made up): 502');
  });
});
