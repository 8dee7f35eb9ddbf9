/** Resolves an origin's name by asking each configured resolver itself, past the machine's own resolver, hosts file and cache. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { DnsOutcome, DnsProbe, Origin } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';
import { codeOf } from './tcp.js';

export type RecordType = 'A' | 'AAAA';
type Address = DnsProbe['addresses'][number];

interface Answer {
  readonly resolver: string;
  readonly recordType: RecordType;
  readonly outcome: DnsOutcome;
  readonly addresses: readonly Address[];
}

export interface ResolveSettings {
  /** `address` or `address:port`. */
  readonly servers: readonly string[];
  /** For each attempt; there are two. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const attempts = 2;
const maxAliases = 8;
const maxAddresses = 64;

/** Codes of c-ares. A resolver that cannot be reached at all is `failed`. */
const outcomes: Readonly<Record<string, DnsOutcome>> = {
  ENOTFOUND: 'nxdomain',
  ENODATA: 'no-data',
  ESERVFAIL: 'servfail',
  EREFUSED: 'refused',
  ETIMEOUT: 'timed-out',
};

/** How a question that was not answered ended. */
export function outcomeOf(error: unknown): DnsOutcome {
  return outcomes[codeOf(error) ?? ''] ?? 'failed';
}

/** What says most about the name first: what is known for certain, then why it is not known. */
const byWeight: readonly DnsOutcome[] = [
  'resolved',
  'nxdomain',
  'no-data',
  'servfail',
  'refused',
  'timed-out',
  'failed',
];

/** The record types that CloudFront asks for, by the origin's setting. */
export function recordTypesFor(ipAddressType: Origin['ipAddressType']): readonly RecordType[] {
  if (ipAddressType === 'dualstack') return ['A', 'AAAA'];
  return ipAddressType === 'ipv6' ? ['AAAA'] : ['A'];
}

/** A probe that asked nobody, for origins that public DNS does not know. */
export function unasked(name: string): DnsProbe {
  return {
    outcome: 'not-asked',
    name,
    resolvers: [],
    cnames: [],
    addresses: [],
    answers: [],
    authority: null,
    elapsedMs: 0,
  };
}

/**
 * Asks every resolver for every type. A name without any IPv6 address is asked for IPv4 ones too, to tell which is missing; these are shown
 * among the answers and are not among the addresses. The authority is not asked here (see dns-authority.ts). Rejects with the reason of the signal when that aborts, and never otherwise.
 */
export async function resolveName(
  name: string,
  recordTypes: readonly RecordType[],
  settings: ResolveSettings,
): Promise<DnsProbe> {
  settings.signal.throwIfAborted();
  const startedAt = performance.now();
  const clients = settings.servers.map((server) => ({ server, client: createClient(server, settings.timeoutMs) }));
  const onAbort = (): void => {
    for (const { client } of clients) client?.cancel();
  };
  settings.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const ascii = toAskable(name);
    const askAll = (types: readonly RecordType[]): Promise<readonly Answer[]> =>
      Promise.all(
        clients.flatMap(({ server, client }) => types.map((recordType) => ask(client, server, ascii, recordType))),
      );
    const answers = await askAll(recordTypes);
    settings.signal.throwIfAborted();
    const best = weightiest(answers.map((answer) => answer.outcome));
    const witness = clients.find(({ server }) =>
      answers.some((answer) => answer.resolver === server && answer.outcome === best),
    );
    const isKnown = best === 'resolved' || best === 'nxdomain' || best === 'no-data' || best === 'servfail';
    const cnames = isKnown && witness?.client ? await followAliases(witness.client, ascii, settings.signal) : [];
    const others = best === 'no-data' && !recordTypes.includes('A') ? await askAll(['A']) : [];
    settings.signal.throwIfAborted();
    return {
      outcome: best,
      name,
      resolvers: [...settings.servers],
      cnames,
      addresses: uniteAddresses(answers),
      answers: [...answers, ...others].map(({ addresses, ...rest }) => ({
        ...rest,
        addresses: addresses.map((one) => one.address),
      })),
      authority: null,
      elapsedMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    settings.signal.removeEventListener('abort', onAbort);
  }
}

function createClient(server: string, timeoutMs: number): Resolver | null {
  try {
    const client = new Resolver({ timeout: timeoutMs, tries: attempts });
    client.setServers([server]);
    return client;
  } catch {
    // A server that is no address: its answers say `failed`, and the others may do.
    return null;
  }
}

/** International names in their ASCII form; what is no name at all is asked for as it stands, and the resolver says what it thinks. */
export function toAskable(name: string): string {
  const ascii = domainToASCII(name);
  return ascii === '' ? name : ascii;
}

async function ask(client: Resolver | null, resolver: string, name: string, recordType: RecordType): Promise<Answer> {
  const base = { resolver, recordType };
  if (client === null) return { ...base, outcome: 'failed', addresses: [] };
  try {
    const records =
      recordType === 'A' ? await client.resolve4(name, { ttl: true }) : await client.resolve6(name, { ttl: true });
    const addresses = records
      .filter((record) => isIP(record.address) !== 0)
      .slice(0, maxAddresses)
      .map((record) => ({
        address: record.address,
        family: recordType === 'A' ? (4 as const) : (6 as const),
        ttlSeconds: record.ttl,
      }));
    return { ...base, outcome: addresses.length > 0 ? 'resolved' : 'no-data', addresses };
  } catch (error) {
    return { ...base, outcome: outcomeOf(error), addresses: [] };
  }
}

function weightiest(seen: readonly DnsOutcome[]): DnsOutcome {
  return byWeight.find((outcome) => seen.includes(outcome)) ?? 'failed';
}

/** The aliases from the name on, also where the last of them does not exist: that is what a dangling record looks like. */
async function followAliases(client: Resolver, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const aliases: string[] = [];
  const seen = new Set([name.toLowerCase()]);
  for (let current = name; aliases.length < maxAliases && !signal.aborted; ) {
    const [next] = await client.resolveCname(current).catch(() => []);
    if (next === undefined || seen.has(next.toLowerCase())) break;
    seen.add(next.toLowerCase());
    aliases.push(plain(next, 253));
    current = next;
  }
  return aliases;
}

/** Every address once, in the order in which they came, with the lowest time to live. */
function uniteAddresses(answers: readonly Answer[]): readonly Address[] {
  const byAddress = new Map<string, Address>();
  for (const one of answers.flatMap((answer) => answer.addresses)) {
    const known = byAddress.get(one.address);
    if (known === undefined || one.ttlSeconds < known.ttlSeconds) byAddress.set(one.address, one);
  }
  return [...byAddress.values()].slice(0, maxAddresses);
}
