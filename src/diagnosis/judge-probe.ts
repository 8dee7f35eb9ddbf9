/** How a check reads a probe: the same questions of vantage, reach and number of addresses for every layer. Pure. */
import type { AccessLogEvidence, AddressProbe, OriginConnection, OriginProbe, Unavailability } from './evidence.js';
import { countFitting } from './explain.js';
import type { Citation, Explains, Finding, Layer, Outcome, Strength } from './finding.js';
import { isUncategorised } from './log-results.js';
import { findMismatch } from './tls-mismatch.js';
import { afterColon, countOf } from './wording.js';

/** What a check looks for in the readings of one layer. */
export interface ProbeRule<Reading> {
  /** `tls` rules are ruled out over plain HTTP. */
  readonly over: 'tcp' | 'tls' | 'http';
  /** What an address shows at this layer; empty where it shows nothing. */
  readonly read: (address: AddressProbe) => readonly Reading[];
  readonly isFault: (reading: Reading) => boolean;
  /** Sentence with the concrete names, without its full stop. */
  readonly claim: (reading: Reading, connection: OriginConnection) => string;
  /** Short phrase on what was read, faulty or not. */
  readonly fact: (reading: Reading) => string;
  /** Full sentence on why this is not the cause, where every reading is sound. */
  readonly sound: (connection: OriginConnection) => string;
  readonly remedy: string | ((reading: Reading) => string);
  readonly layer: Layer | ((reading: Reading) => Layer);
  readonly detailedResults: readonly string[];
  /** Whether the answer depends on the Host that is forwarded, so that only the 502s of that host can be explained. */
  readonly dependsOnHost: boolean;
  /** For what is no cause of a 502: the finding then explains nothing. */
  readonly explainsNothing?: true;
  /** When the fault is known to have begun, or to end. */
  readonly lasts?: (reading: Reading) => Pick<Explains, 'since' | 'until'>;
  /** Claimed strength; proven by default. */
  readonly strength?: (reading: Reading) => Strength;
  /** For faults that come and go: one sound probe does not rule them out where the logs hold rows that fit and say more than `Error`. */
  readonly mayComeAndGo?: { readonly logs: AccessLogEvidence | null };
  /** Values of `x-edge-detailed-result-type` by which CloudFront itself names this fault. */
  readonly decisive?: { readonly results: readonly string[]; readonly logs: AccessLogEvidence | null };
}

/** Found where any address shows the fault, ruled out where all that CloudFront would meet are sound, inconclusive where they cannot be seen. */
export function judgeProbe<Reading>(probe: OriginProbe, rule: ProbeRule<Reading>): Outcome {
  const { connection } = probe;
  if (rule.over === 'tls' && connection.scheme === 'http')
    return ruledOut(probe, `CloudFront reaches ${nameOf(connection)} over plain HTTP, without TLS.`);
  const readings = probe.addresses.flatMap((address) => rule.read(address).map((reading) => ({ address, reading })));
  const faults = readings.filter(({ reading }) => rule.isFault(reading));
  const [worst] = faults;
  if (worst !== undefined) {
    const claim = `${rule.claim(worst.reading, connection)}${onSome(probe, faults)}`;
    if (probe.vantage.class === 'blind')
      return { state: 'inconclusive', missing: [blindness(probe)], lead: `From here: ${afterColon(claim)}.` };
    const citations = faults.map(({ address, reading }) => cite(probe, address, rule.fact(reading)));
    return found(probe, rule, faults, claim, citations, readings);
  }
  const logged = findInLogs(connection, rule);
  if (logged !== null) return logged;
  if (readings.length === 0) return notReached(probe, rule.over);
  // What makes a view misleading lies in the handshake; whether the port is open is seen all the same.
  if (probe.vantage.class === 'blind' || (probe.vantage.class === 'misleading' && rule.over !== 'tcp'))
    return { state: 'inconclusive', missing: [blindness(probe)] };
  const unseen = probe.addresses.filter((address) => rule.read(address).length === 0 && isUnseen(address));
  if (unseen.length > 0)
    return {
      state: 'inconclusive',
      missing: [
        blindAddress(unseen) ??
          slowAnswer(connection, unseen) ?? {
            kind: 'not-seen',
            message: `${countOf(unseen.length, 'address', 'addresses')} of ${nameOf(connection)} did not answer from here; the others are sound.`,
            remedy: `Open ${connection.domainName}:${connection.port} to the machine that cf502 runs on, or run cf502 where it is open.`,
          },
      ],
    };
  const because = rule.sound(connection);
  const citations = readings.slice(0, 8).map(({ address, reading }) => cite(probe, address, rule.fact(reading)));
  return (
    judgeIntermittent(probe, rule, readings.length, { because, citations }) ?? {
      state: 'ruled-out',
      because,
      citations,
    }
  );
}

