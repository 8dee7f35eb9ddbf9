/** How long CloudFront waits for an answer, replayed. A wait that is given up is a 504; no wait cures TLS, DNS or a refusal. Pure. */

import {
  cellsAtLimit,
  describeOthers,
  describeStatuses,
  isNear,
  mayBeWait,
  sum,
  type TimedFailures,
  timedFailures,
} from '../diagnosis/failure-times.js';
import { dataOf } from '../diagnosis/observed.js';
import { countOf, formatCount } from '../diagnosis/wording.js';
import { countSlowerAnswers, forecastOf, isEnough, type Scene } from './forecast-scene.js';
import type { Forecast } from './proposal.js';

/** CloudFront sends GET and HEAD again after a read time-out, so failures end at multiples of it: API_Origin, `ConnectionAttempts`. */
export function forecastReadTimeout(scene: Scene): Forecast {
  const { before, after } = scene.change;
  if (before === null || after === null) return forecastOf('unknown', null, 'A read time-out needs a number.');
  if (after < before) return forecastShorterWait(scene, before, after);
  const idle = scene.balancer?.idleTimeoutSeconds ?? null;
  if (idle !== null && idle <= before)
    return forecastOf(
      'against',
      null,
      `The load balancer gives up after ${idle} s and answers 504 itself, so a read time-out above that would change nothing.`,
      'Raise the idle time-out of the load balancer first, if the origin needs longer.',
    );
  const timed = timedFailures(scene.logs, scene.behaviours);
  return timed === null ? forecastUntimed(scene, before) : forecastTimed(scene, timed, before, after);
}

function forecastTimed(scene: Scene, { cells, total }: TimedFailures, before: number, after: number): Forecast {
  if (total === 0)
    return forecastOf(
      'against',
      { count: 0, of: 0 },
      'No 502, 503 or 504 of this origin was logged, so there is nothing that a longer wait would cure.',
    );
  const waited = cellsAtLimit(cells.filter(mayBeWait), before, scene.origin.connectionAttempts);
  const count = sum(waited);
  const others = cells.filter((cell) => !waited.includes(cell));
  const rest =
    others.length === 0 ? null : `${describeOthers(others)}: ${total - count === 1 ? 'it' : 'they'} would still fail.`;
  const touched = { count, of: total };
  if (count === 0)
    return forecastOf(
      'against',
      touched,
      `None of ${countOf(total, 'failure')} ended at ${before} s, so a longer read time-out would change nothing.`,
      rest,
    );
  const connecting = describeConnecting(scene, before);
  const more = after - before;
  return forecastOf(
    isEnough(count, total) && connecting?.speaksAgainst !== true ? 'supports' : 'unknown',
    touched,
    `${formatCount(count)} of ${countOf(total, 'failure')} sat at ${before} s${isMultiple(waited, before) ? ' or a multiple of it' : ''} (${describeStatuses(waited)}) and would have had ${countOf(more, 'more second', 'more seconds')}.`,
    rest,
    connecting?.sentence ?? null,
    describeLatency(scene, after),
    'Whether the origin answers in that time the logs cannot tell. Each waiting request holds one of its connections: mend what makes it slow as well.',
  );
}

function isMultiple(cells: TimedFailures['cells'], limit: number): boolean {
  return cells.some(({ tenthsOfSecond }) => !isNear(tenthsOfSecond / 10, limit, 1));
}

