import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { defaultPolicy, loadPolicy, parsePolicy, refuseCheck } from '../src/policy.js';

const text = (body: string): string => `version: 1\n${body}`;

describe('parsePolicy', () => {
  it('takes the example file', () => {
    const policy = parsePolicy(readFileSync('cf502.policy.example.yml', 'utf8'), 'example');
    expect(Object.keys(policy.distributions)).toEqual(['shop']);
  });

  it('is permissive about reading and strict about addresses by default', () => {
    expect(defaultPolicy.access.distributions).toBe('any');
    expect(defaultPolicy.probes.allowedRanges).toEqual([]);
  });

  it.each([
    ['an unknown key', 'acess: {}', 'acess'],
    ['an unknown key deep down', 'probes: { allowRanges: [] }', 'allowRanges'],
    ['a range that is none', 'probes: { allowedRanges: [10.0.0.0] }', 'probes.allowedRanges.0'],
    ['an e-mail address for a person', 'access: { users: [a@example.com] }', 'access.users.0'],
    ['an id that is none', 'distributions: { shop: { id: nope } }', 'distributions.shop.id'],
    ['a bucket that is none', 'audit: { bucket: My Bucket, region: eu-west-1 }', 'audit.bucket'],
    ['an audit bucket of no region', 'audit: { bucket: my-bucket }', 'audit.region'],
    ['a role that is none', 'aws: { readRoleArn: reader }', 'aws.readRoleArn'],
  ])('refuses %s and says where', (_what, body, place) => {
    expect(() => parsePolicy(text(body), 'cf502.policy.yml')).toThrow(place);
  });

  it('says when the file is not YAML', () => {
    expect(() => parsePolicy('a: [', 'cf502.policy.yml')).toThrow('is not YAML');
  });

  it('has no version 2', () => {
    expect(() => parsePolicy('version: 2', 'cf502.policy.yml')).toThrow('version');
  });

  it('refuses a file that was asked for and is missing, but not a missing default', () => {
    expect(() => loadPolicy('missing.yml')).toThrow('cf502.policy.example.yml');
  });
});

describe('refuseCheck', () => {
  const policy = parsePolicy(
    text(`
distributions:
  shop: { id: E1EXAMPLE12345, channels: [C0SHOP], users: [U0ANN] }
  blog: { id: E2EXAMPLE12345 }
access: { distributions: listed, channels: [C0SHOP, C0ALL], users: [U0ANN, U0BEN] }`),
    'policy',
  );
  it.each([
    ['in its channel by its person', 'E1EXAMPLE12345', 'C0SHOP', 'U0ANN', null],
    ['by somebody else', 'E1EXAMPLE12345', 'C0SHOP', 'U0BEN', 'You may not ask'],
    ['in another channel', 'E1EXAMPLE12345', 'C0ALL', 'U0ANN', 'may not be asked about in this channel'],
    ['without limits of its own', 'E2EXAMPLE12345', 'C0ALL', 'U0BEN', null],
    ['unlisted', 'E3EXAMPLE12345', 'C0ALL', 'U0BEN', 'not in the policy file'],
    ['from a channel that is not listed', 'E2EXAMPLE12345', 'C0OTHER', 'U0BEN', 'may not be used in this channel'],
    ['by a person who is not listed', 'E2EXAMPLE12345', 'C0ALL', 'U0EVE', 'not on the list'],
    ['not yet resolved', null, 'C0ALL', 'U0BEN', null],
  ])('%s', (_what, distributionId, channelId, userId, expected) => {
    const refusal = refuseCheck(policy, { distributionId, channelId, userId });
    if (expected === null) expect(refusal).toBeNull();
    else expect(refusal).toContain(expected);
  });

  it('lets anybody ask about anything by default', () => {
    expect(
      refuseCheck(defaultPolicy, { distributionId: 'E1EXAMPLE12345', channelId: 'C0ALL', userId: 'U0EVE' }),
    ).toBeNull();
  });
});
