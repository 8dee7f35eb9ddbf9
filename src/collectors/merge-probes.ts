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
      ...describeUnfinished(one, other),
      trace: [...one.trace, ...other.trace].slice(0, maxTraceLines),
    },
  };
}

/** A second look that ran into its limit at an address that had answered before saw nothing there, and must not pass for one that saw nothing wrong. */
function describeUnfinished(one: OriginProbe, other: OriginProbe): Pick<OriginProbe, 'gaps'> {
  const answered = new Set(one.addresses.filter(({ http }) => http.length > 0).map(({ address }) => address));
  const unfinished = other.addresses.filter((address) => answered.has(address.address) && isUnfinished(address));
  const [first] = unfinished;
  if (first === undefined) return {};
  return {
    gaps: [
      {
        kind: 'not-seen',
        message: `The paths that fail were not answered in time at ${unfinished.length} of ${other.addresses.length} addresses of ${other.connection.domainName}, tried twice, so what they answer was not seen there.`,
        remedy:
          'Run the check again; where it says so each time, look at what makes these paths slow, or at the load of the machine that cf502 runs on.',
      },
    ],
  };
}

/** Whether a probe of an address ran into a limit of time, whatever the reason. */
export function isUnfinished({ tcp, tls, http }: AddressProbe): boolean {
  return (
    tcp.outcome === 'timed-out' || tls?.outcome === 'timed-out' || http.some(({ outcome }) => outcome === 'timed-out')
  );
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
