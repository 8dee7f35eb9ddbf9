/** Which subjects a check is put to, and what becomes of missing evidence and throws. */
import { describe, expect, it } from '@jest/globals';
import { type Check, defineCheck } from '../../src/diagnosis/check.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceKind } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBalancer,
  aConnection,
  aDistribution,
  anOrigin,
  aProbe,
  now,
  someLogs,
  unavailable,
} from '../builders/evidence.js';

const first = aConnection();
const second = aConnection({ host: 'www.example.com' });
const balanced = aConnection({ originId: 'alb', domainName: 'alb.example.com' });
const distribution = aDistribution({
  origins: [anOrigin(), anOrigin({ id: 'alb', domainName: 'alb.example.com' })],
  connections: [first, second, balanced],
});
const bag = aBag({
  distribution,
  probes: [first, second, balanced].map((connection) => aProbe({ connection })),
  balancers: [aBalancer({ originId: 'alb' })],
});

/** A check that rules out, and says what it was given. */
function aCheck(needs: readonly EvidenceKind[], uses: readonly EvidenceKind[] = []): Check {
  return defineCheck({
    id: 'test-check',
    title: 'Test',
    layer: 'target',
    why: 'https://docs.aws.amazon.com/x.html',
    needs,
    uses,
    evaluate: (evidence) => ({
      state: 'ruled-out',
      because: Object.entries(evidence)
        .map(([kind, data]) => `${kind}:${data === null ? 'null' : 'data'}`)
        .join(' '),
      citations: [],
    }),
  });
}
const subjectsOf = (check: Check) => evaluateEvidence([check], bag, now).map(({ subject }) => subject);

describe('subjects', () => {
  const whole = { connectionId: null, originId: null };
  const connections = [first, second, balanced].map(({ id, originId }) => ({ connectionId: id, originId }));
  it.each([
    ['the distribution once', aCheck(['distribution', 'access-logs', 'cloudfront-metrics']), [whole]],
    ['every connection', aCheck(['origin-probe', 'distribution']), connections],
    ['every connection, used only', aCheck(['distribution'], ['origin-probe']), connections],
    ['every load balancer', aCheck(['load-balancer']), [{ connectionId: null, originId: 'alb' }]],
    [
      'every load balancer, used only',
      aCheck(['distribution'], ['load-balancer']),
      [{ connectionId: null, originId: 'alb' }],
    ],
    ['connections to load balancers', aCheck(['origin-probe', 'load-balancer']), [connections[2]]],
    ['connections, with the balancer where there is one', aCheck(['origin-probe'], ['load-balancer']), connections],
    [
      'load balancers, whose connections are not told apart',
      aCheck(['load-balancer'], ['origin-probe']),
      [{ connectionId: null, originId: 'alb' }],
    ],
  ])('%s', (_, check, expected) => {
    expect(subjectsOf(check)).toEqual(expected);
  });

  it('pairs a connection with the balancer of its own origin', () => {
    const outcomes = evaluateEvidence([aCheck(['origin-probe'], ['load-balancer'])], bag, now);
    expect(outcomes.map(({ outcome }) => (outcome.state === 'ruled-out' ? outcome.because : outcome.state))).toEqual([
      'origin-probe:data load-balancer:null',
      'origin-probe:data load-balancer:null',
      'origin-probe:data load-balancer:data',
    ]);
  });

  it('hands over what is declared and nothing else', () => {
    const [outcome] = evaluateEvidence([aCheck(['distribution'], ['access-logs'])], bag, now);
    expect(outcome?.outcome).toMatchObject({ because: 'distribution:data access-logs:data' });
  });
});

describe('missing evidence', () => {
  it('makes a check that needs it inconclusive, with the reason and remedy', () => {
    const remedy = 'Allow s3:GetObject.';
    const [outcome] = evaluateEvidence([aCheck(['access-logs'])], aBag({ logs: unavailable({ remedy }) }), now);
    expect(outcome?.outcome).toEqual({
      state: 'inconclusive',
      missing: [{ kind: 'access-denied', message: 'AWS did not allow it.', remedy }],
    });
  });

  it('is null to a check that merely uses it', () => {
    const [outcome] = evaluateEvidence([aCheck(['distribution'], ['access-logs'])], aBag({ logs: unavailable() }), now);
    expect(outcome?.outcome).toMatchObject({ because: 'distribution:data access-logs:null' });
  });

  it('is seen where a planned connection was not probed', () => {
    const outcomes = evaluateEvidence([aCheck(['origin-probe'])], aBag({ distribution, probes: [] }), now);
    expect(outcomes.map(({ outcome }) => outcome.state)).toEqual(Array(3).fill('inconclusive'));
  });

  it('is one answer where there is nothing to put a check to', () => {
    const blank = aBag({ distribution: unavailable(), probes: [] });
    for (const kind of ['origin-probe', 'load-balancer', 'distribution'] as const)
      expect(evaluateEvidence([aCheck([kind])], blank, now)).toMatchObject([
        { outcome: { state: 'inconclusive', missing: [{ message: 'AWS did not allow it.' }] } },
      ]);
    const unbalanced = evaluateEvidence([aCheck(['load-balancer'])], aBag(), now);
    expect(unbalanced).toMatchObject([
      { outcome: { state: 'ruled-out', because: expect.stringContaining('No origin') } },
    ]);
    const unconnected = aBag({ distribution: aDistribution({ connections: [] }), probes: [] });
    expect(evaluateEvidence([aCheck(['origin-probe'])], unconnected, now)).toMatchObject([
      { outcome: { state: 'inconclusive' } },
    ]);
  });
});

describe('a check that throws', () => {
  it('is crashed, for that subject alone, and stops nobody else', () => {
    const fragile: Check = {
      ...aCheck(['origin-probe']),
      id: 'fragile',
      evaluate: (evidence) => {
        if (evidence['origin-probe']?.connection.id === second.id) throw new TypeError('x is\u001b[31m undefined');
        return { state: 'ruled-out', because: 'Sound.', citations: [] };
      },
    };
    const outcomes = evaluateEvidence([fragile, aCheck(['access-logs'])], { ...bag, accessLogs: unavailable() }, now);
    expect(outcomes.map(({ outcome }) => outcome.state)).toEqual(['ruled-out', 'crashed', 'ruled-out', 'inconclusive']);
    expect(outcomes[1]?.outcome).toEqual({ state: 'crashed', message: expect.not.stringContaining('\u001b') });
  });

  it('may throw anything', () => {
    const rude: Check = {
      ...aCheck(['distribution']),
      evaluate: () => {
        throw 'a string';
      },
    };
    expect(evaluateEvidence([rude], aBag({ logs: someLogs() }), now)).toMatchObject([
      { outcome: { state: 'crashed', message: 'a string' } },
    ]);
  });
});
