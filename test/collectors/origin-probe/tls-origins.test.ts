import { describe, expect, it } from '@jest/globals';
import type { TlsProbe } from '../../../src/diagnosis/evidence.js';
import { mintCertificate } from '../../world/certificates.js';
import { faultyTls, soundIdentity, soundTls, type TlsFault, tlsFaults } from '../../world/origin-faults.js';
import type { ConnectionMode, OriginTls } from '../../world/origins.js';
import { originName, type TaskOverrides, viewerName } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();

/** What each fault must look like; `http` says whether the HTTP probe went on. */
const expectations: Readonly<Record<TlsFault, Partial<TlsProbe> & { readonly http: boolean }>> = {
  none: { outcome: 'completed', trustProblems: [], matchesHost: true, matchesOriginDomain: true, http: true },
  expired: { outcome: 'completed', trustProblems: ['expired'], matchesHost: true, http: true },
  'expired-intermediate': { outcome: 'completed', trustProblems: ['expired'], matchesHost: true, http: true },
  'not-yet-valid': { outcome: 'completed', trustProblems: ['not-yet-valid'], matchesHost: true, http: true },
  'self-signed': { outcome: 'completed', trustProblems: ['self-signed'], matchesHost: true, http: true },
  'unknown-root': { outcome: 'completed', trustProblems: ['unknown-root'], matchesHost: true, http: true },
  'missing-intermediate': {
    outcome: 'completed',
    trustProblems: ['incomplete-chain'],
    missingIssuer: 'CN=cf502 test intermediate',
    http: true,
  },
  'misordered-chain': { outcome: 'completed', trustProblems: ['misordered-chain'], matchesHost: true, http: true },
  'wrong-name': {
    outcome: 'completed',
    trustProblems: [],
    matchesHost: false,
    matchesOriginDomain: false,
    http: true,
  },
  'expired-and-wrong-name': {
    outcome: 'completed',
    trustProblems: ['expired'],
    matchesHost: false,
    matchesOriginDomain: false,
    http: true,
  },
  'old-protocols-only': { outcome: 'failed', error: 'unsupported_protocol', http: false },
  'unsupported-ciphers-only': { outcome: 'alert', error: 'handshake_failure', chain: [], http: false },
  'unsupported-curve-only': { outcome: 'alert', error: 'handshake_failure', chain: [], http: false },
  'http2-only': { outcome: 'alert', error: 'no_application_protocol', http: false },
  'client-certificate-demanded': { outcome: 'client-certificate-required', matchesHost: true, http: false },
  'p384-key': { outcome: 'completed', trustProblems: [], http: true },
  'p521-key': { outcome: 'completed', protocol: 'TLSv1.3', trustProblems: [], http: true },
};

describe('faults of certificates and handshakes', () => {
  it.each(tlsFaults)('%s is seen as what it is', async (fault) => {
    const { http, ...expected } = expectations[fault];
    const address = await world.probeOrigin({ tls: await faultyTls(fault, world.authority, [originName]) });
    expect(address.tcp.outcome).toBe('connected');
    expect(address.tls).toMatchObject(expected);
    expect(address.http.map((one) => one.outcome)).toEqual(http ? ['response'] : []);
  });

  it('shows the chain in the order served, with names, dates and keys', async () => {
    const leaf = await world.authority.mintLeaf(['*.example.test', originName], { keyType: 'rsa-2048' });
    const { intermediate, root } = world.authority;
    const { tls } = await world.probeOrigin({ tls: { identity: { leaf, chain: [leaf, root, intermediate] } } });
    expect(tls).toMatchObject({
      protocol: 'TLSv1.2',
      cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
      chainAsServed: true,
      trustProblems: ['misordered-chain'],
    });
    expect(tls?.chain.map(({ subject, issuer, selfSigned }) => [subject, issuer, selfSigned])).toEqual([
      ['CN=*.example.test', 'CN=cf502 test intermediate', false],
      ['CN=cf502 test root', 'CN=cf502 test root', true],
      ['CN=cf502 test intermediate', 'CN=cf502 test root', false],
    ]);
    expect(tls?.chain[0]).toMatchObject({
      names: ['*.example.test', originName],
      keyType: 'RSA',
      keyBits: 2048,
      validTo: new Date(leaf.certificate.validTo).toISOString(),
      fingerprint256: leaf.certificate.fingerprint256,
    });
  });

  it('takes a root that is served too as no fault', async () => {
    const { identity } = await soundTls(world.authority, [originName]);
    const { tls } = await world.probeOrigin({
      tls: { identity: { ...identity, chain: [...identity.chain, world.authority.root] } },
    });
    expect(tls?.trustProblems).toEqual([]);
  });
});

