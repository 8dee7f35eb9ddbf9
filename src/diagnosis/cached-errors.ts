/**
 * Which of the logged 502s were served from the cache. CloudFront logs such a row as `Error`, which it also uses for what it cannot name
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html); one that took a few milliseconds, on a
 * path that has failed towards the origin before, went no further than the cache: our inference. Pure.
 */
import type { AccessLogEvidence } from './evidence.js';

export const cachedErrorRules = {
  results: ['Error'],
  minRows: 20,
  /** Of a cell's rows, those that took under 10 ms. */
  minQuickShare: 0.8,
  /** From here on a copy may outlive the window in which its original was logged. */
  longTtlSeconds: 60,
  /** Of the same path: one row repeats nothing. */
  minRepeated: 2,
} as const;

export interface CachedErrors {
  readonly count: number;
  readonly behaviours: readonly string[];
  readonly paths: readonly string[];
}

/**
 * @param ttlSeconds for which CloudFront keeps a 502 at least.
 * @param withFunctions behaviours on which a function at the edge may be what answers at once.
 */
export function readCachedErrors(
  logs: AccessLogEvidence,
  ttlSeconds: number,
  withFunctions: readonly string[],
): CachedErrors {
  const { results, minRows, minQuickShare, longTtlSeconds, minRepeated } = cachedErrorRules;
  const isPlain = (result: string): boolean => results.some((one) => one === result);
  const copies = logs.failureCells.filter(
    (cell) =>
      isPlain(cell.detailedResult) &&
      // Only GET and HEAD are answered from the cache.
      (cell.method === 'GET' || cell.method === 'HEAD') &&
      (cell.underTenMs ?? 0) >= minQuickShare * cell.count &&
      cell.count >= minRepeated &&
      isLiteral(cell.path) &&
      ((ttlSeconds >= longTtlSeconds &&
        !withFunctions.includes(cell.behaviour) &&
        mayBeOfBefore(logs, cell, ttlSeconds)) ||
        logs.failureCells.some((other) => isOriginal(other, cell.behaviour, cell.path) && startsBefore(other, cell))),
  );
  const count = copies.reduce((sum, { underTenMs }) => sum + (underTenMs ?? 0), 0);
  if (count < minRows) return { count: 0, behaviours: [], paths: [] };
  const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
  return {
    count,
    behaviours: distinct(copies.map(({ behaviour }) => behaviour)),
    paths: distinct(copies.map(({ path }) => path)),
  };

  function isOriginal(cell: Cell, behaviour: string, path: string): boolean {
    return cell.behaviour === behaviour && cell.path === path && !isPlain(cell.detailedResult);
  }
}

type Cell = AccessLogEvidence['failureCells'][number];

/** Requests for different items share a template, and not a copy in the cache. */
function isLiteral(path: string): boolean {
  return !path.includes('{') && path !== '(other)';
}

/** Whether one original from before the first row could have lasted until the last copy. */
function mayBeOfBefore({ perMinute, oldestRow }: AccessLogEvidence, { lastAt }: Cell, ttlSeconds: number): boolean {
  const first = perMinute[0]?.minute ?? oldestRow;
  if (first === null || lastAt === undefined) return false;
  // The first row came within its minute.
  return Date.parse(lastAt) - Date.parse(first) <= (ttlSeconds + 60) * 1000;
}

function startsBefore(original: Cell, copy: Cell): boolean {
  return original.firstAt !== undefined && copy.firstAt !== undefined && original.firstAt <= copy.firstAt;
}
