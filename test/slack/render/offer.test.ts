/** What a person reads about changes under an answer: what is offered, who asked for it, and why nothing is. */
import { describe, expect, it } from '@jest/globals';
import type { Offer } from '../../../src/remediation/offer.js';
import { renderNoOffer, renderOffer } from '../../../src/slack/render/offer.js';
import { renderThread } from '../../../src/slack/render/thread.js';
import { readMessage } from '../../builders/read-message.js';
import { verdict } from '../../builders/verdict.js';

const checkId = 'chk_0123456789ab';
const offer: Offer = {
  change: {
    target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' },
    field: 'keep-alive-timeout',
    before: 5,
    after: 3,
  },
  checkId: 'short-origin-keepalive',
  claim: 'The origin closes idle connections after 4.0 s and CloudFront keeps them for 5 s.',
  forecast: {
    stance: 'supports',
    sentences: ['412 of 530 failures came on reused connections.', 'The others would fail all the same.'],
    touched: { count: 412, of: 530 },
  },
  sentence: 'Lower the keep-alive time-out to 3 s. 412 of 530 failures came on reused connections.',
};

describe('an offer', () => {
  it('says what, why and what the button does', () => {
    const message = renderOffer(checkId, 1, offer, null);
    expect(message.text).toBe(
      'The evidence supports a change: the keep-alive time-out of origin api of E2EXAMPLE1ABCD from 5 s to 3 s.',
    );
    expect(readMessage(message).split('\n')).toEqual([
      'The evidence supports a change: keep-alive time-out (OriginKeepaliveTimeout) of origin api of distribution E2EXAMPLE1ABCD, 5 s → 3 s.',
      '• Lower the keep-alive time-out to 3 s. 412 of 530 failures came on reused connections.',
      '• Found: The origin closes idle connections after 4.0 s and CloudFront keeps them for 5 s.',
      '• The others would fail all the same.',
      'The button changes nothing: it makes a proposal, which somebody else has to approve.',
      '[Propose this change]',
    ]);
    expect(JSON.stringify(message.blocks)).toContain(`"value":"${checkId}:1"`);
  });

  it('has no button once somebody asked for it', () => {
    const read = readMessage(renderOffer(checkId, 1, offer, 'U0ONCALL1'));
    expect(read).toContain('Asked for by @U0ONCALL1.');
    expect(read).not.toContain('[');
  });

  it('stands last in the thread, one message each, after why others are not made', () => {
    const plain = renderThread(verdict(), null);
    const thread = renderThread(verdict(), null, {
      offers: [offer, offer],
      remarks: ['A longer time-out cures no 502.'],
    });
    expect(thread.slice(0, plain.length)).toEqual(plain);
    expect(thread.slice(plain.length).map((message) => readMessage(message).split('\n')[0])).toEqual([
      'About changing timeouts.',
      expect.stringContaining('The evidence supports a change'),
      expect.stringContaining('The evidence supports a change'),
    ]);
    expect(JSON.stringify(thread.at(-1)?.blocks)).toContain(`"value":"${checkId}:1"`);
  });

  it('is absent where nothing can be changed, and no word is said of it', () => {
    expect(renderThread(verdict(), null, null)).toEqual(renderThread(verdict(), null));
  });

  it('that is not made is said, without a button', () => {
    const read = readMessage(renderNoOffer(['Renew the certificate; no time-out helps.'], false));
    expect(read.split('\n')).toEqual([
      'No change of a timeout is offered.',
      '• Renew the certificate; no time-out helps.',
    ]);
  });
});
