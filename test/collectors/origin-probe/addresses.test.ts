import { describe, expect, it } from '@jest/globals';
import type { DnsOutcome } from '../../../src/diagnosis/evidence.js';
import { Failure } from '../../../src/failure.js';
import { type DnsAnswer, startLocalDns } from '../../world/dns.js';
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import { findRefusingPort, startDroppingHost } from '../../world/ports.js';
import { originName } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();
const plainHttp = { connection: { scheme: 'http', sni: null } } as const;
const quick = { connectTimeoutMs: 1_000 };

describe('resolution', () => {
  it.each<[DnsAnswer, DnsOutcome, 'valid' | 'blind']>([
    ['nxdomain', 'nxdomain', 'valid'],
    ['empty', 'no-data', 'valid'],
    [{ aaaa: ['2001:db8::1'] }, 'no-data', 'valid'],
    ['servfail', 'servfail', 'valid'],
    ['refused', 'refused', 'blind'],
    ['silent', 'timed-out', 'blind'],
    ['malformed', 'failed', 'blind'],
  ])('tells the answer %j as %s, from a vantage that is %s', async (answer, outcome, vantage) => {
    world.dns.set(originName, answer);
    const probe = await world.probe(443, {}, quick);
    expect(probe.dns).toMatchObject({ outcome, name: originName, addresses: [] });
    expect(probe.vantage.class).toBe(vantage);
    expect(probe.addresses).toEqual([]);
  });

  it('passes through aliases, and keeps the lowest time to live', async () => {
    world.dns.set(originName, { cname: 'lb.example.test', ttlSeconds: 30 });
    world.dns.set('lb.example.test', { cname: 'node.example.test' });
    world.dns.set('node.example.test', { a: ['127.0.0.1'], ttlSeconds: 20 });
    const { dns } = await world.probe(await findRefusingPort(), plainHttp);
    expect(dns).toMatchObject({
      outcome: 'resolved',
      cnames: ['lb.example.test', 'node.example.test'],
      addresses: [{ address: '127.0.0.1', family: 4, ttlSeconds: 20 }],
    });
  });

  it('shows where a dangling alias points', async () => {
    world.dns.set(originName, { cname: 'gone.example.test' });
    const { dns } = await world.probe(443);
    expect(dns).toMatchObject({ outcome: 'nxdomain', cnames: ['gone.example.test'] });
  });

  it('ends with aliases that run in a circle', async () => {
    world.dns.set(originName, { cname: 'a.example.test' });
    world.dns.set('a.example.test', { cname: originName });
    const { dns } = await world.probe(443, {}, quick);
    expect(dns).toMatchObject({ outcome: 'servfail', cnames: ['a.example.test'] });
  });

  it('asks every resolver, and shows where they disagree', async () => {
    const other = world.keep(await startLocalDns({ [originName]: 'servfail' }));
    const servers = [other.server, world.dns.server, `127.0.0.1:${await findRefusingPort()}`];
    const { dns } = await world.probe(await findRefusingPort(), plainHttp, { dnsServers: servers, ...quick });
    expect(dns.outcome).toBe('resolved');
    expect(dns.resolvers).toEqual(servers);
    expect(dns.answers.map(({ resolver, outcome, addresses }) => [resolver, outcome, addresses])).toEqual([
      [servers[0], 'servfail', []],
      [servers[1], 'resolved', ['127.0.0.1']],
      [servers[2], expect.stringMatching(/^(failed|timed-out)$/), []],
    ]);
  });

  it.each([
    ['ipv4', ['A']],
    ['ipv6', ['AAAA']],
    ['dualstack', ['A', 'AAAA']],
  ] as const)('asks for what the address type %s asks for', async (ipAddressType, types) => {
    world.dns.set(originName, { a: ['127.0.0.1'], aaaa: ['::1'] });
    const { dns, refusedAddresses } = await world.probe(443, { origin: { ipAddressType } }, quick);
    expect(dns.answers.map(({ recordType }) => recordType)).toEqual(types);
    expect(refusedAddresses.map(({ address }) => address)).toEqual(
      types.some((type) => type === 'AAAA') ? ['::1'] : [],
    );
  });
});

