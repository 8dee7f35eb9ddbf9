/** One probe of a connection from its first look and the second one: the checks see what was seen, not when. Pure. */
import type { AddressProbe, Gathered, OriginProbe } from '../diagnosis/evidence.js';
import type { TcpAttempts } from '../diagnosis/probe-depth.js';

const maxTraceLines = 100;

/** @param second null where there was no second look; one that failed takes nothing away from the first. */
export function mergeProbes(first: Gathered<OriginProbe>, second: Gathered<OriginProbe> | null): Gathered<OriginProbe> {
  if (second === null || second.state === 'unavailable') return first;
  if (first.state === 'unavailable') return second;
  const [one, other] = [first.data, second.data];
  const others = new Map(other.addresses.map((address) => [address.address, address]));
  const merged = one.addresses.map((address) => mergeAddress(address, others.get(address.address)));
  // DNS may have answered differently by then.
  const known = new Set(one.addresses.map(({ address }) => address));
  const added = other.addresses.filter(({ address, http }) => !known.has(address) && http.length > 0);
  return {
    state: 'collected',
    at: second.at,
    elapsedMs: first.elapsedMs + second.elapsedMs,
    data: {
      ...one,
      addresses: [...merged, ...added],
      trace: [...one.trace, ...other.trace].slice(0, maxTraceLines),
    },
  };
}

function mergeAddress(first: AddressProbe, second: AddressProbe | undefined): AddressProbe {
  if (second === undefined) return first;
  const asked = new Set(first.http.map(({ method, path }) => `${method} ${path}`));
  return {
    ...first,
    tcp: { ...first.tcp, attempts: mergeAttempts(first.tcp.attempts, second.tcp.attempts) },
    http: [...first.http, ...second.http.filter(({ method, path }) => !asked.has(`${method} ${path}`))],
  };
}

function mergeAttempts(first: readonly TcpAttempts[], second: readonly TcpAttempts[]): readonly TcpAttempts[] {
  const counts = new Map(first.map(({ outcome, count }) => [outcome, count]));
  for (const { outcome, count } of second) counts.set(outcome, (counts.get(outcome) ?? 0) + count);
  return [...counts].map(([outcome, count]) => ({ outcome, count }));
}
