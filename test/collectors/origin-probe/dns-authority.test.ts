/** The name servers of a zone, asked themselves. */
import { describe, expect, it } from '@jest/globals';
import { type DnsAnswer, type DnsPlace, startLocalDns } from '../../world/dns.js';
import { findRefusingPort } from '../../world/ports.js';
import { buildOrigin, originName } from './probe-builders.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();
const plainHttp = { connection: { scheme: 'http', sni: null } } as const;

/** Name servers at 127.0.0.2, 127.0.0.3 … at one port, with what each says of the origin's name. */
async function delegate(...answers: readonly DnsAnswer[]): Promise<number> {
  let port: number | null = null;
  for (const [index, answer] of answers.entries()) {
    const address = `127.0.0.${index + 2}`;
    const place: DnsPlace = port === null ? { address } : { address, port };
    port = world.keep(await startLocalDns({ [originName]: answer }, place)).port;
    world.dns.set(`ns${index + 1}.example.test`, { a: [address] });
  }
  world.dns.set('example.test', { ns: answers.map((_, index) => `ns${index + 1}.example.test`) });
  return port ?? 53;
}

async function authorityOf(nameServerPort: number, ipAddressType: 'ipv4' | 'dualstack' = 'ipv4') {
  const overrides = { ...plainHttp, origin: buildOrigin({ ipAddressType }) };
  const { dns } = await world.probe(await findRefusingPort(), overrides, { nameServerPort });
  return dns.authority;
}

describe('the name servers of the zone', () => {
  it('are asked each for itself, so that one that does not know the zone is seen', async () => {
    const port = await delegate({ a: ['127.0.0.1'] }, 'refused', 'nxdomain');
    expect(await authorityOf(port)).toEqual({
      zone: 'example.test',
      answers: [
        {
          server: 'ns1.example.test',
          address: '127.0.0.2',
          recordType: 'A',
          outcome: 'resolved',
          values: ['127.0.0.1'],
        },
        { server: 'ns2.example.test', address: '127.0.0.3', recordType: 'A', outcome: 'refused', values: [] },
        { server: 'ns3.example.test', address: '127.0.0.4', recordType: 'A', outcome: 'nxdomain', values: [] },
      ],
    });
  });

  it('are asked for the alias where the name is one', async () => {
    world.dns.set(originName, { cname: 'lb.example.test' });
    world.dns.set('lb.example.test', { a: ['127.0.0.1'] });
    const port = await delegate({ cname: 'lb.example.test' });
    expect((await authorityOf(port))?.answers).toMatchObject([
      { recordType: 'CNAME', outcome: 'resolved', values: ['lb.example.test'] },
    ]);
  });

  it('are asked for both kinds of address where both are used', async () => {
    const port = await delegate({ a: ['127.0.0.1'], aaaa: ['::1'] });
    expect((await authorityOf(port, 'dualstack'))?.answers.map(({ recordType }) => recordType)).toEqual(['A', 'AAAA']);
  });

  it('are not asked at an address that may not be connected to', async () => {
    const port = await delegate({ a: ['127.0.0.1'] });
    world.dns.set('ns1.example.test', { a: ['10.0.0.1', '169.254.169.254'] });
    expect((await authorityOf(port))?.answers).toMatchObject([{ address: '', outcome: 'not-asked' }]);
  });

  it('cost nothing but a note where they are silent', async () => {
    const port = await delegate('silent');
    expect((await authorityOf(port))?.answers).toMatchObject([{ outcome: 'timed-out' }]);
  });

  it('are nobody where no zone is to be found', async () => {
    world.dns.set('example.test', 'nxdomain');
    expect(await authorityOf(53)).toBeNull();
  });
});

describe('a name without an IPv6 address', () => {
  it('is asked for IPv4 ones too, which are shown and not used', async () => {
    const { dns, addresses } = await world.probe(443, { origin: { ipAddressType: 'ipv6' } });
    expect(dns).toMatchObject({ outcome: 'no-data', addresses: [] });
    expect(dns.answers.map(({ recordType, outcome }) => [recordType, outcome])).toEqual([
      ['AAAA', 'no-data'],
      ['A', 'resolved'],
    ]);
    expect(addresses).toEqual([]);
  });
});

it('asks nobody about the name of a VPC origin', async () => {
  const { dns, vantage } = await world.probe(443, { origin: { kind: 'vpc', vpcOriginId: 'vo_1' } });
  expect(dns).toMatchObject({ outcome: 'not-asked', answers: [], authority: null });
  expect(vantage.class).toBe('blind');
});
