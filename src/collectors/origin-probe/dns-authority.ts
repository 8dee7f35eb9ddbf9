/** Asks the name servers of a zone themselves: a resolver ends up with one of them, and the next resolver perhaps with another. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DnsAuthority } from '../../diagnosis/probe-depth.js';
import { plain } from '../../diagnosis/wording.js';
import { outcomeOf, type RecordType, toAskable } from './dns.js';

export interface AuthoritySettings {
  /** Resolvers that name the name servers: `address` or `address:port`. */
  readonly servers: readonly string[];
  readonly recordTypes: readonly RecordType[];
  /** Whether the name is an alias: then the alias itself is compared, since its target may be another zone's. */
  readonly isAlias: boolean;
  /** Null where an address may be asked, else why not. */
  readonly judgeAddress: (address: string) => string | null;
  /** 53 but in private set-ups. */
  readonly port: number;
  readonly signal: AbortSignal;
}

const maxNameServers = 4;
const maxLevels = 4;
const timeoutMs = 1_200;

/** Null where the zone or its name servers could not be found. Never rejects: a failure here is no more than a note. */
export async function askAuthority(name: string, settings: AuthoritySettings): Promise<DnsAuthority | null> {
  const [server] = settings.servers;
  const ascii = toAskable(name).replace(/\.$/, '');
  if (server === undefined || settings.signal.aborted || isIP(ascii) !== 0) return null;
  const clients: Resolver[] = [];
  const onAbort = (): void => {
    for (const client of clients) client.cancel();
  };
  const open = (address: string): Resolver => {
    const client = new Resolver({ timeout: timeoutMs, tries: 1 });
    client.setServers([address]);
    clients.push(client);
    return client;
  };
  settings.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const resolver = open(server);
    const found = await findZone(resolver, ascii, settings);
    if (found === null) return null;
    const answers = await Promise.all(
      found.nameServers
        .slice(0, maxNameServers)
        .map((nameServer) => askOne(resolver, open, nameServer, ascii, settings)),
    );
    return { zone: plain(found.zone, 253), answers: answers.flat() };
  } catch {
    return null;
  } finally {
    settings.signal.removeEventListener('abort', onAbort);
  }
}

/** The closest name above (or the name itself, where it is no alias) that has name servers; the top-level domain is never asked for. */
async function findZone(
  resolver: Resolver,
  name: string,
  { isAlias, signal }: AuthoritySettings,
): Promise<{ readonly zone: string; readonly nameServers: readonly string[] } | null> {
  const labels = name.split('.');
  for (let level = isAlias ? 1 : 0; level < maxLevels && labels.length - level >= 2 && !signal.aborted; level += 1) {
    const zone = labels.slice(level).join('.');
    const nameServers = await resolver.resolveNs(zone).catch(() => []);
    if (nameServers.length > 0) return { zone, nameServers };
  }
  return null;
}

async function askOne(
  resolver: Resolver,
  open: (address: string) => Resolver,
  nameServer: string,
  name: string,
  { recordTypes, isAlias, judgeAddress, port }: AuthoritySettings,
): Promise<DnsAuthority['answers']> {
  const types: readonly DnsAuthority['answers'][number]['recordType'][] = isAlias ? ['CNAME'] : recordTypes;
  const server = plain(nameServer, 253);
  const addresses = await resolver.resolve4(nameServer).catch(() => []);
  const address = addresses.find((one) => judgeAddress(one) === null);
  if (address === undefined)
    return types.map((recordType) => ({ server, address: '', recordType, outcome: 'not-asked', values: [] }));
  const client = open(`${address}:${port}`);
  return Promise.all(
    types.map(async (recordType) => {
      const base = { server, address, recordType };
      try {
        const values = await (recordType === 'CNAME'
          ? client.resolveCname(name)
          : recordType === 'A'
            ? client.resolve4(name)
            : client.resolve6(name));
        return { ...base, outcome: 'resolved' as const, values: values.slice(0, 16).map((value) => plain(value, 253)) };
      } catch (error) {
        return { ...base, outcome: outcomeOf(error), values: [] };
      }
    }),
  );
}
