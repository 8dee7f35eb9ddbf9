/** Probes one way of reaching an origin as CloudFront would: every address of its name, over TCP, TLS and HTTP. Looks and never judges. */
import { randomBytes } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { AddressProbe, DnsProbe, OriginProbe } from '../diagnosis/evidence.js';
import type { DnsAuthority } from '../diagnosis/probe-depth.js';
import { isHostUnknown } from '../diagnosis/probe-subject.js';
import { plain } from '../diagnosis/wording.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector, TaskOf } from './collector.js';
import { isUnfinished } from './merge-probes.js';
import { toOriginPath } from './origin-path.js';
import { judgeAddress } from './origin-probe/address-policy.js';
import { planHandshakes } from './origin-probe/cloudfront-tls.js';
import { recordTypesFor, resolveName, unasked } from './origin-probe/dns.js';
import { askAuthority } from './origin-probe/dns-authority.js';
import { prepareWidenings } from './origin-probe/explore-tls.js';
import { requireHost } from './origin-probe/http.js';
import { type AddressPlan, type PreparedHandshake, probeAddress } from './origin-probe/probe-address.js';
import { createTrustStore, type TrustStore } from './origin-probe/trust.js';
import { rankVantage, rankVantageBefore } from './origin-probe/vantage.js';

type Task = TaskOf<'origin-probe'> | TaskOf<'path-probe'>;

const addressesAtOnce = 4;
const maxPaths = 5;
const maxTraceLines = 100;
const maxTraceLineLength = 300;
/** The longest that an answer is waited for, whatever CloudFront would: a person is waiting for ours. */
const maxReadTimeoutMs = 10_000;
const maxDnsTimeoutMs = 2_000;
/** The second look must not double the wait for a verdict. */
const maxSecondTimeoutMs = 4_000;

export const collectOriginProbe: Collector<'origin-probe'> = (context, task) => probeOrigin(context, task);

/** The same probe for paths that the logs show failing, without what the first one has found out already. */
export const collectPathProbe: Collector<'path-probe'> = async (context, task) => {
  const connectTimeoutMs = Math.min(context.network.connectTimeoutMs, maxSecondTimeoutMs);
  const hurried = { ...context, network: { ...context.network, connectTimeoutMs } };
  const first = await probeOrigin(hurried, task);
  if (!first.addresses.some(isUnfinished)) return first;
  // A machine that is busy for a moment must not turn a fault into silence.
  const second = await probeOrigin(hurried, task);
  return second.addresses.filter(isUnfinished).length < first.addresses.filter(isUnfinished).length ? second : first;
};

async function probeOrigin(context: CollectContext, task: Task): Promise<OriginProbe> {
  const { origin, connection } = task;
  // One of its own, since many sockets listen to it and the given one is shared by all collectors of a check.
  const signal = AbortSignal.any([context.signal]);
  const lines: string[] = [];
  const trace = (line: string): void => {
    if (lines.length < maxTraceLines) lines.push(plain(line, maxTraceLineLength));
    context.log.debug({ originId: origin.id, connectionId: connection.id, line }, 'origin probe');
  };
  const finish = (seen: Pick<OriginProbe, 'dns' | 'refusedAddresses' | 'addresses'>): OriginProbe => ({
    connection,
    vantage: rankVantageBefore(origin) ?? rankVantage(origin, connection, seen),
    ...seen,
    trace: lines,
  });

  const before = rankVantageBefore(origin);
  if (before !== null) {
    trace(before.because);
    return finish({ dns: unasked(connection.domainName), refusedAddresses: [], addresses: [] });
  }

  if (!isHostUnknown(connection)) requireHost(connection.host);
  context.onProgress('resolving the name');
  const dns = await resolveName(connection.domainName, recordTypesFor(origin.ipAddressType), {
    servers: context.network.dnsServers,
    timeoutMs: Math.min(context.network.connectTimeoutMs, maxDnsTimeoutMs),
    signal,
  });
  traceDns(dns, trace);

  const judged = dns.addresses.map(({ address }) => ({
    address,
    because: judgeAddress(address, context.network.allowedRanges),
  }));
  const refusedAddresses = judged.flatMap(({ address, because }) => (because === null ? [] : [{ address, because }]));
  for (const { address, because } of refusedAddresses) trace(`${address} ${because}; nothing was sent to it`);
  const admitted = judged.filter(({ because }) => because === null).map(({ address }) => address);
  const chosen = admitted.slice(0, context.network.maxAddresses);
  if (chosen.length < admitted.length)
    trace(`probing ${chosen.length} of ${admitted.length} addresses, as the policy file's limit says`);

  // While the addresses are probed, so that it takes no time of its own.
  const [authority, addresses] = await Promise.all([
    isDeep(task) ? lookUpAuthority({ ...context, signal }, task, dns, trace) : null,
    probeAll({ ...context, signal }, task, chosen, trace),
  ]);
  return finish({ dns: { ...dns, authority }, refusedAddresses, addresses });
}

