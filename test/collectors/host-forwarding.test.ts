import { describe, expect, it } from '@jest/globals';
import { evaluateHostForwarding, type HeaderPolicy } from '../../src/collectors/host-forwarding.js';

function policy(headerBehaviour: string, headers: readonly string[] = []): HeaderPolicy {
  return { name: 'p', headerBehaviour, headers };
}

function evaluate(requestPolicy: HeaderPolicy | null | undefined, cachePolicy: HeaderPolicy | null | undefined) {
  return evaluateHostForwarding(
    {
      ...(requestPolicy === undefined ? {} : { OriginRequestPolicyId: 'request' }),
      ...(cachePolicy === undefined ? {} : { CachePolicyId: 'cache' }),
    },
    {
      originRequest: new Map([['request', requestPolicy ?? null]]),
      cache: new Map([['cache', cachePolicy ?? null]]),
    },
  ).forwardsHost;
}

const none = policy('none');
const withHost = policy('whitelist', ['accept', 'host']);

describe('evaluateHostForwarding', () => {
  const rows: readonly [string, HeaderPolicy | null | undefined, HeaderPolicy | null | undefined, string][] = [
    ['all viewer headers', policy('allViewer'), none, 'yes'],
    ['all viewer headers and some of CloudFront', policy('allViewerAndWhitelistCloudFront'), none, 'yes'],
    ['a list with Host', withHost, none, 'yes'],
    ['a list without Host', policy('whitelist', ['accept']), none, 'no'],
    ['all except Host', policy('allExcept', ['host']), none, 'no'],
    ['all except another', policy('allExcept', ['cookie']), none, 'yes'],
    ['no headers', none, none, 'no'],
    ['no headers, but Host in the cache key', none, withHost, 'yes'],
    ['all except Host, but Host in the cache key', policy('allExcept', ['host']), withHost, 'yes'],
    ['a cache policy alone', undefined, none, 'no'],
    ['a cache policy alone with Host', undefined, withHost, 'yes'],
    ['an unreadable request policy', null, none, 'unknown'],
    ['an unreadable request policy, but Host in the cache key', null, withHost, 'yes'],
    ['an unreadable cache policy', none, null, 'unknown'],
    ['an unreadable cache policy, but all viewer headers', policy('allViewer'), null, 'yes'],
  ];
  it.each(rows)('%s', (_name, requestPolicy, cachePolicy, expected) => {
    expect(evaluate(requestPolicy, cachePolicy)).toBe(expected);
  });

  it.each([
    ['*', 'yes'],
    ['host', 'yes'],
    ['Host', 'yes'],
    ['Origin', 'no'],
  ])('legacy settings with %s', (header, expected) => {
    const forwarded = { QueryString: false, Cookies: { Forward: 'none' as const } };
    const policies = { cache: new Map(), originRequest: new Map() };
    const headers = { Quantity: 1, Items: [header] };
    expect(evaluateHostForwarding({ ForwardedValues: { ...forwarded, Headers: headers } }, policies).forwardsHost).toBe(
      expected,
    );
    expect(evaluateHostForwarding({ ForwardedValues: forwarded }, policies).forwardsHost).toBe('no');
    expect(evaluateHostForwarding({}, policies).forwardsHost).toBe('no');
  });
});
