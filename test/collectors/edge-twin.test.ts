/** The request through the edge against an origin over real TLS that answers as CloudFront does. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseServerTiming } from '../../src/collectors/edge-twin/edge-headers.js';
import { collectEdgeTwin } from '../../src/collectors/edge-twin.js';
import { mintAuthority, type TestAuthority } from '../world/certificates.js';
import { type LocalDns, startLocalDns } from '../world/dns.js';
import { soundTls } from '../world/origin-faults.js';
import { type Origin, type OriginOptions, startOrigin } from '../world/origins.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const domainName = 'd111111abcdef8.cloudfront.net';
const host = 'www.example.test';
let local: LocalContext;
let dns: LocalDns;
let authority: TestAuthority;
let edge: Origin;
beforeEach(async () => {
  [local, dns, authority] = await Promise.all([
    startLocalContext(new Date('2026-11-20T11:00:00.000Z')),
    startLocalDns(),
    mintAuthority('edge twin'),
  ]);
});
afterEach(async () => {
  await Promise.all([local.stop(), dns.stop(), edge.stop()]);
});

async function start(options: OriginOptions = {}, names: readonly [string, ...string[]] = [host]): Promise<void> {
  edge = await startOrigin({ tls: await soundTls(authority, names), ...options });
  dns.set(domainName, { a: [edge.address] });
}

const collect = (allowedRanges: readonly string[] = ['127.0.0.0/8']) =>
  collectEdgeTwin(
    {
      ...local.context,
      network: {
        ...local.context.network,
        dnsServers: [dns.server],
        allowedRanges,
        extraTrustRoots: [authority.root.pem],
      },
    },
    { kind: 'edge-twin', domainName, host, port: edge.port, path: '/api/orders' },
  );

describe('collectEdgeTwin', () => {
  it('keeps what says who answered', async () => {
    await start({
      answer: {
        status: 502,
        headers: [
          ['Server', 'CloudFront'],
          ['X-Cache', 'Error from cloudfront'],
          ['X-Amz-Cf-Id', 'abcDEF=='],
          ['X-Amz-Cf-Pop', 'FRA56-P1'],
          ['Server-Timing', 'cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-rid;desc="x"'],
        ],
        body: 'bad gateway',
      },
    });
    expect(await collect()).toMatchObject({
      host,
      path: '/api/orders',
      outcome: 'response',
      address: edge.address,
      status: 502,
      server: 'CloudFront',
      xCache: 'Error from cloudfront',
      requestId: 'abcDEF==',
      edgeLocation: 'FRA56-P1',
      serverTiming: [
        { name: 'cdn-upstream-layer', durationMs: null, description: 'EDGE' },
        { name: 'cdn-upstream-dns', durationMs: 0, description: null },
        { name: 'cdn-rid', durationMs: null, description: 'x' },
      ],
    });
  });

  it('connects to no address that the policy forbids', async () => {
    await start();
    expect(await collect([])).toMatchObject({ outcome: 'no-address', address: null, status: null });
  });

  it('reports a name that does not resolve', async () => {
    await start();
    dns.set(domainName, 'nxdomain');
    expect(await collect()).toMatchObject({ outcome: 'no-address', error: expect.stringContaining('nxdomain') });
  });

  it('reports a certificate that it does not trust, and sends nothing', async () => {
    await start({}, ['another.example.test']);
    expect(await collect()).toMatchObject({ outcome: 'failed', error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

describe('parseServerTiming', () => {
  it('never throws, and keeps within its limits', async () => {
    await start();
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), (header) => {
        const timings = parseServerTiming(header);
        expect(timings.length).toBeLessThanOrEqual(20);
        for (const { name, description } of timings) {
          expect(name.length).toBeLessThanOrEqual(60);
          expect((description ?? '').length).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