/** What the logs say of a fault that was not seen; null where they say nothing. */
function judgeIntermittent<Reading>(
  { connection }: OriginProbe,
  { mayComeAndGo, detailedResults, dependsOnHost }: ProbeRule<Reading>,
  probes: number,
  unlessExplained: { readonly because: string; readonly citations: readonly Citation[] },
): Outcome | null {
  const logs = mayComeAndGo?.logs ?? null;
  const named = detailedResults.filter((result) => !isUncategorised(result));
  const [worst] = named
    .map((result) => ({ result, count: countFitting(logs, explainsOf(connection, [result], dependsOnHost)) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  if (worst === undefined) return null;
  const rows = countFitting(logs, explainsOf(connection, named, dependsOnHost));
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: `It was not seen in ${countOf(probes, 'probe')} of ${nameOf(connection)} from here, and may come and go.`,
        remedy: 'Run the check again while the 502s happen.',
      },
    ],
    lead: `${countOf(rows, 'row')} ${rows === 1 ? 'says' : 'say'} ${worst.result}${worst.count < rows ? ' or the like' : ''}, not seen in ${countOf(probes, 'probe')} from here.`,
    unlessExplained,
  };
}

/** Which of the logged 502s a fault of this connection can account for. */
export function explainsOf(
  connection: OriginConnection,
  detailedResults: readonly string[],
  dependsOnHost: boolean,
): Explains {
  const hosts = dependsOnHost && connection.hostIsForwarded ? { hosts: [connection.host.toLowerCase()] } : {};
  return { behaviours: connection.behaviours, detailedResults, ...hosts };
}

/** `origin.example.com`, or `origin.example.com for www.example.com` where the viewer's Host is forwarded. */
export function nameOf(connection: OriginConnection): string {
  return connection.hostIsForwarded ? `${connection.domainName} for ${connection.host}` : connection.domainName;
}

export function cite(probe: OriginProbe, { address, port }: AddressProbe, fact: string): Citation {
  const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return { kind: 'probe', ref: `${probe.connection.id} at ${at}`, fact };
}

/** Why a failure seen, or not seen, from here says little about CloudFront. */
export function blindness({ vantage, connection }: OriginProbe): Unavailability {
  return {
    kind: 'not-seen',
    message: `A probe of ${nameOf(connection)} from here does not show what CloudFront meets: ${vantage.because}`,
    remedy: `Run cf502 where ${connection.domainName} lets it in as it does CloudFront, or probe it from a machine beside it.`,
  };
}

/** Where what is not seen is not seen for a reason of our own. */
function blindAddress(unseen: readonly AddressProbe[]): Unavailability | null {
  const [first] = unseen;
  if (first === undefined || first.blindBecause === null || unseen.some(({ blindBecause }) => blindBecause === null))
    return null;
  return {
    kind: 'not-seen',
    message: first.blindBecause,
    remedy: 'Run cf502 where there is IPv6 to look at this address too.',
  };
}

/** Where the connection came about and the answer did not: it is not a door that is shut to us. */
function slowAnswer({ domainName }: OriginConnection, unseen: readonly AddressProbe[]): Unavailability | null {
  const silent = unseen.flatMap(({ http }) => http.find(({ outcome }) => outcome === 'timed-out') ?? []);
  const [first] = silent;
  if (first === undefined || silent.length < unseen.length) return null;
  return {
    kind: 'not-seen',
    message: `${domainName} took the request for ${first.path} and did not answer within ${Math.round(first.elapsedMs / 1000)} s.`,
    remedy:
      'Look at what makes the origin slow. Past the read timeout of the origin CloudFront answers 504 and not 502; a longer one cures 504s only.',
  };
}

