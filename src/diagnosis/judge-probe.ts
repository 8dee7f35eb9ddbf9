/** How a check reads a probe: the same questions of vantage, reach and number of addresses for every layer. Pure. */
import { comesAndGoes } from './comes-and-goes.js';
import type { OriginProbe } from './evidence.js';
import { countFitting } from './explain.js';
import type { Citation, Outcome } from './finding.js';
import { isUncategorised } from './log-results.js';
import { findInLogs, found, onSome } from './probe-finding.js';
import { blindAddress, isUnseen, notReached, ruledOut, slowAnswer, turnedAway } from './probe-gaps.js';
import { enoughRows, type ProbeRule } from './probe-rule.js';
import { blindness, cite, explainsOf, nameOf } from './probe-subject.js';
import { speakable } from './spoken-path.js';
import { afterColon, countOf } from './wording.js';

/** Found where any address shows the fault, ruled out where all that CloudFront would meet are sound, inconclusive where they cannot be seen. */
export function judgeProbe<Reading>(probe: OriginProbe, rule: ProbeRule<Reading>): Outcome {
  const { connection } = probe;
  if (rule.over === 'tls' && connection.scheme === 'http')
    return ruledOut(probe, `CloudFront reaches ${nameOf(connection)} over plain HTTP, without TLS.`);
  const readings = probe.addresses.flatMap((address) => rule.read(address).map((reading) => ({ address, reading })));
  const faults = readings.filter(({ reading }) => rule.isFault(reading));
  const [worst] = faults;
  if (worst !== undefined) {
    const reading = speakable(worst.reading, connection, comesAndGoes(faults, readings));
    const claim = `${rule.claim(reading, connection)}${onSome(probe, faults)}`;
    const isOurs = probe.vantage.class === 'misleading' && faults.every(({ reading }) => rule.mayBeOurOffer?.(reading));
    if (probe.vantage.class === 'blind' || isOurs)
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
  const away = rule.over === 'http' ? turnedAway(probe) : null;
  if (away !== null) return { state: 'inconclusive', missing: [away] };
  const because = rule.sound(connection);
  const citations = readings.slice(0, 8).map(({ address, reading }) => cite(probe, address, rule.fact(reading)));
  const sound = { because, citations };
  return (
    judgeIntermittent(probe, rule, readings.length, sound) ??
    judgeOtherServers(probe, rule, readings.length, sound) ?? { state: 'ruled-out', ...sound }
  );
}

/** What the logs say of a fault that was not seen; null where they say nothing. */
function judgeIntermittent<Reading>(
  { connection }: OriginProbe,
  { mayComeAndGo, detailedResults, dependsOnHost }: ProbeRule<Reading>,
  probes: number,
  unlessExplained: Sound,
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

/**
 * Whether a server behind one of the addresses may differ from the one that answered: a balancer before them shows one at a time, and CloudFront
 * met one that failed. A fault of the handshake that was not seen is ruled out by rows only where none of them names one.
 */
function judgeOtherServers<Reading>(
  { connection, addresses }: OriginProbe,
  { mayDifferByServer, detailedResults, dependsOnHost }: ProbeRule<Reading>,
  handshakes: number,
  unlessExplained: Sound,
): Outcome | null {
  const named = detailedResults.filter((result) => !isUncategorised(result));
  const rows = countFitting(mayDifferByServer?.logs ?? null, explainsOf(connection, named, dependsOnHost));
  if (rows < enoughRows) return null;
  const at = addresses.length === 1 ? 'the address' : `${addresses.length} addresses`;
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: `${countOf(handshakes, 'handshake')} with ${at} of ${nameOf(connection)} showed nothing of it, and ${countOf(rows, 'logged 502')} ${rows === 1 ? 'names' : 'name'} a failed connection: another server behind the same address may differ.`,
        remedy: `Compare certificates and TLS settings on each server behind ${connection.domainName}, or run the check again while the 502s happen.`,
      },
    ],
    unlessExplained,
  };
}

/** Why it would be ruled out. */
interface Sound {
  readonly because: string;
  readonly citations: readonly Citation[];
}
