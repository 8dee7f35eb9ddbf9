/** How long and how often CloudFront tries to connect, replayed. Refusals and TLS failures come at once, whatever the time-out. Pure. */

import {
  cellsAtLimit,
  describeOthers,
  describeStatuses,
  mayBeConnect,
  sum,
  timedFailures,
} from '../diagnosis/failure-times.js';
import { dataOf } from '../diagnosis/observed.js';
import { countOf, formatCount } from '../diagnosis/wording.js';
import { forecastOf, isEnough, type Scene } from './forecast-scene.js';
import type { Forecast } from './proposal.js';

export function forecastConnectionTimeout(scene: Scene): Forecast {
  const { change, origin, logs, behaviours } = scene;
  const { before, after } = change;
  if (before === null || after === null) return forecastOf('unknown', null, 'A connection time-out needs a number.');
  const slowest = slowestConnect(scene);
  const reach = slowest === null ? null : `From here connecting took up to ${Number((slowest / 1000).toFixed(2))} s.`;
  const timed = timedFailures(logs, behaviours);
  const limit = before * origin.connectionAttempts;
  const stuck = timed === null ? [] : cellsAtLimit(timed.cells.filter(mayBeConnect), limit, 1);
  const count = sum(stuck);
  const touched = timed === null ? null : { count, of: timed.total };
  if (after < before) {
    if (slowest !== null && slowest >= after * 1000)
      return forecastOf('against', touched, `${reach ?? ''} With ${after} s such connections would be given up.`);
    return forecastOf(
      'unknown',
      touched,
      count === 0
        ? 'No failure was seen that waited for a connection, so a shorter wait would change little.'
        : `${countOf(count, 'failure')} at ${limit} s would have come ${(before - after) * origin.connectionAttempts} s sooner, and would still be failures unless an origin group takes over.`,
      reach,
    );
  }
  if (timed === null)
    return forecastOf(
      'unknown',
      null,
      'How long the failures took is not in the evidence, so it is not known how many waited for a connection.',
      reach,
    );
  if (count === 0)
    return forecastOf(
      'against',
      touched,
      `None of ${countOf(timed.total, 'failure')} ended at ${limit} s, which is when ${countOf(origin.connectionAttempts, 'attempt')} of ${before} s are over: a longer one would change nothing.`,
      timed.total === 0 ? null : `${describeOthers(timed.cells)}.`,
      reach,
    );
  return forecastOf(
    'unknown',
    touched,
    `${formatCount(count)} of ${countOf(timed.total, 'failure')} sat at ${limit} s (${describeStatuses(stuck)}), when all attempts to connect are over, and would have had ${(after - before) * origin.connectionAttempts} more seconds.`,
    'An origin that does not take a connection for so long is overrun or its packets are dropped; a longer wait seldom helps.',
    reach,
  );
}

export function forecastAttempts(scene: Scene): Forecast {
  const { change, origin, logs, behaviours } = scene;
  const { before, after } = change;
  if (before === null || after === null) return forecastOf('unknown', null, 'The number of attempts needs a number.');
  const timed = timedFailures(logs, behaviours);
  const failedToConnect =
    timed === null ? null : timed.cells.filter(({ detailedResult }) => detailedResult === 'OriginConnectError');
  const count = failedToConnect === null ? null : sum(failedToConnect);
  const touched = timed === null || count === null ? null : { count, of: timed.total };
  const wait = (attempts: number): number => attempts * origin.connectionTimeoutSeconds;
  const worst = `The longest wait for a connection goes from ${wait(before)} s to ${wait(after)} s.`;
  if (after < before)
    return forecastOf(
      'unknown',
      touched,
      `${worst} Connections that now and then fail are tried ${countOf(before - after, 'time')} less, so there may be more errors; an origin group takes over sooner.`,
    );
  const isIntermittent = seesBoth(scene);
  if (count === null)
    return forecastOf('unknown', null, 'How many failures were of connecting is not in the evidence.', worst);
  if (count === 0)
    return forecastOf(
      'against',
      touched,
      `None of ${countOf(timed?.total ?? 0, 'failure')} was of connecting (OriginConnectError), so more attempts would change nothing.`,
    );
  return forecastOf(
    isIntermittent && isEnough(count, timed?.total ?? 0) ? 'supports' : 'unknown',
    touched,
    `${formatCount(count)} of ${countOf(timed?.total ?? 0, 'failure')} failed to connect and would have been tried ${countOf(after - before, 'time')} more.`,
    isIntermittent
      ? 'From here some attempts failed and others went through, so trying again helps.'
      : 'From here it was not seen that some attempts fail and others go through; what fails every time fails again.',
    worst,
  );
}

function addressesOf({ bag, origin }: Scene) {
  return Object.values(bag.originProbes).flatMap((gathered) => {
    const probe = dataOf(gathered);
    return probe?.connection.originId === origin.id && probe.vantage.class === 'valid'
      ? probe.addresses.filter(({ blindBecause }) => blindBecause === null)
      : [];
  });
}

function slowestConnect(scene: Scene): number | null {
  const times = addressesOf(scene).flatMap(({ tcp }) => (tcp.outcome === 'connected' ? [tcp.elapsedMs] : []));
  return times.length === 0 ? null : Math.max(...times);
}

/** Whether attempts from here ended both ways. */
function seesBoth(scene: Scene): boolean {
  const outcomes = new Set(addressesOf(scene).flatMap(({ tcp }) => tcp.attempts.map(({ outcome }) => outcome)));
  return outcomes.has('connected') && outcomes.size > 1;
}