function found<Reading>(
  { connection, addresses }: OriginProbe,
  rule: ProbeRule<Reading>,
  faults: readonly { readonly address: AddressProbe; readonly reading: Reading }[],
  claim: string,
  citations: readonly Citation[],
  readings: readonly { readonly reading: Reading }[],
): Outcome {
  const [first, ...rest] = citations;
  const [worst] = faults;
  if (first === undefined || worst === undefined) throw new Error('a finding without a citation');
  const { reading } = worst;
  const explains = explainsOf(connection, rule.detailedResults, rule.dependsOnHost);
  const faulty = new Set(faults.map(({ address }) => address.address));
  const isEveryAddress =
    faults.length === readings.length && faulty.size === addresses.length && addresses.every(isNeverConnectedOrAlways);
  const finding: Finding = {
    claim,
    layer: typeof rule.layer === 'function' ? rule.layer(reading) : rule.layer,
    strength: rule.strength?.(reading) ?? 'proven',
    originId: connection.originId,
    connectionId: connection.id,
    citations: [first, ...rest.slice(0, 15)],
    explains:
      rule.explainsNothing === true ? null : { ...explains, ...pathsOf(faults, readings), ...lastingOf(rule, faults) },
    ...(isEveryAddress ? { failsEveryRequest: true } : {}),
    remedy: typeof rule.remedy === 'function' ? rule.remedy(reading) : rule.remedy,
  };
  return { state: 'found', findings: [finding] };
}

/** CloudFront's own word in the log, where the fault is not to be seen from here and now. */
function findInLogs<Reading>(connection: OriginConnection, rule: ProbeRule<Reading>): Outcome | null {
  if (rule.decisive === undefined || rule.decisive.logs === null) return null;
  const { logs, results } = rule.decisive;
  const explains = explainsOf(connection, results, rule.dependsOnHost);
  const count = countFitting(logs, explains);
  if (count === 0) return null;
  const finding: Finding = {
    claim: `CloudFront logged ${results.join(' or ')} for ${connection.domainName}, although it is not to be seen from here now`,
    layer: typeof rule.layer === 'function' ? 'cloudfront-to-origin' : rule.layer,
    strength: 'supported',
    originId: connection.originId,
    connectionId: connection.id,
    citations: [
      {
        kind: 'access-log',
        ref: logs.source,
        fact: `${countOf(count, '502')} with ${results.join(' or ')} on ${connection.behaviours.join(', ')}`,
      },
    ],
    explains,
    remedy: `It comes and goes, or depends on the place or the path.${typeof rule.remedy === 'string' ? ` ${rule.remedy}` : ''}`,
  };
  return { state: 'found', findings: [finding] };
}

/** The paths that showed the fault, where others did not: it is not one of the whole origin. */
function pathsOf<Reading>(
  faults: readonly { readonly reading: Reading }[],
  readings: readonly { readonly reading: Reading }[],
): Pick<Explains, 'paths'> {
  const pathOf = ({ reading }: { readonly reading: Reading }): readonly string[] =>
    typeof reading === 'object' && reading !== null && 'path' in reading && typeof reading.path === 'string'
      ? [reading.path]
      : [];
  const faulty = new Set(faults.flatMap(pathOf));
  if (faults.some((fault) => pathOf(fault).length === 0)) return {};
  return readings.flatMap(pathOf).some((path) => !faulty.has(path)) ? { paths: [...faulty] } : {};
}

/** From the earliest beginning to the latest end; open where one of the faults has none. */
function lastingOf<Reading>(
  { lasts }: ProbeRule<Reading>,
  faults: readonly { readonly reading: Reading }[],
): Pick<Explains, 'since' | 'until'> {
  const each = faults.map(({ reading }) => lasts?.(reading) ?? {});
  const sinces = each.flatMap(({ since }) => since ?? []).sort();
  const untils = each.flatMap(({ until }) => until ?? []).sort();
  return {
    ...(sinces.length < each.length ? {} : { since: sinces[0] ?? '' }),
    ...(untils.length < each.length ? {} : { until: untils.at(-1) ?? '' }),
  };
}