/** Three attempts of 10 s to connect take as long as one read time-out of 30 s: both are defaults. */
function describeConnecting({ origin, bag }: Scene, before: number) {
  const { connectionAttempts: attempts, connectionTimeoutSeconds: timeout } = origin;
  const isSame = Array.from({ length: attempts }, (_, index) => index + 1).some((attempt) =>
    isNear(attempts * timeout, before * attempt, attempt),
  );
  if (!isSame) return null;
  const tcp = Object.values(bag.originProbes).flatMap((gathered) => {
    const probe = dataOf(gathered);
    return probe?.connection.originId === origin.id && probe.vantage.class === 'valid'
      ? probe.addresses.filter(({ blindBecause }) => blindBecause === null).map((address) => address.tcp.outcome)
      : [];
  });
  const same = `${countOf(attempts, 'attempt')} of ${timeout} s to connect would take as long`;
  if (tcp.includes('timed-out'))
    return {
      speaksAgainst: true,
      sentence: `But ${same}, and connecting timed out from here as well: then a longer read time-out would not help.`,
    };
  return {
    speaksAgainst: false,
    sentence:
      tcp.length > 0
        ? `${capital(same)}; but from here it connects at once, so they waited for an answer.`
        : `${capital(same)}; whether they waited to connect or for an answer could not be told apart.`,
  };
}

function describeLatency({ balancer, bag }: Scene, after: number): string | null {
  const targets = balancer?.metrics?.targetResponseSeconds?.worstP99 ?? null;
  const origin = dataOf(bag.cloudFrontMetrics)?.additional?.originLatencyMs?.worstP99 ?? null;
  const worst = targets ?? (origin === null ? null : origin / 1000);
  if (worst === null) return null;
  const who = targets === null ? 'CloudFront' : 'The load balancer';
  const said = `${who} saw answers take ${Number(worst.toFixed(1))} s in the worst period (99th percentile)`;
  return worst < after ? `${said}, which is within ${after} s.` : `${said}, which is past ${after} s too.`;
}

/** Evidence without times: a read time-out that is reached is a 504, so without 504s none was. */
function forecastUntimed(scene: Scene, before: number): Forecast {
  const { logs, bag } = scene;
  const status504 = logs?.byStatus.find(({ status }) => status === '504')?.count;
  const counted = logs === null ? dataOf(bag.cloudFrontMetrics)?.additional?.estimated504 : (status504 ?? 0);
  if (counted === undefined)
    return forecastOf(
      'unknown',
      null,
      'Neither logs nor metrics that tell 504s apart are at hand, so it is not known how many failures waited this long.',
    );
  const longest = logs?.failureTimeTakenSeconds?.max ?? null;
  const didWait = longest !== null && longest >= before - 0.2;
  const of = logs === null ? null : { count: 0, of: logs.failures + Math.round(counted) };
  if (Math.round(counted) === 0 && !didWait)
    return forecastOf(
      'against',
      of,
      `No 504 was counted, and a read time-out that is reached is a 504: a longer one would change nothing.`,
      longest === null
        ? null
        : `The longest of the ${countOf(logs?.failures ?? 0, '502')} took ${Number(longest.toFixed(1))} s.`,
    );
  return forecastOf(
    'unknown',
    null,
    `${logs === null ? 'About ' : ''}${countOf(Math.round(counted), '504')} of the whole distribution ${Math.round(counted) === 1 ? 'was' : 'were'} counted; how long they took, and of which origin they were, the evidence does not say.`,
    longest === null ? null : `The longest of the 502s took ${Number(longest.toFixed(1))} s.`,
  );
}

function forecastShorterWait({ logs, behaviours, origin }: Scene, before: number, after: number): Forecast {
  const slower = countSlowerAnswers(logs, after);
  const timed = timedFailures(logs, behaviours);
  const waited =
    timed === null ? 0 : sum(cellsAtLimit(timed.cells.filter(mayBeWait), before, origin.connectionAttempts));
  const sooner =
    waited === 0
      ? null
      : `${countOf(waited, 'failure')} at ${before} s would have come ${before - after} s sooner, and would still be failures.`;
  if (slower === null)
    return forecastOf(
      'unknown',
      null,
      `How many answers take longer than ${after} s was not counted; each that does would become a 504.`,
      sooner,
    );
  if (slower > 0)
    return forecastOf(
      'against',
      null,
      `Up to ${countOf(slower, 'answer')} took longer than ${after} s and would become 504s.`,
      sooner,
    );
  return forecastOf(
    'against',
    null,
    `No answer was seen to take longer than ${after} s. A shorter wait cures nothing by itself; it frees connections sooner.`,
    sooner,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
