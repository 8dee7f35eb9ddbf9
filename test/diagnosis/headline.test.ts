/** What stands alone: whose count it is, how much of the origin has the fault, and what leads where nothing is decided. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import {
  aBag,
  aBehaviour,
  aCell,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  now,
  someLogs,
} from '../builders/evidence.js';

const conclude = (bag: EvidenceBag) => concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);

describe('the headline of a cause', () => {
  it('says on how many of the addresses it is', () => {
    const probe = aProbe({ addresses: [aDeadAddress('refused', '192.0.2.11'), anAddress()] });
    const { headline } = conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 40 })] }), probes: [probe] }));
    expect(headline).toBe(
      'origin.example.com refuses connections on port 443 (on 1 of 2 addresses), so CloudFront answers 502: explains 40 of 40.',
    );
  });

  it('says so of a name that leaves room for the title alone', () => {
    const domainName = `${'a'.repeat(60)}.${'b'.repeat(40)}.example.com`;
    const probe = aProbe({
      connection: aConnection({ domainName }),
      addresses: [aDeadAddress('refused', '192.0.2.11'), anAddress()],
    });
    const distribution = aDistribution({ connections: [aConnection({ domainName })] });
    const logs = someLogs({ cells: [aCell({ count: 40 })] });
    const { headline } = conclude(aBag({ distribution, logs, probes: [probe] }));
    expect(headline).toContain('(on 1 of 2 addresses): explains 40 of 40.');
  });

  it('gives the first of several causes its own count, and all of them theirs', () => {
    const [api, web] = [
      aConnection({ behaviours: ['/api/*'] }),
      aConnection({ originId: 'web', domainName: 'web.example.com', behaviours: ['*'] }),
    ];
    const distribution = aDistribution({
      origins: [anOrigin(), anOrigin({ id: 'web', domainName: 'web.example.com' })],
      behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
      connections: [api, web],
    });
    const logs = someLogs({
      cells: [aCell({ behaviour: '/api/*', count: 25, detailedResult: 'OriginError' }), aCell({ count: 75 })],
    });
    const probes = [
      aProbe({ connection: api, addresses: [anAddress({ http: [anAnswer({ status: 502 })] })] }),
      aProbe({ connection: web, addresses: [aDeadAddress('refused')] }),
    ];
    expect(conclude(aBag({ distribution, logs, probes })).headline).toMatch(
      /^web\.example\.com refuses .*: explains 75; with 1 more cause, 100 of 100\.$/,
    );
  });
});

describe('the strongest lead', () => {
  it('is what the rows say, and a defect that none of them shows stands below', () => {
    const big = anAnswer({ path: '/login', outcome: 'oversized-head', headBytes: 40_000 });
    const verdict = conclude(
      aBag({
        logs: someLogs({ cells: [aCell({ detailedResult: 'OriginReadError', count: 32 })] }),
        probes: [aProbe({ addresses: [anAddress({ http: [anAnswer(), big] })] })],
      }),
    );
    expect(verdict).toMatchObject({
      outcome: 'inconclusive',
      headline: expect.stringMatching(/strongest lead: 32 rows say OriginReadError/),
      alsoSeen: [{ checkId: 'oversized-response-head' }],
      nextTest: 'Run the check again while the 502s happen.',
    });
  });
});
