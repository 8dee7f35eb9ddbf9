/** Moves what the kernel counted out of its memory into a tally. */
import { countOfStep } from './behaviour-traffic.js';
import { addCount } from './counts.js';
import { type RowKernel, type Span, valueKinds } from './row-kernel.js';
import { minuteOf, type Tally } from './tally.js';

const trafficHeaderWords = 8;
const stepWords = 5;
/** Where the bands of times begin among the bands. */
const timeBandsAt = 8;

/** Counts of the kernel are zero afterwards; the numbers of its values go on holding. */
export function takeCounts(kernel: RowKernel, tally: Tally): void {
  const { instance, words } = kernel;
  const take = (name: string): number => instance.variable(name).value;
  if (take('inWindow') === 0 && take('outsideWindow') === 0) return;
  tally.newest = Math.max(tally.newest, take('newest'));
  tally.oldest = Math.min(tally.oldest, take('oldest'));
  tally.inWindow += take('inWindow');
  tally.outsideWindow += take('outsideWindow');
  tally.requests += take('requests');
  tally.failures += take('failures');
  tally.hiddenOriginErrors += take('hiddenOriginErrors');
  takeSpans(kernel, tally);
  const statuses = instance.constant('statusesBase') / 4;
  for (let status = 0; status < tally.statuses.length; status += 1)
    tally.statuses[status] = (tally.statuses[status] ?? 0) + ((words[statuses + status] ?? 0) >>> 0);
  const bands = instance.constant('bandsBase') / 4;
  for (const [index, band] of tally.sizes.entries()) addCount(band, countAt(words, bands + index * 2));
  for (const [index, band] of tally.times.entries()) addCount(band, countAt(words, bands + (timeBandsAt + index) * 2));
  takeValues(kernel, tally);
  takeTraffics(kernel, tally);
  instance.call('clearCounts')();
}

function takeSpans({ words, spans: { minutes, hours } }: RowKernel, tally: Tally): void {
  for (let index = 0, at = hours.base / 4; index < hours.count; index += 1) {
    const rows = (words[at + index] ?? 0) >>> 0;
    words[at + index] = 0;
    if (rows === 0) continue;
    const hour = hours.first + index * hours.seconds;
    tally.rowsByHour.set(hour, (tally.rowsByHour.get(hour) ?? 0) + rows);
  }
  for (let index = 0, at = minutes.base / 4; index < minutes.count; index += 1, at += 2) {
    const count = countAt(words, at);
    if (count.requests > 0) addCount(minuteOf(tally, minutes.first + index * minutes.seconds), count);
    words.fill(0, at, at + 2);
  }
}

function takeValues({ instance, words, values, behaviours }: RowKernel, tally: Tally): void {
  const countsBase = instance.constant('countsBase') / 4;
  const capacity = instance.constant('kindCapacity');
  for (const [kind, name] of valueKinds.entries()) {
    for (const [number, value] of (values[kind] ?? []).entries()) {
      const count = countAt(words, countsBase + (kind * capacity + number) * 2);
      if (count.requests === 0) continue;
      addCount(name === 'path' ? tally.paths.of(value) : tally.tables[name].of(value), count);
    }
  }
  const behavioursBase = instance.constant('behavioursBase') / 4;
  for (const [number, behaviour] of behaviours.entries()) {
    const count = countAt(words, behavioursBase + number * 2);
    if (count.requests > 0) addCount(tally.tables.behaviour.of(behaviour), count);
  }
}

function takeTraffics({ instance, words, behaviours, spans: { steps } }: RowKernel, tally: Tally): void {
  const behavioursBase = instance.constant('behavioursBase') / 4;
  const trafficWords = trafficHeaderWords + steps.count * stepWords;
  for (const [number, behaviour] of behaviours.entries()) {
    if (words[behavioursBase + number * 2] === 0) continue;
    const at = steps.base / 4 + number * trafficWords;
    takeTraffic(words, at, steps, tally, behaviour);
    words.fill(0, at, at + trafficWords);
  }
}

function takeTraffic(words: Int32Array, at: number, steps: Span, tally: Tally, behaviour: string): void {
  const traffic = tally.traffics.of(behaviour);
  if (traffic === null) return;
  const word = (index: number): number => (words[at + index] ?? 0) >>> 0;
  addCount(traffic.repeatable, countAt(words, at));
  addCount(traffic.unrepeatable, countAt(words, at + 2));
  traffic.otherServerErrors += word(4);
  traffic.slow += word(5);
  for (let index = 0; index < steps.count; index += 1) {
    const step = trafficHeaderWords + index * stepWords;
    if (word(step) === 0) continue;
    const sum = countOfStep(traffic, steps.first + index * steps.seconds);
    addCount(sum, { requests: word(step), failures: word(step + 1) });
    sum.served += word(step + 2);
    sum.unrepeatable += word(step + 3);
    sum.unrepeatableFailures += word(step + 4);
  }
}

/** Requests and failures side by side. */
function countAt(words: Int32Array, at: number) {
  return { requests: (words[at] ?? 0) >>> 0, failures: (words[at + 1] ?? 0) >>> 0 };
}
