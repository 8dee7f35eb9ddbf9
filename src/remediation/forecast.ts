/**
 * What the evidence says would have happened with the new value: every failure that was counted is replayed against it. A forecast is of the past;
 * it says what a change would have touched, and never that it will help. Pure.
 */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import type { EvidenceBag } from '../diagnosis/evidence.js';
import { dataOf } from '../diagnosis/observed.js';
import { forecastBalancerIdle } from './forecast-balancer-idle.js';
import { forecastCompletion } from './forecast-completion.js';
import { forecastAttempts, forecastConnectionTimeout } from './forecast-connection.js';
import { forecastKeepAlive } from './forecast-keep-alive.js';
import { forecastReadTimeout } from './forecast-read-timeout.js';
import type { Scene } from './forecast-scene.js';
import type { Change, Forecast } from './proposal.js';
import { balancersOf, surroundingsOf } from './surroundings.js';

/** @param bag of the newest check of this distribution; null where there is none. */
export function forecastChange(change: Change, bag: EvidenceBag | null): Forecast {
  const distribution = bag === null ? null : dataOf(bag.distribution);
  if (bag === null || distribution === null)
    return unknown('No evidence of this distribution is at hand, so nothing is known about what this would change.');
  const { origins, balancer } = surroundingsOf(distribution, balancersOf(bag), change.target);
  const [origin] = origins;
  if (origin === undefined)
    return unknown('The newest check did not see this origin, so nothing is known about what this would change.');
  const behaviours = [...new Set(origins.flatMap(({ id }) => behavioursOf(distribution, id)))];
  if (behaviours.length === 0)
    return against('No cache behaviour leads to this origin, so the change would do nothing.');
  const scene: Scene = { change, bag, distribution, origin, balancer, behaviours, logs: dataOf(bag.accessLogs) };
  const forecast = forecastField(scene);
  const limits = describeLimits(bag);
  return { ...forecast, sentences: [...forecast.sentences, ...limits].slice(0, maxSentences) };
}

const maxSentences = 8;

function forecastField(scene: Scene): Forecast {
  switch (scene.change.field) {
    case 'read-timeout':
      return forecastReadTimeout(scene);
    case 'keep-alive-timeout':
      return forecastKeepAlive(scene);
    case 'connection-timeout':
      return forecastConnectionTimeout(scene);
    case 'connection-attempts':
      return forecastAttempts(scene);
    case 'response-completion-timeout':
      return forecastCompletion(scene);
    case 'balancer-idle-timeout':
      return forecastBalancerIdle(scene);
  }
}

/** What the counts are of, where that is less than everything. */
function describeLimits({ pathPattern, accessLogs, window }: EvidenceBag): readonly string[] {
  const logs = dataOf(accessLogs);
  if (logs === null) return ['The access logs could not be read.'];
  const span = `The counts are of ${window.from.slice(11, 16)} to ${window.to.slice(11, 16)} UTC on ${window.to.slice(0, 10)}`;
  return [pathPattern === undefined ? `${span}.` : `${span}, and only of the path that the check was asked about.`];
}

function unknown(sentence: string): Forecast {
  return { stance: 'unknown', sentences: [sentence], touched: null };
}

function against(sentence: string): Forecast {
  return { stance: 'against', sentences: [sentence], touched: null };
}
