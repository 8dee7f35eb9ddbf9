/** Walks through an AWS listing page by page. */

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  /** What to ask the next page with; absent or empty at the end. */
  readonly next: string | undefined;
}

/** Yields the pages of a listing. A service that answers with the same marker again is not followed for ever. */
export async function* readPages<Item>(
  read: (marker: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let marker: string | undefined;
  for (;;) {
    const { items, next } = await read(marker);
    yield items ?? [];
    if (next === undefined || next === '' || next === marker) return;
    marker = next;
  }
}

/** All items of a listing in one list. */
export async function readAll<Item>(
  read: (marker: string | undefined) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const items of readPages(read)) all.push(...items);
  return all;
}
