import { describe, expect, it } from '@jest/globals';
import { refusedConnection } from '../../src/checks/refused-connection.js';
import { unseenOriginFault } from '../../src/checks/unseen-origin-fault.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import {
  aBag,
  aCell,
  aDeadAddress,
  anAddress,
  anAnswer,
  aProbe,
  blindVantage,
  now,
  someLogs,
} from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const logs = someLogs({ cells: [aCell({ count: 412 }), aCell({ detailedResult: 'OriginReadError', count: 3 })] });

describeCheck(unseenOriginFault, {
  found: [],
  ruledOut: [
    [
      'rows that name no fault of the origin',
      { 'access-logs': someLogs({ cells: [aCell({ detailedResult: 'Error', count: 9 })] }), 'origin-probe': aProbe() },
      /names a fault of origin\.example\.com/,
    ],
    [
      'rows of other behaviours',
      { 'access-logs': someLogs({ cells: [aCell({ behaviour: '/x' })] }), 'origin-probe': aProbe() },
      /No logged/,
    ],
    [
      'an origin that is not sound',
      { 'access-logs': logs, 'origin-probe': aProbe({ addresses: [aDeadAddress('refused')] }) },
      /other checks/,
    ],
    ['a blind vantage', { 'access-logs': logs, 'origin-probe': aProbe({ vantage: blindVantage }) }, /other checks/],
  ],
  inconclusive: [
    [
      'rows that an origin which answers does not explain',
      { 'access-logs': logs, 'origin-probe': aProbe() },
      /answers from here now/,
      /^CloudFront logged OriginConnectError on 412 rows \(CloudFront could not connect\), yet origin\.example\.com answers from here\.$/,
    ],
    [
      'an origin that turns us away',
      {
        'access-logs': logs,
        'origin-probe': aProbe({ addresses: [anAddress({ http: [anAnswer({ status: 401 })] })] }),
      },
      /turned every request from here away with 401 now/,
      /^origin\.example\.com turned every request from here away with 401, and CloudFront logged OriginConnectError on 412 rows/,
    ],
    [
      'an origin that limits how often we ask',
      {
        'access-logs': logs,
        'origin-probe': aProbe({
          addresses: [anAddress({ http: [anAnswer(), anAnswer({ path: '/a', status: 429 })] })],
        }),
      },
      /turned 1 of 2 requests from here away with 429 now/,
      /turned 1 of 2 requests from here away with 429, and/,
    ],
  ],
});

describe('unseen-origin-fault in a verdict', () => {
  const conclude = (probe = aProbe()) => {
    const bag = aBag({ logs, probes: [probe] });
    return concludeVerdict(bag, evaluateEvidence([refusedConnection, unseenOriginFault], bag, now), now);
  };

  it('leads an inconclusive one', () => {
    const verdict = conclude();
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.inconclusive[0]?.checkId).toBe('unseen-origin-fault');
    expect(verdict.headline).toContain('strongest lead: CloudFront logged OriginConnectError on 412 rows');
  });

  it('is settled by a cause that accounts for the rows', () => {
    const verdict = conclude(aProbe({ addresses: [aDeadAddress('refused')] }));
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['refused-connection']);
    expect(verdict.inconclusive).toEqual([]);
  });
});
