/** Finding a distribution by a name that it answers to, against the local CloudFront. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveTarget } from '../../src/collectors/resolve-target.js';
import { distributionConfig } from '../world/aws/distribution-config.js';
import { type LocalContext, startLocalContext } from './local-context.js';

let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T12:00:00.000Z'));
});
afterEach(() => local.stop());

const resolve = (domainName: string) => resolveTarget(local.context, { kind: 'domain-name', domainName });
const named = (aliases: readonly string[]) => local.aws.putDistribution({ config: distributionConfig({ aliases }) });

describe('resolveTarget', () => {
  it('takes an id as it is, without asking', async () => {
    expect(await resolveTarget(local.context, { kind: 'distribution-id', id: 'E2EXAMPLE12345' })).toBe(
      'E2EXAMPLE12345',
    );
    expect(local.aws.calls).toEqual([]);
  });

  it.each([
    ['the name of the distribution', (of: { domainName: string }) => of.domainName],
    ['an alias', () => 'www.example.com'],
    ['an alias in capitals with a final dot', () => 'WWW.Example.COM.'],
  ])('takes %s', async (_name, nameOf) => {
    named(['other.example.com']);
    const wanted = named(['www.example.com']);
    expect(await resolve(nameOf(wanted))).toBe(wanted.id);
  });

  it('prefers an exact alias, then the longest wildcard', async () => {
    const wide = named(['*.example.com']);
    const narrow = named(['*.shop.example.com']);
    const exact = named(['a.shop.example.com']);
    expect(await resolve('a.shop.example.com')).toBe(exact.id);
    expect(await resolve('b.shop.example.com')).toBe(narrow.id);
    expect(await resolve('deep.b.example.com')).toBe(wide.id);
    await expect(resolve('example.com')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('looks through every page, and says how much there was', async () => {
    for (let index = 0; index < 120; index += 1) named([`n${index}.example.com`]);
    await expect(resolve('absent.example.com')).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('All 120 distributions'),
      details: { tried: [expect.stringContaining('120 distributions')] },
    });
    const last = named(['late.example.com']);
    expect(await resolve('late.example.com')).toBe(last.id);
  });

  it('names the permission that it lacks', async () => {
    local.aws.fail({ service: 'cloudfront', operation: 'ListDistributions', how: 'access-denied' });
    await expect(resolve('www.example.com')).rejects.toMatchObject({
      kind: 'access-denied',
      details: { action: 'cloudfront:ListDistributions' },
    });
  });
});
