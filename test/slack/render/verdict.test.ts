/** What a person reads: the answer, and what the parts of it look like in each kind of ending. */
import { describe, expect, it } from '@jest/globals';
import { renderVerdict } from '../../../src/slack/render/verdict.js';
import { readMessage } from '../../builders/read-message.js';
import { cause, progress, verdict } from '../../builders/verdict.js';

describe('the answer', () => {
  it('reads from the cause to the coverage', () => {
    const message = renderVerdict(verdict(), progress());
    expect(message.text).toBe(
      'The certificate of api.example.com expired two days ago; CloudFront refuses it and answers 502. Where: the connection from CloudFront to the origin. What to do: Renew the certificate on the origin and make it serve the new one.',
    );
    expect(readMessage(message).split('\n')).toEqual([
      'The certificate of api.example.com expired two days ago; CloudFront refuses it and answers 502.',
      expect.stringMatching(/^=+$/),
      '• Where: the connection from CloudFront to the origin',
      '• How sure: proven',
      expect.stringMatching(/^• Began: .+ \(21:13 UTC\), between 21:12 and 21:15 UTC$/),
      '• Load: the share of 502s falls as load rises: 4 % of requests in the quietest third of minutes, 0.6 % in the busiest',
      '• 502s: 530 of 120,431 requests in the access logs; 118 not explained',
      '• What to do: Renew the certificate on the origin and make it serve the new one.',
      'Not the cause of these 502s, but worth mending',
      '• static.example.com does not send the certificate of its issuer.',
      expect.stringMatching(
        /^E2EXAMPLE1ABCD d111111abcdef8\.cloudfront\.net, .+ to .+ \(21:00 to 22:00 UTC\), asked by @U0ONCALL1\.$/,
      ),
      'Access logs: 120,431 rows, newest 22 Nov 2026, 21:54 UTC, 97 % of the requests that CloudWatch counted. Probed 1 origin connection. Missing: load balancer metrics.',
      '[Check again]',
    ]);
  });

  it.each([
    [
      'an open question',
      {
        outcome: 'inconclusive' as const,
        headline: 'The cause is not decided: the access logs could not be read.',
        layer: null,
        causes: [],
        alsoSeen: [],
        nextTest: 'Grant s3:GetObject on the log bucket and check again.',
      },
      [
        '• 502s: 530 of 120,431 requests in the access logs',
        '• What would settle it: Grant s3:GetObject on the log bucket and check again.',
      ],
    ],
    [
      'a lead',
      {
        outcome: 'inconclusive' as const,
        causes: [],
        inconclusive: [
          { checkId: 'x', title: 'Keep-alive race', subjects: [], missing: [], lead: '502s fall as load rises' },
        ],
      },
      ['• Strongest lead: Keep-alive race: 502s fall as load rises'],
    ],
    [
      'nothing wrong',
      {
        outcome: 'no-502s' as const,
        headline: 'No 502s in this hour.',
        layer: null,
        causes: [],
        alsoSeen: [],
        failures: { count: 0, requests: 900, source: 'access-logs' as const },
      },
      ['No 502s in this hour.', '• 502s: 0 of 900 requests in the access logs'],
    ],
    [
      'an estimate',
      { causes: [], failures: { count: 541, requests: 124_000, source: 'cloudfront-metrics' as const } },
      ['• 502s: about 541 of 124,000 requests, estimated from CloudWatch'],
    ],
    [
      'two causes',
      {
        causes: [
          cause(),
          cause({
            claim: 'The load balancer made some itself.',
            strength: 'possible',
            explained: { count: 3, of: 530 },
          }),
        ],
      },
      ['Also found', '• The load balancer made some itself. (possible, not shown; explains 3 of 530 502s)'],
    ],
    [
      'a capped strength',
      { causes: [cause({ strength: 'supported', cappedBecause: 'no access logs could be read' })] },
      ['• How sure: supported by what was seen, not proven', '• Why not surer: no access logs could be read'],
    ],
    [
      'our own fault',
      { crashed: [{ checkId: 'x', title: 'X', message: 'boom' }] },
      ['• Checks that broke: 1, by a fault of cf502; see the thread'],
    ],
    [
      'no logs at all',
      {
        coverage: {
          logs: null,
          metrics: null,
          probes: [{ connectionId: 'a', vantage: 'blind', because: 'b' }],
          missing: [],
        },
      },
      ['No access logs were read. Probed 1 origin connection, 1 with a limited view from here.'],
    ],
  ])('says what matters about %s', (_, changes, lines) => {
    const read = readMessage(renderVerdict(verdict(changes), progress())).split('\n');
    for (const line of lines) expect(read).toContain(line);
  });

  it('names who cancelled', () => {
    const cancelled = verdict({ outcome: 'cancelled', headline: 'The check was cancelled.', layer: null, causes: [] });
    expect(readMessage(renderVerdict(cancelled, progress({ cancelledBy: 'U0COLLEAG' })))).toContain(
      '• Cancelled by: @U0COLLEAG',
    );
  });

  it('is readable when the progress is no longer kept', () => {
    expect(readMessage(renderVerdict(verdict(), null))).not.toContain('asked by');
  });
});
