/** From the readings that show a fault to the finding: which requests it can account for, and where it was met. Pure. */
import { comesAndGoes } from './comes-and-goes.js';
import type { AddressProbe, OriginConnection, OriginProbe } from './evidence.js';
import { countFitting } from './explain.js';
import type { Citation, Explains, Finding, Outcome } from './finding.js';
import { isUnseen } from './probe-gaps.js';
import type { ProbeRule } from './probe-rule.js';
import { explainsOf } from './probe-subject.js';
import { answerOf } from './spoken-path.js';
import { countOf } from './wording.js';

interface Read<Reading> {
  readonly address: AddressProbe;
  readonly reading: Reading;
}

/** @param faults those of the readings that show the fault; at least one. */
export function found<Reading>(
  probe: OriginProbe,
  rule: ProbeRule<Reading>,
  faults: readonly Read<Reading>[],
  claim: string,
  citations: readonly Citation[],
  readings: readonly Read<Reading>[],
): Outcome {
  const { connection, addresses } = probe;
  const [first, ...rest] = citations;
  const [worst] = faults;
  if (first === undefined || worst === undefined) throw new Error('a finding without a citation');
  const { reading } = worst;
  const metAt = rule.metAt?.(reading) ?? rule.over;
  const faulty = new Set(faults.map(({ address }) => address.address));
  // An attempt that failed before it came to this fault did not succeed either.
  const isEveryAddress =
    faults.length === readings.length &&
    faulty.size === addresses.length &&
    (metAt !== 'tcp' || addresses.every(isNeverConnectedOrAlways));
  const isFickle = comesAndGoes(faults, readings);
  const finding: Finding = {
    claim,
    layer: typeof rule.layer === 'function' ? rule.layer(reading) : rule.layer,
    strength: rule.strength?.(reading) ?? 'proven',
    originId: connection.originId,
    connectionId: connection.id,
    citations: [first, ...rest.slice(0, 15)],
    explains:
      rule.explainsNothing === true
        ? null
        : {
            ...explainsOf(connection, rule.detailedResults, rule.dependsOnHost),
            ...(isFickle ? {} : pathsOf(faults, readings)),
            ...namedOf(rule),
            ...addressesOf(probe, faults, readings),
            ...lastingOf(rule, faults),
          },
    metAt,
    ...(isEveryAddress ? { failsEveryRequest: true } : {}),
    ...(isFickle ? { comesAndGoes: true as const } : seenOn(faults)),
    remedy: typeof rule.remedy === 'function' ? rule.remedy(reading) : rule.remedy,
  };
  return { state: 'found', findings: [finding] };
}

/** CloudFront's own word in the log, where the fault is not to be seen from here and now. */
export function findInLogs<Reading>(connection: OriginConnection, rule: ProbeRule<Reading>): Outcome | null {
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

/** The paths that showed the fault, and by which methods, where others did not: it is not one of the whole origin. */
function pathsOf<Reading>(
  faults: readonly { readonly reading: Reading }[],
  readings: readonly { readonly reading: Reading }[],
): Pick<Explains, 'paths' | 'methods'> {
  const pathOf = ({ reading }: { readonly reading: Reading }): readonly string[] => {
    const answer = answerOf(reading);
    return answer === null ? [] : [answer.path];
  };
  const faulty = new Set(faults.flatMap(pathOf));
  if (faults.some((fault) => pathOf(fault).length === 0)) return {};
  if (readings.flatMap(pathOf).every((path) => faulty.has(path))) return {};
  const methods = new Set(faults.flatMap(({ reading }) => methodsOf(reading)));
  return { paths: [...faulty], ...(methods.size === 0 ? {} : { methods: [...methods] }) };
}

/** A HEAD goes the way of a GET; what fails by HEAD alone need not fail by GET. */
function methodsOf(reading: unknown): readonly string[] {
  if (typeof reading !== 'object' || reading === null || !('method' in reading)) return [];
  return reading.method === 'GET' ? ['GET', 'HEAD'] : typeof reading.method === 'string' ? [reading.method] : [];
}

/** As viewers ask for them; nothing where one of the faults is not of an answer. */
function seenOn(faults: readonly { readonly reading: unknown }[]): Pick<Finding, 'seenOnPaths'> {
  const paths = faults.flatMap(({ reading }) =>
    typeof reading === 'object' && reading !== null && 'viewerPath' in reading && typeof reading.viewerPath === 'string'
      ? [reading.viewerPath]
      : [],
  );
  return paths.length < faults.length ? {} : { seenOnPaths: [...new Set(paths)] };
}

/** CloudFront's own word for it tells of the fault on paths that were not asked for. */
function namedOf<Reading>({ named, decisive }: ProbeRule<Reading>): Pick<Explains, 'named'> {
  const values = named ?? decisive?.results ?? [];
  return values.length === 0 ? {} : { named: values };
}

/** The addresses that have the fault or may have it, where at least one was seen to be free of it; those past the cap of the probe are told by DNS. */
function addressesOf<Reading>(
  { dns, addresses }: OriginProbe,
  faults: readonly Read<Reading>[],
  readings: readonly Read<Reading>[],
): Pick<Explains, 'addresses'> {
  const faulty = new Set(faults.map(({ address }) => address.address));
  const isFree = ({ address }: AddressProbe) =>
    !faulty.has(address) && readings.some((one) => one.address.address === address);
  // One that ends in another fault has not this one; of one that could not be seen nobody knows.
  const among = addresses.filter((address) => faulty.has(address.address) || (!isFree(address) && isUnseen(address)));
  if (among.length === addresses.length) return {};
  const all = new Set([...dns.addresses, ...addresses].map(({ address }) => address));
  const unprobed = [...all].filter((address) => addresses.every((probed) => probed.address !== address));
  return { addresses: { among: [...among.map(({ address }) => address), ...unprobed], of: all.size } };
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

/** ` (on 1 of 2 addresses)`, or nothing where it is on all of them. */
export function onSome(probe: OriginProbe, faults: readonly { readonly address: AddressProbe }[]): string {
  const faulty = new Set(faults.map(({ address }) => address.address)).size;
  return faulty === probe.addresses.length ? '' : ` (on ${faulty} of ${probe.addresses.length} addresses)`;
}
