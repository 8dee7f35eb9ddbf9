/** Holds idle connections to an origin, opened as CloudFront would open them, and sees when the origin ends them. Looks and never judges. */
import { randomBytes } from 'node:crypto';
import type { AddressProbe, HeldConnection, KeepAliveLab, TcpOutcome } from '../diagnosis/evidence.js';
import { plain } from '../diagnosis/wording.js';
import type { Collector } from './collector.js';
import { type HoldPlan, holdAddress } from './keep-alive/hold-address.js';
import { prepareContexts } from './keep-alive/open-connection.js';
import { toOriginPath } from './origin-path.js';
import { judgeAddress } from './origin-probe/address-policy.js';
import { recordTypesFor, resolveName } from './origin-probe/dns.js';
import { requireHost } from './origin-probe/http.js';
import { rankVantage, rankVantageBefore } from './origin-probe/vantage.js';

/** Addresses held at once at most; two connections each. */
const maxAddresses = 4;
/** Past CloudFront's own timeout, a connection is decided: CloudFront would have closed it first. */
const marginMs = 2_000;
const maxDnsTimeoutMs = 2_000;
/** The longest that an answer is waited for: the lab is not the place where a slow origin is found. */
const answerTimeoutMs = 5_000;
const maxTraceLines = 60;

/**
 * One exchange on each connection, then silence: from the last byte of the answer to the FIN or RST, at most for CloudFront's keep-alive
 * timeout and two seconds, or for the policy's limit where that is shorter.
 */
export const collectKeepAlive: Collector<'keep-alive'> = async (context, { origin, connection, path, rootObject }) => {
  const { network } = context;
  const keepAliveTimeoutSeconds = origin.keepAliveTimeoutSeconds ?? 0;
  const holdMs = Math.min(keepAliveTimeoutSeconds * 1000 + marginMs, network.keepAliveHoldMs);
  // One of its own, since many sockets listen to it and the given one is shared by all collectors of a check.
  const signal = AbortSignal.any([context.signal]);
  const lines: string[] = [];
  const trace = (line: string): void => {
    if (lines.length < maxTraceLines) lines.push(plain(line, 300));
    context.log.debug({ originId: origin.id, connectionId: connection.id, line }, 'keep-alive lab');
  };
  const base = { connection, keepAliveTimeoutSeconds, holdMs };
  const before = rankVantageBefore(origin);
  if (before !== null || network.keepAliveHoldMs === 0) {
    const off = { class: 'blind', because: 'The policy file says that no connection is to be held.' } as const;
    return { ...base, vantage: before ?? off, held: [], trace: lines };
  }

  requireHost(connection.host);
  const dns = await resolveName(connection.domainName, recordTypesFor(origin.ipAddressType), {
    servers: network.dnsServers,
    timeoutMs: Math.min(network.connectTimeoutMs, maxDnsTimeoutMs),
    signal,
  });
  const judged = dns.addresses.map(({ address }) => ({
    address,
    because: judgeAddress(address, network.allowedRanges),
  }));
  const refusedAddresses = judged.flatMap(({ address, because }) => (because === null ? [] : [{ address, because }]));
  const admitted = judged.filter(({ because }) => because === null).map(({ address }) => address);

  context.onProgress(`holding idle connections for up to ${Math.round(holdMs / 1000)} s`);
  const plan: HoldPlan = {
    connection,
    target: () => ({
      host: connection.host,
      path: toOriginPath(origin, path, rootObject),
      requestId: `cf502-${randomBytes(24).toString('base64url')}`,
    }),
    contexts: connection.scheme === 'https' ? prepareContexts(origin.sslProtocols) : [],
    connectTimeoutMs: Math.min(network.connectTimeoutMs, origin.connectionTimeoutSeconds * 1000),
    answerTimeoutMs: Math.min(answerTimeoutMs, (origin.readTimeoutSeconds ?? 30) * 1000),
    holdMs,
    signal,
    trace,
  };
  const chosen = admitted.slice(0, Math.min(maxAddresses, network.maxAddresses));
  const held = (await Promise.all(chosen.map((address) => holdAddress(plan, address)))).flat();
  signal.throwIfAborted();
  const seen = { dns, refusedAddresses, addresses: held.map(asAddressProbe) };
  return { ...base, vantage: rankVantage(origin, connection, seen), held, trace: lines } satisfies KeepAliveLab;
};

/** As much of an address as the vantage is judged by. */
function asAddressProbe({ address, port, because }: HeldConnection): AddressProbe {
  const outcomes = ['refused', 'reset', 'timed-out', 'unreachable', 'failed'] as const;
  const outcome: TcpOutcome = outcomes.find((one) => because === `TCP ${one}`) ?? 'connected';
  const tcp = { outcome, errorCode: null, elapsedMs: 0, attempts: [{ outcome, count: 1 }] };
  return { address, port, tcp, blindBecause: null, otherProtocol: null, tls: null, http: [] };
}
