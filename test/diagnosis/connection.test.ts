import { describe, expect, it } from '@jest/globals';
import { type ConnectionInput, maxConnections, planConnections } from '../../src/diagnosis/connection.js';
import { buildBehaviour, buildOrigin } from './configuration-builders.js';

function plan(differs: Partial<ConnectionInput> = {}) {
  return planConnections({
    origins: [buildOrigin()],
    originGroups: [],
    behaviours: [buildBehaviour()],
    aliases: [],
    domainName: 'd111111abcdef8.cloudfront.net',
    ...differs,
  });
}
const idsOf = (differs: Partial<ConnectionInput>) => plan(differs).connections.map(({ id }) => id);

describe('planConnections', () => {
  it('uses the name of the origin for SNI and Host where the Host of the viewer is not forwarded', () => {
    expect(plan({ aliases: ['www.example.com'] }).connections).toEqual([
      {
        id: 'app/https/app.example.test',
        originId: 'app',
        behaviours: ['*'],
        scheme: 'https',
        port: 443,
        domainName: 'app.example.test',
        sni: 'app.example.test',
        host: 'app.example.test',
        hostIsForwarded: false,
      },
    ]);
  });

  it('uses each alias for SNI and Host where it is forwarded, and still connects to the origin', () => {
    const { connections } = plan({
      behaviours: [buildBehaviour({ forwardsHost: 'yes' })],
      aliases: ['www.example.com', 'WWW.example.com', 'shop.example.com'],
    });
    expect(
      connections.map(({ domainName, sni, host, hostIsForwarded }) => ({ domainName, sni, host, hostIsForwarded })),
    ).toEqual([
      { domainName: 'app.example.test', sni: 'www.example.com', host: 'www.example.com', hostIsForwarded: true },
      { domainName: 'app.example.test', sni: 'shop.example.com', host: 'shop.example.com', hostIsForwarded: true },
    ]);
  });

  const behaviour = buildBehaviour;
  const rows: readonly [string, Partial<ConnectionInput>, readonly string[]][] = [
    [
      'the distribution name stands in where there is no alias',
      { behaviours: [behaviour({ forwardsHost: 'yes' })] },
      ['app/https/d111111abcdef8.cloudfront.net'],
    ],
    [
      'an unknown policy plans both, the own name first',
      { behaviours: [behaviour({ forwardsHost: 'unknown' })], aliases: ['www.example.com'] },
      ['app/https/app.example.test', 'app/https/www.example.com'],
    ],
    [
      'http-only is plain HTTP',
      { origins: [buildOrigin({ protocolPolicy: 'http-only' })] },
      ['app/http/app.example.test'],
    ],
    [
      'match-viewer is HTTPS alone where viewers are sent to HTTPS',
      { origins: [buildOrigin({ protocolPolicy: 'match-viewer' })] },
      ['app/https/app.example.test'],
    ],
    [
      'match-viewer is both where viewers may use HTTP',
      {
        origins: [buildOrigin({ protocolPolicy: 'match-viewer' })],
        behaviours: [behaviour({ viewerProtocolPolicy: 'allow-all' })],
      },
      ['app/https/app.example.test', 'app/http/app.example.test'],
    ],
    [
      'an S3 origin never gets the Host of the viewer',
      {
        origins: [
          buildOrigin({ kind: 's3', domainName: 'assets.s3.eu-west-1.amazonaws.com', protocolPolicy: 'match-viewer' }),
        ],
        behaviours: [behaviour({ forwardsHost: 'yes' })],
        aliases: ['www.example.com'],
      },
      ['app/https/assets.s3.eu-west-1.amazonaws.com'],
    ],
    [
      'every member of an origin group',
      {
        origins: [buildOrigin(), buildOrigin({ id: 'spare', domainName: 'spare.example.test' })],
        originGroups: [{ id: 'pair', memberOriginIds: ['app', 'spare'], failoverStatusCodes: [500, 502] }],
        behaviours: [behaviour({ targetId: 'pair' })],
      },
      ['app/https/app.example.test', 'spare/https/spare.example.test'],
    ],
    [
      'a VPC origin yields a connection too',
      { origins: [buildOrigin({ kind: 'vpc', vpcOriginId: 'vo_1', protocolPolicy: 'http-only' })] },
      ['app/http/app.example.test'],
    ],
    [
      'an unused origin yields none',
      { origins: [buildOrigin(), buildOrigin({ id: 'idle', domainName: 'idle.example.test' })] },
      ['app/https/app.example.test'],
    ],
  ];
  it.each(rows)('%s', (_name, differs, expected) => {
    expect(idsOf(differs)).toEqual(expected);
  });

  it('lets behaviours that reach an origin alike share a connection', () => {
    const { connections } = plan({
      behaviours: [
        buildBehaviour({ pathPattern: '/api/*', isDefault: false }),
        buildBehaviour({ pathPattern: '/img/*', isDefault: false, precedence: 1 }),
        buildBehaviour({ precedence: 2 }),
      ],
    });
    expect(connections.map(({ behaviours }) => behaviours)).toEqual([['/api/*', '/img/*', '*']]);
  });

  it('leaves wildcard aliases out and names them, only where Host is forwarded', () => {
    const aliases = ['*.example.com', 'www.example.com'];
    const forwarding = plan({ behaviours: [buildBehaviour({ forwardsHost: 'yes' })], aliases });
    expect(forwarding.connections.map(({ host }) => host)).toEqual(['www.example.com']);
    expect(forwarding.gaps.map(({ message }) => message)).toEqual([expect.stringContaining('*.example.com')]);
    expect(plan({ aliases }).gaps).toEqual([]);
  });

  it('invents no Host where every alias is a wildcard: the wildcard stands for names that are not known', () => {
    const wild = plan({
      behaviours: [buildBehaviour({ forwardsHost: 'yes' })],
      aliases: ['*.Example.com', '*.example.org'],
    });
    expect(wild.connections.map(({ id, host }) => [id, host])).toEqual([
      ['app/https/*.example.com', '*.example.com'],
      ['app/https/*.example.org', '*.example.org'],
    ]);
    expect(wild.gaps.map(({ message }) => message)).toEqual([
      expect.stringMatching(/cannot be listed, .* but for those that the access logs hold/),
    ]);
  });

  it('keeps to the own name of the origin where it is not known whether Host is forwarded, and every alias is a wildcard', () => {
    expect(idsOf({ behaviours: [buildBehaviour({ forwardsHost: 'unknown' })], aliases: ['*.example.com'] })).toEqual([
      'app/https/app.example.test',
    ]);
  });

  it('says which target does not exist', () => {
    const { connections, gaps } = plan({ behaviours: [buildBehaviour({ targetId: 'gone' })] });
    expect(connections).toEqual([]);
    expect(gaps.map(({ message }) => message)).toEqual([expect.stringContaining('gone')]);
  });

  it('caps fairly: the first Host of every origin is kept, and what is dropped is named', () => {
    const { connections, gaps } = plan({
      origins: [buildOrigin(), buildOrigin({ id: 'late', domainName: 'late.example.test' })],
      behaviours: [
        buildBehaviour({ pathPattern: '/a/*', forwardsHost: 'yes' }),
        buildBehaviour({ targetId: 'late', precedence: 1 }),
      ],
      aliases: Array.from({ length: 40 }, (_, index) => `host-${index}.example.com`),
    });
    expect(connections).toHaveLength(maxConnections);
    expect(connections.at(0)?.host).toBe('host-0.example.com');
    expect(connections.at(-1)?.id).toBe('late/https/late.example.test');
    expect(gaps.map(({ message }) => message)).toEqual([
      expect.stringMatching(/41 distinct ways.*host-23\.example\.com/),
    ]);
  });
});
