/** When CloudFront turns to the second origin of a group, and what a fault there is worth. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { AddressProbe, OriginProbe } from '../../src/diagnosis/evidence.js';
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
  blindVantage,
  now,
  someLogs,
} from '../builders/evidence.js';

const [first, spare] = [aConnection(), aConnection({ originId: 'spare', domainName: 'spare.example.com' })];

function judge(codes: readonly number[], ofFirst: Partial<OriginProbe>) {
  const bag = aBag({
    distribution: aDistribution({
      origins: [anOrigin(), anOrigin({ id: 'spare', domainName: 'spare.example.com' })],
      originGroups: [{ id: 'pair', memberOriginIds: ['api', 'spare'], failoverStatusCodes: codes }],
      behaviours: [aBehaviour({ targetId: 'pair' })],
      connections: [first, spare],
    }),
    logs: someLogs({ cells: [aCell({ count: 50 })] }),
    probes: [
      aProbe({ connection: first, ...ofFirst }),
      aProbe({ connection: spare, addresses: [aDeadAddress('refused', '192.0.2.20')] }),
    ],
  });
  const [cause] = concludeVerdict(bag, evaluateEvidence(checks, bag, now), now).causes;
  return cause;
}

const answering = (status: number, path = '/'): { readonly addresses: readonly AddressProbe[] } => ({
  addresses: [anAddress({ http: [anAnswer({ status, path, viewerPath: path })] })],
});

describe('the fault of a standby', () => {
  it.each([
    ['answers with a code of the group', [503], answering(503), 'proven'],
    ['answers with an error that is none of its codes', [500], answering(503), 'possible'],
    ['answers well', [500, 502, 503, 504], answering(200), 'possible'],
    ['answers an error of the client on a path that nobody asks for', [404], answering(404, '/made-up'), 'possible'],
    [
      'is silent, from where only CloudFront may be let in',
      [504],
      { vantage: blindVantage, addresses: [aDeadAddress('timed-out')] },
      'supported',
    ],
    [
      'is silent, and the group does not name that',
      [404],
      { vantage: blindVantage, addresses: [aDeadAddress('timed-out')] },
      'possible',
    ],
  ] as const)('whose first origin %s', (_, codes, ofFirst, strength) => {
    expect(judge(codes, ofFirst)).toMatchObject({ checkId: 'refused-connection', originId: 'spare', strength });
  });

  it('is not said to stand behind a sound origin where that was silent', () => {
    const cause = judge([504], { vantage: blindVantage, addresses: [aDeadAddress('timed-out')] });
    expect(cause?.cappedBecause).toContain('did not answer from here');
  });
});
