/** What is found out once an origin has turned CloudFront's offer down, and what the origin shows without a server name. */
import { describe, expect, it } from '@jest/globals';
import { findMismatch, leafOf, type TlsMismatch } from '../../../src/diagnosis/tls-mismatch.js';
import { faultyTls, soundIdentity, soundTls, type TlsFault } from '../../world/origin-faults.js';
import type { OriginTls } from '../../world/origins.js';
import { originName, type TaskOverrides } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();

async function seenOf(tls: OriginTls, overrides: TaskOverrides = {}) {
  const { tls: seen } = await world.probeOrigin({ tls }, overrides);
  if (seen === null) throw new Error('no handshake');
  return seen;
}

describe('why a handshake is turned down', () => {
  it.each<[TlsFault, TlsMismatch, string, string]>([
    ['old-protocols-only', 'protocol', 'TLSv1.1', 'ECDHE-ECDSA-AES256-SHA'],
    ['unsupported-ciphers-only', 'cipher', 'TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
    ['unsupported-curve-only', 'curve', 'TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
    ['http2-only', 'application-protocol', 'TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ])('%s is told as %s', async (fault, of, protocol, cipher) => {
    const seen = await seenOf(await faultyTls(fault, world.authority, [originName]));
    expect(findMismatch(seen)).toMatchObject({ of, instead: { protocol, cipher } });
    expect(leafOf(seen)?.names).toEqual([originName]);
  });

  it('blames the key and not the curve where the key is of another curve', async () => {
    const seen = await seenOf({
      ...(await faultyTls('p521-key', world.authority, [originName])),
      maxVersion: 'TLSv1.2',
    });
    expect(seen).toMatchObject({ outcome: 'alert', error: 'handshake_failure' });
    expect(findMismatch(seen)?.of).toBe('certificate-key');
    expect(leafOf(seen)).toMatchObject({ keyType: 'ECDSA secp521r1', keyBits: 521 });
  });

  it('names the suite of RSA key exchange that only curl likes', async () => {
    const leaf = await world.authority.mintLeaf([originName], { keyType: 'rsa-2048' });
    const seen = await seenOf({
      identity: soundIdentity(world.authority, leaf),
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-GCM-SHA256',
    });
    expect(seen.exploration).toMatchObject({
      accepted: { protocol: 'TLSv1.2', cipher: 'AES128-GCM-SHA256', curve: null },
      enough: [{ by: 'cipher' }],
      legacyCipher: null,
    });
  });

  it('knows a sound origin that CloudFront may not use for want of versions', async () => {
    const seen = await seenOf(await soundTls(world.authority, [originName]), { origin: { sslProtocols: ['TLSv1'] } });
    expect(findMismatch(seen)).toMatchObject({ of: 'protocol', instead: { protocol: 'TLSv1.3' } });
  });

  it('tells two things at once by the version', async () => {
    const leaf = await world.authority.mintLeaf([originName], { keyType: 'rsa-2048' });
    const seen = await seenOf({
      identity: soundIdentity(world.authority, leaf),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'CAMELLIA128-SHA',
    });
    expect(seen.exploration).toMatchObject({
      accepted: { protocol: 'TLSv1.1', cipher: 'CAMELLIA128-SHA' },
      enough: [],
    });
    expect(findMismatch(seen)?.of).toBe('protocol');
  });

  it('does not ask again where silence, plain text or a demand was the answer', async () => {
    const demanding = await seenOf(await faultyTls('client-certificate-demanded', world.authority, [originName]));
    expect(demanding.exploration).toBeNull();
    const plain = await world.probeOrigin({});
    expect(plain.tls).toMatchObject({ outcome: 'plaintext-answer', exploration: null });
  });

  it('finds nothing in common with a server that hangs up on every hello', async () => {
    const { tls } = await world.probeOrigin({ connection: 'reset-after-first-bytes' });
    expect(tls).toMatchObject({ outcome: 'reset', exploration: { accepted: null, enough: [], legacyCipher: null } });
    expect(tls === null ? null : findMismatch(tls)).toBeNull();
  });
});

/** A ServerHello of this version that picks this suite, as the first bytes of a server. */
function serverHello(version: number, cipher: number): Buffer {
  const body = Buffer.concat([Buffer.from([version >> 8, version & 0xff]), Buffer.alloc(32, 7), Buffer.from([0])]);
  const message = Buffer.concat([body, Buffer.from([cipher >> 8, cipher & 0xff, 0])]);
  const handshake = Buffer.concat([Buffer.from([2, 0, 0, message.length]), message]);
  return Buffer.concat([Buffer.from([22, version >> 8, version & 0xff, 0, handshake.length]), handshake]);
}

describe('what OpenSSL 3 cannot speak', () => {
  it('does not call an origin broken that picks a suite of CloudFront’s which only the probe lacks', async () => {
    const { tls } = await world.probeOrigin({ connection: { bytes: serverHello(0x0303, 0x000a) } });
    expect(tls?.exploration).toMatchObject({ accepted: null, legacyCipher: 'DES-CBC3-SHA' });
    expect(tls === null ? null : findMismatch(tls)).toEqual({ of: 'legacy-cipher', instead: null });
  });

  it.each([
    ['takes SSLv3', { connection: { bytes: serverHello(0x0300, 0x0035) } }, 'accepted'],
    ['hangs up', { connection: 'close-after-first-bytes' }, 'rejected'],
    ['says nothing', { connection: 'close-on-accept' }, 'rejected'],
  ] as const)('asks with an SSLv3 hello where that is allowed: %s', async (_title, options, sslV3) => {
    const { tls } = await world.probeOrigin(options, { origin: { sslProtocols: ['SSLv3'] } });
    expect(tls?.exploration?.sslV3).toBe(sslV3);
  });

  it('asks so although a newer version would do, since CloudFront then sends nothing newer', async () => {
    const seen = await seenOf(await soundTls(world.authority, [originName]), {
      origin: { sslProtocols: ['SSLv3', 'TLSv1.2'] },
    });
    expect(seen).toMatchObject({ outcome: 'completed', exploration: { sslV3: 'rejected' } });
    expect(findMismatch(seen)?.of).toBe('protocol');
  });
});

describe('without a server name', () => {
  it('shows the other certificate that comes', async () => {
    const fallback = await soundTls(world.authority, ['fallback.example.test']);
    const own = await soundTls(world.authority, [originName]);
    const seen = await seenOf({ ...fallback, byServerName: { [originName]: own.identity } });
    expect(seen).toMatchObject({
      matchesHost: true,
      withoutSni: { outcome: 'completed', leaf: { subject: 'CN=fallback.example.test' }, sameCertificate: false },
    });
  });

  it('shows that the same comes', async () => {
    const seen = await seenOf(await soundTls(world.authority, [originName]));
    expect(seen.withoutSni).toMatchObject({ outcome: 'completed', sameCertificate: true });
    expect(seen.curve).toBe('prime256v1');
  });

  it('is not asked where the handshake failed', async () => {
    const seen = await seenOf(await faultyTls('unsupported-ciphers-only', world.authority, [originName]));
    expect(seen.withoutSni).toBeNull();
  });
});

it('notes a root that is served too', async () => {
  const { identity } = await soundTls(world.authority, [originName]);
  const seen = await seenOf({ identity: { ...identity, chain: [...identity.chain, world.authority.root] } });
  expect(seen.remarks).toEqual(['the root is served too, which clients have already']);
});