describe('several addresses', () => {
  it('shows one broken address of two', async () => {
    const good = await world.start({ address: '127.0.0.2', tls: await soundTls(world.authority, [originName]) });
    await world.start({
      address: '127.0.0.3',
      port: good.port,
      tls: await faultyTls('expired', world.authority, [originName]),
    });
    world.dns.set(originName, { a: ['127.0.0.2', '127.0.0.3', '127.0.0.4'] });
    const { addresses, vantage } = await world.probe(good.port);
    expect(addresses.map(({ address, tcp, tls }) => [address, tcp.outcome, tls?.trustProblems])).toEqual([
      ['127.0.0.2', 'connected', []],
      ['127.0.0.3', 'connected', ['expired']],
      ['127.0.0.4', 'refused', undefined],
    ]);
    expect(vantage.class).toBe('valid');
  });

  it('probes no more of them than allowed, and says so', async () => {
    world.dns.set(originName, { a: Array.from({ length: 12 }, (_, index) => `127.0.0.${index + 10}`) });
    const { addresses, trace } = await world.probe(await findRefusingPort(), plainHttp, { maxAddresses: 3 });
    expect(addresses).toHaveLength(3);
    expect(trace).toContain("probing 3 of 12 addresses, as the policy file's limit says");
  });

  it('tells a port that refuses from a host that drops', async () => {
    const refused = await world.probe(await findRefusingPort(), plainHttp);
    expect(refused.addresses[0]?.tcp).toMatchObject({ outcome: 'refused', errorCode: 'ECONNREFUSED' });
    expect(refused.vantage.class).toBe('valid');
    const host = world.keep(await startDroppingHost());
    const dropped = await world.probe(host.port, plainHttp, quick);
    expect(dropped.addresses[0]?.tcp.outcome).toBe('timed-out');
    expect(dropped.vantage).toMatchObject({ class: 'blind', because: expect.stringContaining('security group') });
  });
});

describe('addresses that may not be connected to', () => {
  it.each([
    ['loopback', ['127.0.0.1'], []],
    ['loopback beside an allowed range', ['127.0.0.1'], ['10.0.0.0/8']],
    ['an IPv4 address inside an IPv6 one', ['::ffff:127.0.0.1'], []],
  ])('sends nothing to %s', async (_title, addresses, allowedRanges) => {
    const origin = await world.start();
    const isV6 = addresses.some((address) => address.includes(':'));
    world.dns.set(originName, isV6 ? { aaaa: addresses } : { a: addresses });
    const probe = await world.probe(
      origin.port,
      { ...plainHttp, origin: { ipAddressType: isV6 ? 'ipv6' : 'ipv4' } },
      { allowedRanges },
    );
    expect(probe.refusedAddresses).toHaveLength(1);
    expect(probe.addresses).toEqual([]);
    expect(probe.vantage.class).toBe('blind');
    expect(origin.accepted).toBe(0);
  });

  it('probes the public-looking address and not the metadata service beside it', async () => {
    const origin = await world.start();
    world.dns.set(originName, { a: ['169.254.169.254', '127.0.0.1'] });
    const probe = await world.probe(origin.port, plainHttp, { allowedRanges: ['127.0.0.0/8', '169.254.0.0/16'] });
    expect(probe.refusedAddresses.map(({ address }) => address)).toEqual(['169.254.169.254']);
    expect(probe.addresses.map(({ address }) => address)).toEqual(['127.0.0.1']);
    expect(probe.vantage.class).toBe('valid');
  });

  it('resolves once: what the name says afterwards changes nothing', async () => {
    const origin = await world.start({ paths: { '/1': {}, '/2': {} } });
    await world.probe(origin.port, { ...plainHttp, paths: ['/1', '/2'] });
    expect(origin.requests).toHaveLength(2);
    const asked = world.dns.journal.filter(({ name, type }) => name === originName && type === 'A').length;
    await world.probe(origin.port, { ...plainHttp, paths: ['/1', '/2'] });
    expect(world.dns.journal.filter(({ name, type }) => name === originName && type === 'A')).toHaveLength(asked + 1);
  });
});

