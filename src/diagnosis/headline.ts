/** The one sentence that stands alone: who, what, and how much it explains; short enough for the header of a Slack message. */
import type { EvidenceBag } from './evidence.js';
import type { Observed } from './observed.js';
import { listShortOfWell } from './short-of-well.js';
import type { Cause, Inconclusive, Verdict } from './verdict.js';
import { afterColon, countOf, formatCount, listOf, lowerFirst, plain } from './wording.js';

/** What a Slack header holds; an ordinary headline keeps to it. */
const headerLength = 150;
const maxLength = 300;
/** What began in the last minutes of the window is newer than CloudWatch's counts. */
const freshMs = 5 * 60_000;

/**
 * @param best a cause that is proven or supported. @param explained of the causes together; null without logged 502s.
 * @param hidden requests that failed at the origin under a status that a custom error response gives to 502s.
 */
export function headlineOfCause(
  best: Cause,
  others: number,
  { failures, countedElsewhere, unread }: Observed,
  explained: number | null,
  hidden: number,
): string {
  const hedge = best.strength === 'proven' ? '' : 'Most likely ';
  if (failures?.count === 0 && hidden > 0)
    return shortest(
      claimsOf(best, true),
      (claim) =>
        `${hedge}${hedge === '' ? claim : afterColon(claim)}: ${countOf(hidden, 'origin error')} logged under another status`,
    );
  if (failures?.count === 0)
    return shortest(
      claimsOf(best, true),
      (claim) => `No 502s counted yet, but requests will fail: ${afterColon(claim)}`,
    );
  const share = `${explainedPhrase(best, others, failures, explained, countedElsewhere)}${unreadPhrase(unread)}`;
  return shortest(claimsOf(best, true), (claim) => `${hedge}${hedge === '' ? claim : afterColon(claim)}: ${share}`);
}

/** An aside that says how much of the origin has the fault: a claim without it says too much. */
const ofSome = / \(on \d+ of \d+ addresses\)/;

/** The claim in fewer and fewer words: with what follows from it, without asides, without its second half. */
function claimsOf(
  { claim, layer, title }: Pick<Cause, 'claim' | 'title'> & { readonly layer?: Cause['layer'] },
  isCause: boolean,
): readonly string[] {
  const whole = plain(claim, maxLength).replace(/[.\s]+$/, '');
  const part = ofSome.exec(whole)?.[0] ?? '';
  const bared = whole.replace(/ \([^()]*\)/g, '').replace(/, (?:so|and) CloudFront [^,;]*$/, '');
  const bare = `${bared}${part}`;
  const half = `${/^(.{20,}?)(?:; |: |, (?:and|so|yet|although|where|which) )/.exec(bared)?.[1] ?? bared}${part}`;
  const saysSo = (text: string) =>
    !isCause || /\b502|CloudFront/.test(text) || layer === 'target' || layer === 'load-balancer';
  const follows = (text: string) => (saysSo(text) ? [text] : [`${text}, so CloudFront answers 502`, text]);
  return [...(saysSo(bare) ? [whole] : []), ...follows(bare), ...follows(half), `${lowerFirst(title)}${part}`];
}

/** The first that fits a header; where not even the title does, the shortest claim. */
function shortest(claims: readonly string[], phrase: (claim: string) => string): string {
  const sentences = claims.map((claim) => sentence(phrase(claim)));
  return sentences.find((text) => text.length <= headerLength) ?? sentences.at(-2) ?? '';
}

/** What the first of them explains by itself, then what all do together. */
function explainedPhrase(
  best: Cause,
  others: number,
  failures: Verdict['failures'],
  explained: number | null,
  countedElsewhere: number | null,
): string {
  if (failures === null) return 'the 502s could not be counted';
  if (explained === null) return `about ${countOf(failures.count, '502')} by CloudWatch, none seen row by row`;
  const own = best.explained?.count ?? explained;
  const together = `${formatCount(explained)} of ${formatCount(failures.count)}`;
  const more = countOf(others, 'more cause');
  const all = others === 0 ? `explains ${together}` : `explains ${together}, with ${more}`;
  const logged = others === 0 || own === explained ? all : `explains ${formatCount(own)}; with ${more}, ${together}`;
  return countedElsewhere === null
    ? logged
    : `${logged} logged, CloudWatch counts about ${formatCount(countedElsewhere)}`;
}

