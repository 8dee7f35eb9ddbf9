import { describe, expect, it } from '@jest/globals';
import type { HttpProbe } from '../../../src/diagnosis/evidence.js';
import { headOfBytes, type OriginAnswer, relayedBadGateway } from '../../world/origin-answers.js';
import { soundTls } from '../../world/origin-faults.js';
import { startStopwatch } from '../../world/stopwatch.js';
import { originName, viewerName } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();
const plainHttp = { connection: { scheme: 'http', sni: null } } as const;

const raw = (bytes: string | readonly string[], afterwards: 'close' | 'reset' | 'hold' = 'close'): OriginAnswer => ({
  raw: bytes,
  afterwards,
});

describe('the request', () => {
  it('is what CloudFront would send: its user agent, its Host, its kind of headers', async () => {
    const sound = await soundTls(world.authority, [originName]);
    const origin = await world.start({ tls: { ...sound, alpn: ['h2', 'http/1.1'] } });
    await world.probe(origin.port, {
      connection: { host: viewerName },
      origin: { originPath: '/app' },
      paths: ['/a b?q=1', '/c'],
    });
    expect(origin.requests.map(({ path }) => path).sort()).toEqual(['/app/a%20b?q=1', '/app/c']);
    for (const request of origin.requests)
      expect(request).toMatchObject({ method: 'GET', host: viewerName, serverName: originName, alpn: 'http/1.1' });
    expect(origin.requests[0]?.head).toMatch(
      /^GET \S+ HTTP\/1\.1\r\nHost: www\.example\.test\r\nUser-Agent: Amazon CloudFront\r\nX-Amz-Cf-Id: cf502-\S{32}\r\nVia: .+\r\n/,
    );
    await origin.idle();
  });

  it('asks for the root where no path is given, and follows no redirect', async () => {
    const origin = await world.start({
      answer: { status: 301, headers: [['Location', 'http://127.0.0.1:1/elsewhere']] },
    });
    const { addresses } = await world.probe(origin.port, { ...plainHttp, paths: [] });
    expect(addresses[0]?.http).toMatchObject([{ path: '/', outcome: 'response', status: 301 }]);
    expect(origin.requests.map(({ path }) => path)).toEqual(['/']);
  });

  it('is not sent with a Host that could not stand in a header', async () => {
    const origin = await world.start();
    const probing = world.probe(origin.port, { ...plainHttp, connection: { ...plainHttp.connection, host: 'a\r\nb' } });
    await expect(probing).rejects.toMatchObject({ kind: 'bad-data' });
    expect(origin.accepted).toBe(0);
  });

  it('waits once for an origin that is silent on every path', async () => {
    const origin = await world.start({ answer: 'silent' });
    const since = startStopwatch();
    const { addresses } = await world.probe(origin.port, {
      ...plainHttp,
      origin: { readTimeoutSeconds: 1 },
      paths: ['/1', '/2', '/3'],
    });
    expect(addresses[0]?.http.map(({ outcome }) => outcome)).toEqual(['timed-out', 'timed-out', 'timed-out']);
    expect(since.elapsedMs()).toBeLessThan(2_900);
  });
});

