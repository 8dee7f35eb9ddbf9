/** When failures ended, so that a new time-out can be tried on them: which sat at the limit, and what the others were. Pure. */
import type { AccessLogEvidence, ServerErrorDuration } from './evidence.js';
import { resultsOf } from './log-results.js';
import { countOf, formatCount, listOf } from './wording.js';

/** `time-taken` is rounded down to a tenth; CloudFront notices a time-out a little late, and each further attempt adds to that. */
const early = 0.2;
const late = 0.5;
const latePerAttempt = 0.5;

export interface TimedFailures {
  readonly cells: readonly ServerErrorDuration[];
  /** 502s, 503s and 504s with a time. */
  readonly total: number;
}

/** Null where the evidence does not hold times. */
export function timedFailures(logs: AccessLogEvidence | null, behaviours: readonly string[]): TimedFailures | null {
  const cells = logs?.serverErrorDurations?.filter(({ behaviour }) => behaviours.includes(behaviour));
  return cells === undefined ? null : { cells, total: sum(cells) };
}

export function sum(cells: readonly ServerErrorDuration[]): number {
  return cells.reduce((total, { count }) => total + count, 0);
}

/** Those that ended when a time-out of so many seconds ends its first attempt, its second, and so on. */
export function cellsAtLimit(
  cells: readonly ServerErrorDuration[],
  limitSeconds: number,
  attempts: number,
): readonly ServerErrorDuration[] {
  return cells.filter(({ tenthsOfSecond }) =>
    Array.from({ length: attempts }, (_, index) => index + 1).some((attempt) =>
      isNear(tenthsOfSecond / 10, limitSeconds * attempt, attempt),
    ),
  );
}

export function isNear(seconds: number, limitSeconds: number, attempt: number): boolean {
  // In tenths, since 30 - 0.2 is not 29.8 to a computer.
  const tenths = Math.round(seconds * 10);
  return (
    tenths >= Math.round((limitSeconds - early) * 10) &&
    tenths <= Math.round((limitSeconds + late + latePerAttempt * attempt) * 10)
  );
}

const connectResults: readonly string[] = ['OriginConnectError'];
const dnsResults: readonly string[] = ['OriginDnsError', 'NonS3OriginDnsError'];
const cutResults: readonly string[] = ['OriginReadError', 'OriginWriteError'];
const unreadableResults: readonly string[] = [
  'OriginInvalidResponseError',
  'OriginHeaderTooBigError',
  'OriginContentRangeLengthError',
  'OriginZeroSizeObjectError',
];
const relayedResults: readonly string[] = ['OriginError', 'Miss'];
const madeAtEdge: readonly string[] = ['InternalError', 'CapacityExceeded', 'LimitExceeded', 'LambdaLimitExceeded'];

/** Whether a value leaves it open that CloudFront waited for an answer until it gave up. */
export function mayBeWait({ detailedResult }: ServerErrorDuration): boolean {
  const others = [...connectResults, ...dnsResults, ...unreadableResults, ...relayedResults, ...madeAtEdge];
  return !others.includes(detailedResult) && !/^(?:Lambda|Function)/.test(detailedResult);
}

/** Whether a value leaves it open that CloudFront gave up connecting. */
export function mayBeConnect({ detailedResult }: ServerErrorDuration): boolean {
  return resultsOf.connect.some((result) => result === detailedResult);
}

/** `118 failed to connect (TCP or TLS) and 3 lost their connection`: what a longer wait would not have helped; the largest first. */
export function describeOthers(cells: readonly ServerErrorDuration[]): string {
  const kinds = [
    [connectResults, 'failed to connect (TCP or TLS)'],
    [dnsResults, 'failed to resolve the name'],
    [cutResults, 'lost the connection'],
    [unreadableResults, 'had an answer that CloudFront cannot take'],
    [relayedResults, 'were the origin’s own answer'],
    [madeAtEdge, 'were made at the edge'],
  ] as const;
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const named = kinds.find(([results]) => results.includes(cell.detailedResult))?.[1];
    const kind =
      named ?? (cell.tenthsOfSecond < 10 ? 'failed within a second' : 'ended at another time than the limit');
    counts.set(kind, (counts.get(kind) ?? 0) + cell.count);
  }
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  return listOf(parts);
}

/** `412 504s`, `300 504s and 112 502s`. */
export function describeStatuses(cells: readonly ServerErrorDuration[]): string {
  const parts = (['502', '503', '504'] as const).flatMap((status) => {
    const count = sum(cells.filter((cell) => cell.status === status));
    return count === 0 ? [] : [{ count, text: countOf(count, status) }];
  });
  return listOf(parts.sort((a, b) => b.count - a.count).map(({ text }) => text));
}
