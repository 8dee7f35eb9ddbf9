/** How long CloudFront keeps an idle connection, against when the origin ends it: the lab's measure and the race's signs in the logs. Pure. */
import type { KeepAliveLab } from '../diagnosis/evidence.js';
import { findEarlyClose, type IdleClose, marginMs, seconds } from '../diagnosis/idle-close.js';
import { dataOf } from '../diagnosis/observed.js';
import { behavioursBeside, trafficOf } from '../diagnosis/origin-traffic.js';
import { type RaceSigns, readRaceSigns } from '../diagnosis/race-signature.js';
import { countOf } from '../diagnosis/wording.js';
import { forecastOf, type Scene } from './forecast-scene.js';
import type { Forecast } from './proposal.js';

export function forecastKeepAlive(scene: Scene): Forecast {
  const { before, after } = scene.change;
  if (before === null || after === null) return forecastOf('unknown', null, 'A keep-alive time-out needs a number.');
  const known = readClose(scene, Math.max(before, after));
  const signs = readSigns(scene);
  const looksLikeRace = isRace(signs);
  return after > before
    ? forecastRaise(known, looksLikeRace, before, after)
    : forecastLowering(known, signs, { before, after, logged: scene.logs?.failures ?? null });
}

/** The earliest end of an idle connection that CloudFront could run into if it kept them for so long. */
export function readClose(
  { bag, origin, balancer }: Pick<Scene, 'bag' | 'origin' | 'balancer'>,
  keepSeconds: number,
): IdleClose | null {
  const closes = labsOf({ bag, origin }).flatMap((lab) => {
    const close = findEarlyClose({ ...lab, keepAliveTimeoutSeconds: keepSeconds }, balancer);
    // What is seen from a vantage that does not count is no measure; what the balancer is set to needs none.
    return close !== null && (close.how === 'balancer' || lab.vantage.class === 'valid') ? [close] : [];
  });
  const idle = balancer?.idleTimeoutSeconds ?? null;
  const fromBalancer: readonly IdleClose[] =
    balancer === null || idle === null || idle * 1000 >= keepSeconds * 1000 + marginMs
      ? []
      : [
          {
            idleMs: idle * 1000,
            how: 'balancer',
            said: `is a load balancer that closes idle connections after ${idle} s`,
            citations: [{ kind: 'load-balancer', ref: balancer.arn, fact: `idle timeout ${idle} s` }],
          },
        ];
  return [...closes, ...fromBalancer].sort((a, b) => a.idleMs - b.idleMs)[0] ?? null;
}

/** The highest whole number of seconds at which CloudFront still closes first; 0 where there is none. */
export function highestSafeKeepAlive({ idleMs }: IdleClose): number {
  return Math.max(0, Math.floor((idleMs - marginMs) / 1000));
}

export function readSigns({ bag, origin, logs, distribution }: Scene): RaceSigns | null {
  const lab = labsOf({ bag, origin })[0];
  const connection = lab?.connection ?? distribution.connections.find(({ originId }) => originId === origin.id);
  if (connection === undefined) return null;
  const behaviours = behavioursBeside(distribution, connection);
  return readRaceSigns(logs, behaviours, trafficOf(logs, behaviours));
}

/** As the check `short-origin-keepalive` names it: fast, and one sign more at least that nothing else leaves. */
export function isRace(signs: RaceSigns | null): boolean {
  if (signs === null || !signs.isFast || signs.trend?.direction === 'rises') return false;
  const others = [signs.isUnrepeatable, signs.trend?.direction === 'falls', signs.named * 2 >= signs.fitting];
  return others.filter((isThere) => isThere).length > 1;
}

function labsOf({ bag, origin }: Pick<Scene, 'bag' | 'origin'>): readonly KeepAliveLab[] {
  return Object.values(bag.keepAliveLabs ?? {}).flatMap((gathered) => {
    const lab = dataOf(gathered);
    return lab !== null && lab.connection.originId === origin.id ? [lab] : [];
  });
}

function forecastRaise(close: IdleClose | null, looksLikeRace: boolean, before: number, after: number): Forecast {
  if (close !== null)
    return forecastOf(
      'against',
      null,
      `The origin ${close.said}. CloudFront would keep connections for ${after} s and meet more of those that are just being closed: more 502s, not fewer.`,
      `Below ${seconds(Math.max(0, close.idleMs - marginMs))} CloudFront closes first.`,
    );
  if (looksLikeRace)
    return forecastOf(
      'against',
      null,
      'The logs look like a keep-alive race, which a longer keep-alive makes worse.',
      'How long the origin keeps idle connections could not be measured.',
    );
  return forecastOf(
    'against',
    null,
    `Keeping connections for ${after} s in place of ${before} s saves handshakes and cures no error. The origin must keep them longer than that, which was not seen.`,
  );
}

function forecastLowering(
  close: IdleClose | null,
  signs: RaceSigns | null,
  { before, after, logged }: { readonly before: number; readonly after: number; readonly logged: number | null },
): Forecast {
  const touched = signs === null || logged === null ? null : { count: signs.fast, of: logged };
  const said = signs === null || signs.said.length === 0 ? null : `Of the 502s that fit, ${signs.said.join('; ')}.`;
  if (close === null)
    return forecastOf(
      isRace(signs) ? 'unknown' : 'against',
      isRace(signs) ? touched : null,
      isRace(signs)
        ? 'The logs look like a keep-alive race, but how long the origin keeps idle connections could not be measured, so no value is known to be low enough.'
        : 'Nothing shows that the origin closes idle connections before CloudFront does, and the logs do not look like a race. A shorter keep-alive only costs handshakes.',
      said,
    );
  const highest = highestSafeKeepAlive(close);
  if (after > highest)
    return forecastOf(
      'against',
      touched,
      `The origin ${close.said}, and ${after} s is not a second below that: they would still race.`,
      highest < 1
        ? 'No value is low enough; raise the idle time-out of the origin.'
        : `${highest} s or less would let CloudFront close first.`,
    );
  const order = `The origin ${close.said}; with ${after} s in place of ${before} s CloudFront closes first.`;
  if (!isRace(signs))
    return forecastOf(
      'unknown',
      touched,
      order,
      'But the logs do not look like a keep-alive race, so how many 502s that cures is not known.',
      said,
    );
  return forecastOf(
    'supports',
    touched,
    `${order} ${countOf(signs?.fast ?? 0, '502')}${logged === null ? '' : ` of ${logged}`} look like that race.`,
    said,
    'Raising the idle time-out of the origin well above CloudFront’s does the same and costs no handshakes.',
  );
}