describe('the head of the answer', () => {
  it.each<[string, OriginAnswer, Partial<HttpProbe>]>([
    ['a response', { status: 204 }, { outcome: 'response', status: 204, problem: null }],
    ['a 502 of the load balancer', relayedBadGateway('awselb/2.0'), { status: 502, server: 'awselb/2.0' }],
    ['a head of exactly the limit', headOfBytes(32_768), { outcome: 'response', headBytes: 32_768 }],
    ['one byte more', headOfBytes(32_769), { outcome: 'oversized-head', headBytes: 32_769, status: 200 }],
    ['many cookies', headOfBytes(60_000, 'Set-Cookie', true), { outcome: 'oversized-head', headBytes: 60_000 }],
    ['a head without end', headOfBytes(400_000), { outcome: 'oversized-head', headBytes: 262_144 }],
    ['no status line', raw('hello\r\n\r\n'), { outcome: 'malformed-head', status: null }],
    ['TLS', raw('\x15\x03\x01\x00\x02\x02\x28'), { problem: 'the port answered with TLS, not HTTP' }],
    [
      'a header without colon',
      raw('HTTP/1.1 200 OK\r\noops\r\n\r\n'),
      { outcome: 'response', status: 200, problem: null, anomalies: ['header-without-colon'] },
    ],
    ['nothing, and closed', 'close', { outcome: 'closed-before-head', headBytes: 0, firstByteMs: null }],
    ['half a head', raw('HTTP/1.1 200 OK\r\nServer: x\r\n'), { outcome: 'closed-inside-head', status: 200 }],
    ['a reset', 'reset', { outcome: 'reset', headBytes: 0 }],
    ['a reset inside the head', raw('HTTP/1.1 200 OK\r\nServ', 'reset'), { outcome: 'reset', headBytes: 21 }],
    ['silence', 'silent', { outcome: 'timed-out', firstByteMs: null }],
    ['half a head, then silence', raw('HTTP/1.1 200 OK\r\n', 'hold'), { outcome: 'timed-out', headBytes: 17 }],
    ['a hint, then a response', raw(['HTTP/1.1 103 Early Hints\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n']), { status: 200 }],
    ['a head in drops', raw(Array.from('HTTP/1.1 200 OK\r\nA: b\r\n\r\n')), { outcome: 'response', headBytes: 25 }],
  ])('%s is told as what it is, plain and over TLS', async (_title, answer, expected) => {
    const overHttp = await world.start({ answer });
    const overTls = await world.start({ answer, tls: await soundTls(world.authority, [originName]) });
    // What is awaited in vain is awaited for a second; what comes may come late.
    const origin = 'outcome' in expected && expected.outcome === 'timed-out' ? { readTimeoutSeconds: 1 } : {};
    const [plain, secure] = await Promise.all([
      world.probe(overHttp.port, { ...plainHttp, origin }),
      world.probe(overTls.port, { origin }),
    ]);
    expect(plain.addresses[0]?.http).toMatchObject([expected]);
    expect(secure.addresses[0]?.http).toMatchObject([expected]);
    await Promise.all([overHttp.idle(), overTls.idle()]);
  });

  it('tells which header takes the room', async () => {
    const { http } = await world.probeOrigin({ answer: headOfBytes(40_000, 'X-Large', true) }, plainHttp);
    expect(http[0]?.headerBytes[0]).toEqual({ name: 'X-Large', bytes: 40_000 - 55 });
  });

  it('keeps a hostile Server header short and clean', async () => {
    const server = `<!channel>\x85${'A'.repeat(500)}`;
    const { http } = await world.probeOrigin({ answer: { headers: [['Server', server]] } }, plainHttp);
    expect(http[0]?.server).toMatch(/^<!channel> A{80,}…?$/);
    expect(http[0]?.server?.length).toBeLessThanOrEqual(100);
  });

  it('measures the wait for the first byte', async () => {
    const answer = { firstByteDelayMs: 120 };
    const { http } = await world.probeOrigin({ answer }, plainHttp);
    expect(http[0]?.firstByteMs).toBeGreaterThanOrEqual(110);
  });

  it('takes each path for itself', async () => {
    const paths = { '/bad': relayedBadGateway('nginx'), '/gone': 'reset' } as const;
    const { http } = await world.probeOrigin({ paths }, { ...plainHttp, paths: ['/gone', '/bad', '/good'] });
    expect(http.map(({ path, outcome, status }) => [path, outcome, status])).toEqual([
      ['/gone', 'reset', null],
      ['/bad', 'response', 502],
      ['/good', 'response', 200],
    ]);
  });
});