function isDeep(task: Task): task is TaskOf<'origin-probe'> {
  return task.kind === 'origin-probe';
}

async function lookUpAuthority(
  { network, signal }: CollectContext,
  { origin, connection }: Task,
  dns: DnsProbe,
  trace: (line: string) => void,
): Promise<DnsAuthority | null> {
  const authority = await askAuthority(connection.domainName, {
    servers: network.dnsServers,
    recordTypes: recordTypesFor(origin.ipAddressType),
    isAlias: dns.cnames.length > 0,
    judgeAddress: (address) => judgeAddress(address, network.allowedRanges),
    port: network.nameServerPort ?? defaultNameServerPort,
    signal,
  });
  signal.throwIfAborted();
  for (const { server, address, recordType, outcome, values } of authority?.answers ?? [])
    trace(`name server ${server} (${address}) was asked for ${recordType}: ${outcome} ${values.join(', ')}`.trim());
  return authority;
}

const defaultNameServerPort = 53;

async function probeAll(
  context: CollectContext,
  task: Task,
  addresses: readonly string[],
  trace: (line: string) => void,
): Promise<readonly AddressProbe[]> {
  if (addresses.length === 0) return [];
  const plan = planAddress(context, task, trace);
  let done = 0;
  const showProgress = (): void => context.onProgress(`${done} of ${addresses.length} addresses`);
  showProgress();
  return mapBounded(addresses, addressesAtOnce, async (address) => {
    const probe = await probeAddress(plan, address);
    done += 1;
    showProgress();
    return probe;
  });
}

function planAddress(context: CollectContext, task: Task, trace: (line: string) => void): AddressPlan {
  const { origin, connection } = task;
  const { network, signal } = context;
  const limitMs = isDeep(task) ? maxReadTimeoutMs : maxSecondTimeoutMs;
  const readTimeoutMs = Math.min((origin.readTimeoutSeconds ?? 30) * 1000, limitMs);
  if (origin.readTimeoutSeconds !== null && origin.readTimeoutSeconds * 1000 > readTimeoutMs)
    trace(`waiting ${readTimeoutMs / 1000} s for an answer, where CloudFront waits ${origin.readTimeoutSeconds} s`);
  let store: TrustStore | null = null;
  return {
    connection,
    sslProtocols: origin.sslProtocols,
    requests: chooseRequests(task).slice(0, maxPaths),
    isDeep: isDeep(task),
    widenings: prepareWidenings(origin.sslProtocols.length === 0 ? ['TLSv1.2'] : origin.sslProtocols),
    handshakes: connection.scheme === 'https' ? prepareHandshakes(task, trace) : [],
    store: () => {
      store ??= createTrustStore([...rootCertificates, ...network.extraTrustRoots]);
      return store;
    },
    connectTimeoutMs: Math.min(network.connectTimeoutMs, origin.connectionTimeoutSeconds * 1000),
    readTimeoutMs,
    requestId: () => `cf502-${randomBytes(24).toString('base64url')}`,
    now: context.now,
    signal,
    trace,
  };
}

/**
 * Contexts are made at the first use and once for all addresses. They hold no roots at all: trust is judged afterwards, by a store of our own
 * that no environment variable of Node's can add to.
 */
function prepareHandshakes(task: Task, trace: (line: string) => void): readonly PreparedHandshake[] {
  const { handshakes, usesSslV3 } = planHandshakes(task.origin.sslProtocols);
  if (usesSslV3)
    trace('SSLv3 is among the allowed protocols; this program cannot speak it, so its handshakes were left out');
  return handshakes.map(({ protocols, options }) => {
    let made: SecureContext | null = null;
    return {
      protocols,
      context: () => {
        made ??= createSecureContext({ ...options, ca: [] });
        return made;
      },
    };
  });
}

function chooseRequests(task: Task): AddressPlan['requests'] {
  const asked =
    task.kind === 'path-probe' ? task.requests : task.paths.map((path) => ({ method: 'GET' as const, path }));
  const requests = (asked.length === 0 ? [{ method: 'GET' as const, path: '/' }] : asked).map(({ method, path }) => ({
    method,
    path: toOriginPath(task.origin, path, task.rootObject),
    viewerPath: path.startsWith('/') ? path : `/${path}`,
  }));
  return [...new Map(requests.map((request) => [`${request.method} ${request.path}`, request])).values()];
}

function traceDns(dns: DnsProbe, trace: (line: string) => void): void {
  for (const { resolver, recordType, outcome, addresses } of dns.answers)
    trace(
      `${resolver} was asked for ${recordType} of ${dns.name}: ${outcome}${addresses.length === 0 ? '' : ` ${addresses.join(', ')}`}`,
    );
  if (dns.cnames.length > 0) trace(`${dns.name} is an alias: ${dns.cnames.join(' -> ')}`);
}
