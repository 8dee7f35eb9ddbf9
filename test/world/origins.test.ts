import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mintAuthority, type TestAuthority } from './certificates.js';
import { startLocalDns } from './dns.js';
import { headOfBytes, relayedBadGateway } from './origin-answers.js';
import { faultyTls, soundTls } from './origin-faults.js';
import { type Origin, type OriginOptions, startOrigin } from './origins.js';
import { findRefusingPort, startDroppingHost } from './ports.js';

const name = 'api.example.test';
let authority: TestAuthority;
const started: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  authority = await mintAuthority();
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

async function start(options: OriginOptions): Promise<Origin> {
  const origin = await startOrigin(options);
  started.push(origin);
  return origin;
}

async function exchange(socket: Socket, path = '/'): Promise<string> {
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return received;
}

async function handshake(origin: Origin, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    host: origin.address,
    port: origin.port,
    servername: name,
    ca: [authority.root.pem],
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

async function codeOf(socket: Socket): Promise<string> {
  const [error] = await once(socket, 'close').then(
    () => [{ code: 'closed' }],
    (thrown: unknown) => [thrown],
  );
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

describe('origins', () => {
  it('serves TLS that a verifying client accepts, and keeps what it was asked', async () => {
    const origin = await start({ tls: await soundTls(authority, [name]), paths: { '/x': { status: 404 } } });
    const answer = await exchange(await handshake(origin), '/x');
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(origin.requests).toMatchObject([
      { method: 'GET', path: '/x', host: name, serverName: name, protocol: 'TLSv1.3' },
    ]);
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['expired-intermediate', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['unknown-root', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired-and-wrong-name', 'CERT_HAS_EXPIRED'],
    ['old-protocols-only', 'ERR_SSL_UNSUPPORTED_PROTOCOL'],
    ['client-certificate-demanded', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
  ] as const)('with the fault %s makes a verifying client say %s', async (fault, code) => {
    const origin = await start({ tls: await faultyTls(fault, authority, [name]) });
    await expect(handshake(origin, { maxVersion: 'TLSv1.2' })).rejects.toMatchObject({ code });
  });

  it('chooses the certificate by server name', async () => {
    const tls = await faultyTls('expired', authority, [name]);
    const sound = await soundTls(authority, ['other.example.test']);
    const origin = await start({ tls: { ...tls, byServerName: { 'other.example.test': sound.identity } } });
    (await handshake(origin, { servername: 'other.example.test' })).destroy();
    await expect(handshake(origin)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  it.each([
    ['reset-on-accept', 'ECONNRESET'],
    ['reset-after-first-bytes', 'ECONNRESET'],
    ['close-on-accept', 'closed'],
  ] as const)('in the mode %s ends with %s', async (connection, code) => {
    const origin = await start({ connection });
    const socket = connect(origin.port, origin.address);
    socket.resume();
    socket.on('connect', () => socket.write('hello'));
    const waiting = new Promise<string>((resolve) => {
      socket.once('error', (error) => resolve('code' in error ? String(error.code) : ''));
      socket.once('close', () => resolve('closed'));
    });
    expect(['EPIPE', code]).toContain(await waiting);
  });

  it('resets after a request over TLS', async () => {
    const origin = await start({ tls: await soundTls(authority, [name]), answer: 'reset' });
    await expect(exchange(await handshake(origin))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([120, 32_768, 32_769, 100_000])('answers with a head of exactly %i bytes', async (bytes) => {
    const { raw } = headOfBytes(bytes, 'Set-Cookie', bytes > 50_000);
    const origin = await start({ answer: { raw, afterwards: 'close' } });
    const answer = await exchange(connect(origin.port, origin.address));
    expect(answer.indexOf('\r\n\r\n') + 4).toBe(bytes);
  });

  it('relays a 502 with the Server header of who made it', async () => {
    const origin = await start({ answer: relayedBadGateway('awselb/2.0') });
    expect(await exchange(connect(origin.port, origin.address))).toMatch(/502 Bad Gateway\r\nServer: awselb\/2\.0\r\n/);
  });

  it('has ports that refuse and hosts that drop', async () => {
    expect(await codeOf(connect(await findRefusingPort(), '127.0.0.1'))).toBe('ECONNREFUSED');
    const host = await startDroppingHost();
    started.push(host);
    const socket = new Socket();
    socket.setTimeout(300).connect(host.port, host.address);
    await once(socket, 'timeout');
    socket.destroy();
  });
});

describe('local DNS', () => {
  it('answers as told, and keeps what it was asked', async () => {
    const server = await startLocalDns({
      [name]: { cname: 'lb.example.test', ttlSeconds: 30 },
      'lb.example.test': { a: ['127.0.0.2', '127.0.0.3'], aaaa: ['::1'] },
      'broken.example.test': 'servfail',
      'refused.example.test': 'refused',
      'empty.example.test': 'empty',
      'many.example.test': { a: Array.from({ length: 60 }, (_, index) => `127.0.1.${index}`) },
    });
    started.push(server);
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([server.server]);
    expect(await resolver.resolve4(name)).toEqual(['127.0.0.2', '127.0.0.3']);
    expect(await resolver.resolve6(name)).toEqual(['::1']);
    expect(await resolver.resolveCname(name)).toEqual(['lb.example.test']);
    expect(await resolver.resolve4('many.example.test')).toHaveLength(60);
    expect(server.journal.some((query) => query.transport === 'tcp')).toBe(true);
    for (const [asked, code] of [
      ['absent.example.test', 'ENOTFOUND'],
      ['broken.example.test', 'ESERVFAIL'],
      ['refused.example.test', 'EREFUSED'],
      ['empty.example.test', 'ENODATA'],
    ] as const)
      await expect(resolver.resolve4(asked)).rejects.toMatchObject({ code });
    server.set('late.example.test', 'silent');
    await expect(resolver.resolve4('late.example.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    server.setAll('malformed');
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code: 'EBADRESP' });
  });
});
