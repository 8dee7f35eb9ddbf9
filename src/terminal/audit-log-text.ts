/** What `cf502 audit-log verify` says. Pure. */
import { plain } from '../diagnosis/wording.js';

export interface Verification {
  readonly count: number;
  readonly first: { readonly sequence: number; readonly at: string } | null;
  readonly last: { readonly sequence: number; readonly at: string } | null;
  /** Hash of the first entry of the chain; null where it is not in it. */
  readonly chain: string | null;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** The copy that it was compared with. */
  readonly comparedTo: string | null;
}

export function renderVerification({ count, first, last, chain, problems, notes, comparedTo }: Verification): string {
  const extent =
    first === null || last === null
      ? 'It is empty.'
      : `${count === 1 ? '1 entry' : `${count} entries`}, ${first.sequence} to ${last.sequence}, from ${first.at} to ${last.at}${chain === null ? '' : `, chain ${chain.slice(0, 16)}`}.`;
  const verdict =
    problems.length === 0
      ? comparedTo === null
        ? 'What is here of the audit log is whole.'
        : 'The audit log is whole.'
      : `The audit log is NOT whole: ${problems.length === 1 ? '1 deviation' : `${problems.length} deviations`}.`;
  const compared =
    comparedTo === null
      ? 'It was not compared with a shipped copy, so that nobody can say whether its end was cut off or all of it was rewritten; see --against.'
      : `It was compared with ${plain(comparedTo, 500)}.`;
  return [
    verdict,
    ...problems.map((problem) => `  - ${plain(problem, 1_000)}`),
    extent,
    compared,
    ...notes.map((note) => plain(note, 1_000)),
    '',
  ].join('\n');
}
