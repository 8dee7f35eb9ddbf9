/** Says in sentences which of the logs are read and which are not. Each fits the line that the thread has for it. Pure. */
import type { Iso } from '../diagnosis/evidence.js';
import type { ListedObject, LogBudget, ScanChoice } from './plan-log-scan.js';

const hourMs = 3_600_000;
const maxRuns = 3;

/** What to say of a sample, or of the one object that is past the budget; null where everything is read within it. */
export function describeSample(
  { sampled, whole, cost, past, partOfHour }: ScanChoice<ListedObject>,
  budget: LogBudget,
): string | null {
  const limits = {
    bytes: `${megabytes(budget.maxBytes)} MB`,
    seconds: `${budget.maxSeconds} s`,
    dollars: `$${budget.maxDollars}`,
  } as const;
  const name = (over: readonly (keyof typeof limits)[]): string => over.map((limit) => limits[limit]).join(', ');
  if (sampled === null)
    return past.length === 0
      ? null
      : `The only log object, ${megabytes(cost.bytes)} MB, is past the limit of a check, ${name(past)}, and was read all the same.`;
  const spread =
    past.length > 0
      ? 'the smallest there is, though it is past the limit'
      : sampled.unseen.length > 0
        ? 'of as many hours as could be'
        : nameShare([...partOfHour.values()]);
  return `Only a sample was read: ${cost.objects} of ${whole.objects} log objects, ${megabytes(cost.bytes)} of ${megabytes(whole.bytes)} MB, ${spread}. Counts are those of the sample. All would take about ${Math.ceil(whole.seconds)} s and $${whole.dollars.toFixed(4)}; the limit of a check is ${name(sampled.over)}.`;
}

/** Of hours with few objects an object is more than its share. */
const muchTheSame = 1.5;

function nameShare(parts: readonly number[]): string {
  const least = parts.reduce((low, part) => Math.min(low, part), 1);
  const most = parts.reduce((high, part) => Math.max(high, part), 0);
  const percent = (part: number): string => Number((part * 100).toPrecision(2)).toString();
  return most <= least * muchTheSame
    ? 'about the same share of every hour'
    : `from ${percent(least)} % of an hour to ${percent(most)} %`;
}

/** Hours of which nothing is read; null where there is none. */
export function describeUnseen(unseen: readonly Iso[]): string | null {
  return unseen.length === 0 ? null : `Nothing was read of ${nameHours(unseen)}.`;
}

/** @param names of the places, by their index. */
export function describeOnePlace(
  onePlace: ScanChoice<ListedObject>['onePlace'],
  names: readonly string[],
): readonly string[] {
  const why = {
    size: 'too much to hold the rows of several places against each other',
    budget: 'all places together are past the limit of a check',
  } as const;
  return onePlace.map(
    ({ place, hours, because }) =>
      `Only ${names[place] ?? 'one place'} was read of ${nameHours(hours)}: ${why[because]}.`,
  );
}

/** @param hours that several jobs read. */
export function describeSplit(hours: readonly Iso[]): string | null {
  return hours.length === 0
    ? null
    : `Rows that were delivered twice within an hour that was read in several parts may count twice: ${nameHours(hours)}.`;
}

/** Of a scan that ended before all was read; null where every hour was read whole. */
export function describeUnread(unread: readonly Iso[], inPart: readonly Iso[]): string | null {
  if (unread.length === 0 && inPart.length === 0) return null;
  const parts = [
    ...(unread.length === 0 ? [] : [`Not read: ${nameHours(unread)}.`]),
    ...(inPart.length === 0 ? [] : [`Read in part: ${nameHours(inPart)}.`]),
  ];
  return parts.join(' ');
}

/** `2026-11-20 08:00 to 11:00 and 2026-11-20 14:00 to 15:00 UTC`: runs of whole hours, the newest first; at most three, then how many more hours. */
export function nameHours(hours: readonly Iso[]): string {
  const starts = [...new Set(hours)].map((hour) => Date.parse(hour)).sort((a, b) => b - a);
  const runs: { from: number; readonly to: number }[] = [];
  for (const start of starts) {
    const run = runs.at(-1);
    if (run !== undefined && run.from - hourMs === start) run.from = start;
    else runs.push({ from: start, to: start + hourMs });
  }
  const shown = runs.slice(0, maxRuns);
  const hidden = runs.slice(maxRuns).reduce((sum, { from, to }) => sum + (to - from) / hourMs, 0);
  const named = shown.map(
    ({ from, to }) => `${minute(from)} to ${sameDay(from, to) ? minute(to).slice(11) : minute(to)}`,
  );
  return `${named.join(', ')} UTC${hidden === 0 ? '' : ` and ${hidden} more hours`}`;
}

function sameDay(from: number, to: number): boolean {
  return minute(from).slice(0, 10) === minute(to).slice(0, 10);
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