describe('vantage', () => {
  it('sends nothing for a VPC origin', async () => {
    const origin = await world.start();
    const asked = world.dns.journal.length;
    const probe = await world.probe(origin.port, { ...plainHttp, origin: { kind: 'vpc', vpcOriginId: 'vo_1' } });
    expect(probe.vantage).toMatchObject({ class: 'blind', because: expect.stringContaining('VPC origin') });
    expect(probe.addresses).toEqual([]);
    expect([origin.accepted, world.dns.journal.length]).toEqual([0, asked]);
  });

  it.each([
    ['mutual TLS', { usesMutualTls: true }, 'misleading', 'client certificate'],
    ['SSLv3', { sslProtocols: ['SSLv3', 'TLSv1.2'] }, 'misleading', 'SSLv3'],
    ['an S3 bucket', { kind: 's3' }, 'valid', 'a 403 is expected'],
    ['custom headers', { customHeaderNames: ['X-Origin-Secret'] }, 'valid', 'custom headers'],
    ['nothing special', {}, 'valid', 'server name and Host.'],
  ] as const)('is honest about %s', async (_title, origin, vantage, because) => {
    const { port } = await world.start({ tls: await soundTls(world.authority, [originName]), answer: { status: 403 } });
    const probe = await world.probe(port, { origin });
    expect(probe.vantage).toMatchObject({ class: vantage, because: expect.stringContaining(because) });
    expect(probe.addresses[0]?.http[0]?.status).toBe(403);
  });
});

describe('what comes after the handshake', () => {
  it.each([
    [[], undefined],
    [['X-Origin-Verify'], /^CloudFront adds the header X-Origin-Verify, which the probe does not send/],
    [['X-A', 'X-B'], /^CloudFront adds 2 headers \(X-A and X-B\), which the probe does not send/],
  ])('is doubted where CloudFront adds the headers %j', async (customHeaderNames, words) => {
    const { port } = await world.start();
    const { vantage } = await world.probe(port, { ...plainHttp, origin: { customHeaderNames } });
    expect(vantage.class).toBe('valid');
    if (words === undefined) expect(vantage.afterHandshake).toBeUndefined();
    else expect(vantage.afterHandshake).toMatch(words);
  });
});

describe('stopping', () => {
  const stopped = new Failure('cancelled', 'The check was cancelled.');

  it.each([
    ['while the resolver is silent', 'dns'],
    ['while TLS is silent', 'tls'],
    ['while the answer is awaited', 'http'],
    ['while the answer is awaited over TLS', 'https'],
  ] as const)('%s closes everything at once', async (_title, layer) => {
    const tls = layer === 'https' ? { tls: await soundTls(world.authority, [originName]) } : {};
    const origin = await world.start({ ...tls, answer: 'silent', connection: layer === 'tls' ? 'silent' : 'serve' });
    const stop = new AbortController();
    if (layer === 'dns') world.dns.set('silent.example.test', 'silent');
    const name = layer === 'dns' ? 'silent.example.test' : originName;
    const scheme = layer === 'http' || layer === 'dns' ? ('http' as const) : ('https' as const);
    const probing = world.probe(
      origin.port,
      { connection: { domainName: name, scheme } },
      { connectTimeoutMs: 9_000 },
      stop.signal,
    );
    const outcome = expect(probing).rejects.toBe(stopped);
    if (layer === 'dns') await world.dns.asked(name);
    else if (layer === 'tls') await origin.connected();
    else await origin.requested();
    const before = performance.now();
    stop.abort(stopped);
    await outcome;
    await origin.idle();
    expect(performance.now() - before).toBeLessThan(8_000);
  });

  it('does nothing where it is stopped already', async () => {
    const origin = await world.start();
    const asked = world.dns.journal.length;
    await expect(world.probe(origin.port, plainHttp, {}, AbortSignal.abort(stopped))).rejects.toBe(stopped);
    expect([origin.accepted, world.dns.journal.length]).toEqual([0, asked]);
  });
});
