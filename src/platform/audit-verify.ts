/** Whether an audit log is whole, and whether it is the one that was shipped. Pure; every deviation is a sentence that names the entries. */
import { chainStart, chainStartAction, hashOf, parseEntry } from './audit-chain.js';
import type { AuditEntry, AuditHead, AuditLine } from './audit-log.js';

/** What reading a log from its beginning to its end has shown. */
export interface CheckedChain {
  readonly count: number;
  readonly first: AuditEntry | null;
  readonly last: AuditEntry | null;
  /** Hash of entry 1, which names the chain; null where entry 1 is not in it. */
  readonly chain: string | null;
  /** The hash of each entry by its sequence. */
  readonly hashes: ReadonlyMap<number, string>;
  /** At most 20 sentences, the first deviation first. Empty: whole. */
  readonly problems: readonly string[];
}

const mostProblems = 20;

/** Checks each entry's own hash, its place, and that it follows from the one before. */
export async function checkChain(lines: AsyncIterable<AuditLine> | Iterable<AuditLine>): Promise<CheckedChain> {
  const hashes = new Map<number, string>();
  const problems: string[] = [];
  let first: AuditEntry | null = null;
  let last: AuditEntry | null = null;
  let unlisted = 0;
  const report = (sentence: string): void => {
    if (problems.length < mostProblems) problems.push(sentence);
    else unlisted += 1;
  };
  for await (const { text, where } of lines) {
    const entry = parseEntry(text);
    if (entry === null) {
      report(`What stands at ${where} is not an entry as cf502 writes it.`);
      continue;
    }
    if (hashOf(entry) !== entry.hash)
      report(`Entry ${entry.sequence} was changed after it was written: its hash does not fit what it says.`);
    if (last !== null && entry.sequence <= last.sequence) {
      // Segments may overlap where shipping was taken up again; the same entry twice is no deviation.
      if (hashes.get(entry.sequence) === entry.hash) continue;
      report(`Entry ${entry.sequence} stands after entry ${last.sequence}, at ${where}.`);
      continue;
    }
    reportPlace(entry, last, report);
    hashes.set(entry.sequence, entry.hash);
    first ??= entry;
    last = entry;
  }
  if (unlisted > 0) problems.push(`There are ${unlisted} further deviations.`);
  return { count: hashes.size, first, last, chain: hashes.get(1) ?? null, hashes, problems };
}

function reportPlace(entry: AuditEntry, last: AuditEntry | null, report: (sentence: string) => void): void {
  const { sequence, previous, action } = entry;
  if (sequence === 1 && (previous !== chainStart || action !== chainStartAction))
    report('Entry 1 is not the beginning of a chain.');
  if (sequence !== 1 && action === chainStartAction)
    report(`Entry ${sequence} says that a chain begins, in the middle of one.`);
  if (last === null) return;
  if (sequence > last.sequence + 1) report(`${capital(range(last.sequence + 1, sequence - 1))} missing.`);
  else if (previous !== last.hash)
    report(`Entry ${sequence} does not follow from entry ${last.sequence}: one of the two was replaced.`);
}

/** Whether the log ends where its writer says that it does. */
export function compareToHead({ last }: CheckedChain, head: AuditHead | null): readonly string[] {
  const ends = last?.sequence ?? 0;
  const said = head?.sequence ?? 0;
  if (said > ends) return [`${capital(range(ends + 1, said))} missing: the end of the log was cut off.`];
  if (said < ends) return [`The log goes on to entry ${ends}, but its writer ended at ${said}.`];
  if (head !== null && last !== null && head.hash !== last.hash)
    return [`Entry ${ends} is not the one that was written last.`];
  return [];
}

export interface Comparison {
  /** What should not be. */
  readonly problems: readonly string[];
  /** What is as it should be and good to know. */
  readonly notes: readonly string[];
}

/**
 * Compares a log with a copy of it that nobody can have changed since.
 * @param copies the chains that the copy holds, each by itself; more than one where Redis was emptied in between.
 * @param knownChains beginnings of the hashes of earlier chains whose end somebody has looked into already.
 */
export function compareToCopy(
  log: CheckedChain,
  copies: readonly CheckedChain[],
  knownChains: readonly string[] = [],
): Comparison {
  const problems: string[] = [];
  const notes: string[] = [];
  const name = (chain: string | null): string => (chain === null ? 'unknown' : chain.slice(0, 16));
  const isSame = (copy: CheckedChain): boolean =>
    copy.chain === null || log.chain === null ? overlaps(log, copy) : copy.chain === log.chain;
  const same = copies.find(isSame) ?? null;
  for (const copy of copies) {
    if (copy === same || copy.last === null) continue;
    const ends = `chain ${name(copy.chain)}, which ends with entry ${copy.last.sequence} of ${copy.last.at}`;
    if (copy.chain !== null && knownChains.some((known) => known.length >= 8 && copy.chain?.startsWith(known)))
      notes.push(`The copy also holds ${ends}; it was named as known.`);
    else
      problems.push(
        `The copy also holds ${ends}; the log here is another one: Redis was emptied, replaced or put back since. What came after that entry is lost. Once looked into: --known-chain ${name(copy.chain)}.`,
      );
  }
  if (same === null) {
    if (log.count > 0) notes.push(`Nothing of the log here, chain ${name(log.chain)}, is in the copy yet.`);
    return { problems, notes };
  }
  for (const problem of same.problems) problems.push(`In the copy: ${problem}`);
  problems.push(...differences(log, same));
  const newest = same.last?.sequence ?? 0;
  const ahead = (log.last?.sequence ?? 0) - newest;
  if (ahead > 0) notes.push(`The copy holds the entries up to ${newest}; ${ahead} newer ones are not in it yet.`);
  return { problems, notes };
}

function differences(log: CheckedChain, copy: CheckedChain): readonly string[] {
  const ends = log.last?.sequence ?? 0;
  const newest = copy.last?.sequence ?? 0;
  for (const [sequence, hash] of copy.hashes) {
    const here = log.hashes.get(sequence);
    if (here !== undefined && here !== hash)
      return [
        `From entry ${sequence} on the log here is not what was shipped: it was rewritten, or it is a fork.${newest > ends ? ` It also ends at ${ends}, the copy at ${newest}.` : ''}`,
      ];
  }
  if (newest <= ends) return [];
  return [`${capital(range(ends + 1, newest))} in the copy and missing here: the end of the log was cut off.`];
}

/** Where the beginning of one of them is missing they are told to be the same by any entry that both have. */
function overlaps(log: CheckedChain, copy: CheckedChain): boolean {
  for (const [sequence, hash] of copy.hashes) if (log.hashes.get(sequence) === hash) return true;
  return false;
}

function range(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
