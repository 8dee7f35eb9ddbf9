/** What a person may type, or paste, as the target of a check. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTarget } from '../../src/diagnosis/target.js';
import { anyCharacter } from '../builders/any-character.js';

const names = { shop: 'E1SHOP0000001', 'api-eu': 'E2API00000001' };
const id = 'E1A2B3C4D5E6F7';

describe('parseTarget', () => {
  it.each([
    ['an id', id, id],
    ['a short id', 'E123', 'E123'],
    ['an id in lower case', 'e1a2b3c4d5e6f7', id],
    ['an id in quotation marks', `“${id}”`, id],
    ['an id with a full stop after it', `${id}.`, id],
    ['an id with invisible characters', `\u200b${id}\u2060`, id],
    ['an ARN', `arn:aws:cloudfront::111122223333:distribution/${id}`, id],
    ['an ARN of the China partition', `arn:aws-cn:cloudfront::111122223333:distribution/${id}`, id],
    [
      'a console URL',
      `https://us-east-1.console.aws.amazon.com/cloudfront/v4/home?region=us-east-1#/distributions/${id}`,
      id,
    ],
    ['a console URL of a tab', `https://console.aws.amazon.com/cloudfront/v3/home#/distributions/${id}/origins`, id],
    ['a console URL of long ago', `https://console.aws.amazon.com/cloudfront/home#distribution-settings:${id}`, id],
    [
      'a console URL of a multi-session',
      `https://111122223333-abc.us-east-1.console.aws.amazon.com/cloudfront/v4/home#/distributions/${id}`,
      id,
    ],
    [
      'a console URL wrapped by Slack',
      `<https://console.aws.amazon.com/cloudfront/v4/home?a=1&amp;b=2#/distributions/${id}|console>`,
      id,
    ],
    ['a name of the policy file', 'shop', 'E1SHOP0000001'],
    ['a name in capitals', 'Api-EU', 'E2API00000001'],
  ])('takes %s', (_, text, expected) => {
    expect(parseTarget(text, names)).toMatchObject({ ok: true, target: { kind: 'distribution-id', id: expected } });
  });

  it.each([
    ['an alias', 'www.example.com', 'www.example.com'],
    ['an alias in capitals', 'WWW.Example.COM', 'www.example.com'],
    ['an alias with a final dot', 'www.example.com.', 'www.example.com'],
    ['a wildcard alias', '*.example.com', '*.example.com'],
    ['an underscore', '_x.example.com', '_x.example.com'],
    ['a CloudFront name', 'd111111abcdef8.cloudfront.net', 'd111111abcdef8.cloudfront.net'],
    ['a URL', 'https://www.example.com/api/orders?x=1#top', 'www.example.com'],
    ['a URL with a port', 'https://www.example.com:8443/', 'www.example.com'],
    ['a URL with a user', 'https://user:secret@www.example.com/', 'www.example.com'],
    ['a host that Slack made a link', '<http://www.example.com|www.example.com>', 'www.example.com'],
    ['letters beyond ASCII', 'bücher.example', 'xn--bcher-kva.example'],
  ])('takes %s as a domain name', (_, text, expected) => {
    expect(parseTarget(text, names)).toMatchObject({
      ok: true,
      asked: expected,
      target: { kind: 'domain-name', domainName: expected },
    });
  });

  it.each([
    ['nothing', '', /No distribution was named/],
    ['a plain word', 'production', /“production” is not a distribution/],
    ['a word that begins with e', 'everything', /is not a distribution/],
    ['an IP address', '192.0.2.1', /is not a distribution/],
    ['the ARN of something else', 'arn:aws:s3:::my-bucket', /is not the ARN of a distribution/],
    ['the console without a distribution', 'https://console.aws.amazon.com/s3/home', /does not show a distribution/],
    ['a label that begins with a dash', '-x.example.com', /is not a distribution/],
    ['a name of Object.prototype', 'constructor', /is not a distribution/],
    ['too much', 'a'.repeat(501), /too long/],
  ])('refuses %s and says what is accepted', (_, text, expected) => {
    const parsed = parseTarget(text, names);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringMatching(expected) });
    expect(parsed).toMatchObject({ problem: expect.stringMatching(/an alias .* one of these names: api-eu, shop\.$/) });
  });

  it('offers the name that is nearest', () => {
    expect(parseTarget('shpo', names)).toMatchObject({ problem: expect.stringContaining('did you mean shop') });
  });

  it('never throws, and what it accepts is well formed and is accepted again', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 80 }),
      fc.webUrl({ withFragments: true }),
      fc.domain(),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseTarget(typed, names);
        if (!parsed.ok) return parsed.problem.endsWith('.') && parsed.problem.length < 600;
        expect(parseTarget(parsed.asked, names)).toEqual(parsed);
        if (parsed.target.kind === 'distribution-id') return /^E[A-Z0-9]+$/.test(parsed.target.id);
        return /^[a-z0-9_.*-]{3,253}$/.test(parsed.target.domainName);
      }),
      { numRuns: 500 },
    );
  });
});