function unreadPhrase(unread: Observed['unread']): string {
  return unread === null ? '' : `; about ${formatCount(unread.count)} more by CloudWatch in hours not read`;
}

/** @param alsoSeen defects, best first: none of them made a 502 that was seen. */
export function headlineOfNone(
  failures: NonNullable<Verdict['failures']>,
  bag: EvidenceBag,
  alsoSeen: readonly Cause[],
): string {
  const rest = listShortOfWell(bag);
  const defects = alsoSeen.filter(({ explains, strength }) => explains !== null && strength !== 'possible');
  const fresh = defects.find((defect) => isNewerThanSeen(defect, failures, bag));
  const defect = fresh ?? defects[0];
  if (defect !== undefined) {
    const none =
      rest.length === 0 ? 'No 502s seen' : `No 502s in ${countOf(failures.requests, 'request')}; but ${listOf(rest)}`;
    const what = fresh === undefined ? 'Worth mending before requests need it' : 'Requests will fail from now on';
    return shortest(claimsOf(defect, false), (claim) => `${none}. ${what}: ${afterColon(claim)}`);
  }
  const seen = rest.length === 0 ? 'No 502s seen and nothing wrong' : 'No 502s seen';
  const but = rest.length === 0 ? '' : `; but ${listOf(rest)}`;
  if (failures.requests === 0) return sentence(`${seen}: CloudWatch counts no request at all in the window${but}`);
  const where = failures.source === 'access-logs' ? 'in the access logs' : 'by CloudWatch';
  const until = bag.accessLogs.state === 'collected' ? bag.accessLogs.data.newestRow : null;
  const newest =
    until === null || failures.source !== 'access-logs' ? '' : `, the newest at ${until.slice(11, 16)} UTC`;
  return sentence(`${seen}: ${countOf(failures.requests, 'request')} ${where}${newest}, none of them a 502${but}`);
}

/** Whether a defect that fails every request is dated by itself, and later than what was counted can show. */
function isNewerThanSeen(
  { explains, failsEveryRequest }: Cause,
  { source }: NonNullable<Verdict['failures']>,
  bag: EvidenceBag,
): boolean {
  const newest =
    source === 'access-logs' && bag.accessLogs.state === 'collected' ? bag.accessLogs.data.newestRow : null;
  const seenUntil = newest === null ? Date.parse(bag.window.to) - freshMs : Date.parse(newest);
  return failsEveryRequest === true && Date.parse(explains?.since ?? '') >= seenUntil;
}

export function headlineOfInconclusive(
  failures: Verdict['failures'],
  doubt: string | null,
  lead: Cause | Inconclusive | null,
): string {
  const seen =
    failures === null
      ? 'Inconclusive: neither logs nor metrics say whether there were 502s'
      : failures.count > 0
        ? `Inconclusive: ${failures.source === 'access-logs' ? '' : 'about '}${countOf(failures.count, '502')} in ${countOf(failures.requests, 'request')}, and what was seen does not decide why`
        : `Inconclusive: no 502s in ${countOf(failures.requests, 'request')}, which does not show that there were none`;
  if (lead === null) return sentence(doubt === null ? seen : `${seen}: ${afterColon(doubt)}`);
  const words = claimsOf('claim' in lead ? lead : { claim: lead.lead ?? lead.title, title: lead.title }, false);
  return shortest(words, (text) => `${seen.split(', and ')[0]}; strongest lead: ${text.replace(/\.$/, '')}`);
}

export function headlineOfFailed(message: string): string {
  return sentence(`The check could not be done, because the distribution could not be read: ${afterColon(message)}`);
}

function sentence(text: string): string {
  return `${plain(text, maxLength).replace(/[.\s]+$/, '')}.`;
}