describe('what a handshake depends on', () => {
  it('sends the connection’s own server name and judges the certificate that comes for it', async () => {
    const fallback = await faultyTls('wrong-name', world.authority, [originName]);
    const forViewer = await soundTls(world.authority, [viewerName]);
    const tls: OriginTls = { ...fallback, byServerName: { [viewerName]: forViewer.identity } };
    const forwarded = { connection: { sni: viewerName, host: viewerName, hostIsForwarded: true } };
    expect((await world.probeOrigin({ tls }, forwarded)).tls).toMatchObject({
      sni: viewerName,
      matchesHost: true,
      matchesOriginDomain: false,
    });
    expect((await world.probeOrigin({ tls })).tls).toMatchObject({ matchesHost: false, matchesOriginDomain: false });
  });

  it('falls back to TLS 1.3, where the order of the chain is not to be seen', async () => {
    const sound = await faultyTls('misordered-chain', world.authority, [originName]);
    const { tls, http } = await world.probeOrigin({ tls: { ...sound, minVersion: 'TLSv1.3' } });
    expect(tls).toMatchObject({
      outcome: 'completed',
      protocol: 'TLSv1.3',
      chainAsServed: false,
      trustProblems: [],
      matchesHost: true,
    });
    expect(http[0]?.status).toBe(200);
  });

  it('still sees over TLS 1.3 that the intermediate is missing', async () => {
    const tls = await faultyTls('missing-intermediate', world.authority, [originName]);
    const address = await world.probeOrigin({ tls: { ...tls, minVersion: 'TLSv1.3' } });
    expect(address.tls).toMatchObject({ chainAsServed: false, trustProblems: ['incomplete-chain'] });
  });

  it('notices over TLS 1.3 a client certificate that is demanded after the handshake', async () => {
    const tls = await faultyTls('client-certificate-demanded', world.authority, [originName]);
    const address = await world.probeOrigin({ tls: { ...tls, minVersion: 'TLSv1.3' } });
    expect(address.tls).toMatchObject({ outcome: 'client-certificate-required', error: 'certificate_required' });
    expect(address.http).toEqual([]);
  });

  it.each<[string, TaskOverrides['origin'], Partial<TlsProbe>]>([
    [
      'TLSv1 and TLSv1.1 allowed',
      { sslProtocols: ['TLSv1', 'TLSv1.1'] },
      { outcome: 'completed', protocol: 'TLSv1.1' },
    ],
    ['TLSv1 alone allowed', { sslProtocols: ['TLSv1'] }, { outcome: 'completed', protocol: 'TLSv1' }],
    ['TLSv1.2 alone allowed', { sslProtocols: ['TLSv1.2'] }, { outcome: 'failed', error: 'unsupported_protocol' }],
    ['SSLv3 alone allowed', { sslProtocols: ['SSLv3'] }, { outcome: 'failed', error: 'sslv3_only' }],
  ])('speaks to an old origin with %s', async (_title, origin, expected) => {
    const tls = await faultyTls('old-protocols-only', world.authority, [originName]);
    expect((await world.probeOrigin({ tls }, { origin: origin ?? {} })).tls).toMatchObject(expected);
  });

  it('accepts a short RSA key and SHA-1 as CloudFront’s lists do', async () => {
    const leaf = await mintCertificate({
      commonName: originName,
      names: [originName],
      keyType: 'rsa-1024',
      signatureHash: 'SHA-1',
      issuer: world.authority.intermediate,
    });
    const { tls } = await world.probeOrigin({ tls: { identity: soundIdentity(world.authority, leaf) } });
    expect(tls).toMatchObject({ outcome: 'completed', trustProblems: [] });
    expect(tls?.chain[0]).toMatchObject({ keyType: 'RSA', keyBits: 1024 });
  });

  it('fails where only a cipher is offered that browsers take and CloudFront does not', async () => {
    const { identity } = await soundTls(world.authority, [originName]);
    const leaf = await world.authority.mintLeaf([originName], { keyType: 'rsa-2048' });
    const tls = { identity: { ...identity, leaf, chain: [leaf, world.authority.intermediate] } };
    const { tls: seen } = await world.probeOrigin({
      tls: { ...tls, maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
    });
    expect(seen).toMatchObject({ outcome: 'alert', error: 'handshake_failure' });
  });
});

describe('connections that break before or inside the handshake', () => {
  it.each<[string, ConnectionMode, Partial<TlsProbe>]>([
    ['reset after the hello', 'reset-after-first-bytes', { outcome: 'reset', error: 'ECONNRESET' }],
    ['closed after the hello', 'close-after-first-bytes', { outcome: 'closed' }],
    ['closed on accept', 'close-on-accept', { outcome: 'closed' }],
    ['silent', 'silent', { outcome: 'timed-out' }],
    ['greeted in plain text', { bytes: '220 mail.example.test ESMTP\r\n' }, { outcome: 'plaintext-answer' }],
    [
      'answered with an alert',
      { bytes: Buffer.from([0x15, 3, 3, 0, 2, 2, 112]) },
      { outcome: 'alert', error: 'unrecognized_name' },
    ],
    ['answered with a broken record', { bytes: Buffer.from([0x16, 3, 3, 0, 4, 2, 0, 0, 0]) }, { outcome: 'failed' }],
  ])('%s', async (_title, connection, expected) => {
    const origin = await world.start({ connection });
    const { addresses } = await world.probe(origin.port, {}, { connectTimeoutMs: 1_500 });
    expect(addresses[0]?.tls).toMatchObject(expected);
    expect(addresses[0]?.http).toEqual([]);
    await origin.idle();
  });

  it('sees plain HTTP on the TLS port', async () => {
    const { tls } = await world.probeOrigin({});
    expect(tls).toMatchObject({ outcome: 'plaintext-answer', error: 'HTTP/1.1 400 Bad Request', chain: [] });
  });
});
