/** How long the load balancer keeps an idle connection and waits for a target, replayed: it makes a 504 at that time, and a race where CloudFront keeps longer. Pure. */

import { cellsAtLimit, describeOthers, describeStatuses, sum, timedFailures } from '../diagnosis/failure-times.js';
import { countOf, formatCount } from '../diagnosis/wording.js';
import { isRace, readSigns } from './forecast-keep-alive.js';
import { countSlowerAnswers, forecastOf, isEnough, type Scene } from './forecast-scene.js';
import type { Forecast } from './proposal.js';

export function forecastBalancerIdle(scene: Scene): Forecast {
  const { change, origin, balancer, logs } = scene;
  const { before, after } = change;
  if (before === null || after === null || balancer === null)
    return forecastOf('unknown', null, 'The load balancer was not seen by the newest check.');
  const keepAlive = origin.keepAliveTimeoutSeconds ?? 0;
  const targets = 'The targets must keep their own connections longer than the balancer does, or the race moves there.';
  if (after < before) {
    if (after <= keepAlive)
      return forecastOf(
        'against',
        null,
        `CloudFront keeps idle connections for ${keepAlive} s: the balancer would close them first, which makes 502s.`,
      );
    const slower = countSlowerAnswers(logs, after);
    return slower !== null && slower > 0
      ? forecastOf(
          'against',
          null,
          `Up to ${countOf(slower, 'answer')} took longer than ${after} s, and the balancer would give them up.`,
        )
      : forecastOf(
          'against',
          null,
          `No answer was seen to take longer than ${after} s. A shorter idle time-out cures nothing that was seen.`,
          targets,
        );
  }
  if (before <= keepAlive && after > keepAlive) {
    const signs = readSigns(scene);
    const touched = signs === null || logs === null ? null : { count: signs.fast, of: logs.failures };
    const order = `The balancer closes idle connections after ${before} s and CloudFront keeps them for ${keepAlive} s; with ${after} s CloudFront closes first.`;
    return isRace(signs)
      ? forecastOf('supports', touched, `${order} ${countOf(signs?.fast ?? 0, '502')} look like that race.`, targets)
      : forecastOf(
          'unknown',
          touched,
          order,
          'The logs do not look like a keep-alive race, so how many 502s that cures is not known.',
          targets,
        );
  }
  return forecastLongerWait(scene, before, after, targets);
}

function forecastLongerWait(
  { logs, behaviours, balancer, origin }: Scene,
  idle: number,
  longer: number,
  remark: string,
): Forecast {
  const timed = timedFailures(logs, behaviours);
  const made = balancer?.metrics?.elb504 ?? null;
  if (timed === null)
    return made === 0
      ? forecastOf('against', null, 'The balancer counted no 504 of its own, so nothing waited this long.')
      : forecastOf(
          'unknown',
          null,
          'How long the failures took is not in the evidence, so it is not known how many the balancer gave up.',
          remark,
        );
  const waited = cellsAtLimit(
    timed.cells.filter(({ status }) => status === '504'),
    idle,
    1,
  );
  const count = sum(waited);
  const touched = { count, of: timed.total };
  if (count === 0 || made === 0)
    return forecastOf(
      'against',
      { count: 0, of: timed.total },
      `None of ${countOf(timed.total, 'failure')} is a 504 that the balancer made at ${idle} s, so a longer idle time-out would change nothing.`,
    );
  const read = origin.readTimeoutSeconds;
  return forecastOf(
    isEnough(count, timed.total) ? 'supports' : 'unknown',
    touched,
    `${formatCount(count)} of ${countOf(timed.total, 'failure')} sat at ${idle} s (${describeStatuses(waited)}) and would have had ${longer - idle} more seconds.`,
    timed.total === count
      ? null
      : `${describeOthers(timed.cells.filter((cell) => !waited.includes(cell)))}: they would still fail.`,
    read !== null && read < longer
      ? `CloudFront gives up after ${read} s, so past that it needs a longer read time-out too.`
      : null,
    made === null
      ? 'The balancer’s own count of 504s could not be read.'
      : `The balancer counted ${countOf(made, '504')} of its own.`,
    remark,
  );
}
