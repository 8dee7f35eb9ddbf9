import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findTarget } from '../../src/slack/find-target.js';
import { hostileText } from '../builders/arbitrary-verdict.js';

const alarm = {
  type: 'message',
  bot_id: 'B0ALARMBOT',
  text: '',
  blocks: [{ type: 'section', block_id: 'E9BLOCKID12345', text: { type: 'mrkdwn', text: '*5xxErrorRate* > 5' } }],
  attachments: [
    {
      fallback: 'CloudWatch alarm in us-east-1',
      title_link: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home',
      fields: [{ title: 'DistributionId', value: 'E2EXAMPLE1ABCD' }],
    },
  ],
};

describe('what a message is about', () => {
  it.each([
    ['an id', 'look at E2EXAMPLE1ABCD please', 'E2EXAMPLE1ABCD'],
    ['an ARN', 'arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE1ABCD down', 'E2EXAMPLE1ABCD'],
    [
      'a link to the console',
      '<https://us-east-1.console.aws.amazon.com/cloudfront/v4/home#/distributions/E2EXAMPLE1ABCD>',
      'E2EXAMPLE1ABCD',
    ],
    ['its own domain', 'see https://D111111ABCDEF8.cloudfront.net/x', 'd111111abcdef8.cloudfront.net'],
    ['a name of the policy file', 'the shop is down', 'shop'],
    ['an alias', '502 from https://www.example.com/cart (see bundle.js)', 'www.example.com'],
    ['an id before a domain', 'www.example.com is E2EXAMPLE1ABCD', 'E2EXAMPLE1ABCD'],
    ['words only', 'EVERYTHINGDOWN is bad', null],
    ['hosts of others only', 'https://github.com/x https://s3.amazonaws.com/y app.js', null],
    ['an address of a person', 'ask someone@example.com', null],
    ['nothing', '', null],
  ])('finds %s', (_, text, found) => {
    expect(findTarget({ text }, ['shop'])).toBe(found);
  });

  it('looks into attachments and blocks, but not into ids of blocks', () => {
    expect(findTarget(alarm, [])).toBe('E2EXAMPLE1ABCD');
  });

  it('never throws, and is quick about long messages', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ text: hostileText })), (message) => {
        const found = findTarget(message, ['shop']);
        expect(found === null || /^[\w.-]+$/.test(found)).toBe(true);
      }),
    );
    const began = Date.now();
    findTarget({ text: 'a-'.repeat(500_000) + '.'.repeat(500_000) }, []);
    findTarget({ text: 'a.'.repeat(500_000) }, []);
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});