/** Whether every attempt to connect ended alike: a server that comes and goes fails some requests and not others. */
function isNeverConnectedOrAlways({ tcp }: AddressProbe): boolean {
  return tcp.attempts.filter(({ count }) => count > 0).length <= 1;
}

function onSome(probe: OriginProbe, faults: readonly { readonly address: AddressProbe }[]): string {
  const faulty = new Set(faults.map(({ address }) => address.address)).size;
  return faulty === probe.addresses.length ? '' : ` (on ${faulty} of ${probe.addresses.length} addresses)`;
}

function isUnseen({ tcp, tls, http }: AddressProbe): boolean {
  const vague = ['timed-out', 'failed', 'unreachable'];
  const mismatch = tls === null ? null : findMismatch(tls);
  return (
    vague.includes(tcp.outcome) ||
    (tls !== null && vague.includes(tls.outcome) && mismatch === null) ||
    mismatch?.of === 'legacy-cipher' ||
    http.some(({ outcome }) => vague.includes(outcome))
  );
}

/** Nothing to read at this layer: either CloudFront gets no further itself, or we cannot see. */
function notReached(probe: OriginProbe, over: 'tcp' | 'tls' | 'http'): Outcome {
  const { connection, dns, addresses, refusedAddresses, vantage } = probe;
  const name = nameOf(connection);
  if (vantage.class === 'valid') {
    if (dns.outcome === 'nxdomain' || dns.outcome === 'no-data')
      return ruledOut(probe, `CloudFront does not get that far: ${connection.domainName} does not resolve.`);
    if (addresses.length > 0 && addresses.every(({ tcp }) => tcp.outcome === 'refused' || tcp.outcome === 'reset'))
      return ruledOut(probe, `CloudFront does not get that far: ${name} refuses the connection.`);
    const ended = addresses.filter(({ tls }) => tls !== null && tls.outcome !== 'completed');
    if (over !== 'tcp' && ended.length > 0 && addresses.every((address) => !isUnseen(address)))
      return ruledOut(probe, `CloudFront does not get that far: the TLS handshake with ${name} ends before.`);
    const other = addresses.find(({ otherProtocol }) => otherProtocol !== null);
    if (over === 'http' && other !== undefined && addresses.every((address) => !isUnseen(address)))
      return ruledOut(
        probe,
        `CloudFront does not get that far: port ${connection.port} of ${name} speaks no HTTP/1.1.`,
      );
  }
  const [refused] = refusedAddresses;
  if (addresses.length === 0 && refused !== undefined)
    return {
      state: 'inconclusive',
      missing: [
        {
          kind: 'not-allowed',
          message: `No address of ${connection.domainName} may be probed: ${refused.because}`,
          remedy: 'If it is yours to probe, add its range to probes.allowedRanges in the policy file.',
        },
      ],
    };
  if (vantage.class !== 'valid') return { state: 'inconclusive', missing: [blindness(probe)] };
  const slow = slowAnswer(connection, addresses);
  if (slow !== null) return { state: 'inconclusive', missing: [slow] };
  const what = dns.outcome !== 'resolved' ? `its name could not be looked up (${dns.outcome})` : 'it did not answer';
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: `${name} could not be looked at: ${what} from here.`,
        remedy: `Open ${connection.domainName}:${connection.port} to the machine that cf502 runs on, or run cf502 where it is open.`,
      },
    ],
  };
}

function ruledOut(probe: OriginProbe, because: string): Outcome {
  const { connection } = probe;
  const fact =
    probe.addresses[0] === undefined ? `DNS: ${probe.dns.outcome}` : `TCP: ${probe.addresses[0].tcp.outcome}`;
  return { state: 'ruled-out', because, citations: [{ kind: 'probe', ref: connection.id, fact }] };
}
