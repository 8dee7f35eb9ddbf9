/** Runs work over a list with a limit on how much is under way at once. */

/**
 * Applies `work` to every item, at most `limit` at a time, and returns the results in the order of the items. The first rejection rejects
 * the whole, and nothing further is begun.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const queue = items.entries();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (stopped) return;
      try {
        results.set(index, await work(item, index));
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
