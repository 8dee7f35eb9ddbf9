/** The rows of a card, each from one part of a proposal: why, what to expect, who may approve, what was decided, what came of it. */

import { percentOf } from '../../diagnosis/wording.js';
import type { ChangeWindow } from '../../remediation/change-policy.js';
import type {
  Approvers,
  Forecast,
  ProofResult,
  Proposal,
  Sample,
  Step,
  SuccessTest,
} from '../../remediation/proposal.js';
import { fieldWords, stepWords, subjectPieces } from './change-words.js';
import { andMore, firstOf, formatCount } from './limits.js';
import { bold, cleanText, code, type Piece, person, when } from './text.js';

const maxApproversShown = 15;
const maxSentences = 3;
const maxNotes = 2;
const maxWindows = 6;

export function changeRow({ change }: Proposal): Piece[] {
  return [bold('Change: '), ...subjectPieces(change), ', ', bold(stepWords(change))];
}

/** Who asked, when, and why. */
export function originRows({ requester, createdAt, reason, offeredFrom, rollbackOf }: Proposal): Piece[][] {
  return [
    [bold('Asked by: '), who(requester.userId), ', ', ...when(createdAt)],
    ...(rollbackOf === null
      ? []
      : [[bold('Takes back: '), 'the change of ', code(cleanText(rollbackOf, 40)), ', this setting only']]),
    ...(offeredFrom === null ? [] : [[bold('Found: '), cleanText(offeredFrom.claim, 400)]]),
    ...(reason === null ? [] : [[bold('Reason given: '), `“${cleanText(reason, 600)}”`]]),
  ];
}

/** What the evidence says; where it does not speak for the change, a warning stands above the rows as well. */
export function forecastRows(forecast: Forecast, max: number): Piece[][] {
  const { shown } = firstOf(forecast.sentences, max);
  const [first = 'Nothing could be forecast.', ...rest] = shown.map((sentence) => cleanText(sentence, 300));
  return [[bold('Evidence: '), first], ...rest.map((sentence): Piece[] => [sentence])];
}

export function testRow({ successTest }: Proposal): Piece[] {
  return [bold('Tested afterwards: '), cleanText(successTest.sentence, 500)];
}

/** The only place where approvers are named, so that each is notified once: when the card is posted. */
export function approverRow({ approvers, approvals, requester }: Proposal): Piece[] {
  const names = approverPieces(approvers);
  const self = approvers.selfApproval ? '' : '; whoever asked cannot';
  return [
    bold('Who may approve: '),
    ...(names.length === 0 ? ['nobody is listed in the policy file'] : names),
    approvers.quorum > 1 ? `; ${formatCount(approvers.quorum)} different people are needed` : '',
    isPerson(requester.userId) ? self : '',
    ...(approvers.quorum > 1 || approvals.length > 0
      ? [`. So far ${formatCount(approvals.length)} of ${formatCount(approvers.quorum)}`]
      : []),
    ...approvals.slice(0, 5).flatMap((approval, index): Piece[] => [index === 0 ? ': ' : ', ', who(approval.userId)]),
  ].filter((piece) => piece !== '');
}

function approverPieces({ users, groups }: Approvers): Piece[] {
  const all = [...groups.map(group), ...users.map(who)];
  const { shown, more } = firstOf(all, maxApproversShown);
  const listed = shown.flatMap((piece, index): Piece[] => (index === 0 ? [piece] : [', ', piece]));
  return more === 0 ? listed : [...listed, ` and ${formatCount(more)} more of the policy file`];
}

/** A user group, shown by its handle; nothing but the text where the id is not one. */
function group(groupId: string): Piece {
  return /^S[A-Z0-9]{2,20}$/.test(groupId) ? { type: 'usergroup', usergroup_id: groupId } : cleanText(groupId, 30);
}

/** A person, shown by name; where the id is none, no more of it than a name would take. */
function who(userId: string): Piece {
  return isPerson(userId) ? person(userId) : cleanText(userId, 30);
}

function isPerson(userId: string): boolean {
  return /^[UW][A-Z0-9]{2,20}$/.test(userId);
}

/** When an approval is taken at all, so that nobody has to click to learn it. */
export function windowRows(windows: readonly ChangeWindow[] | null): Piece[][] {
  if (windows === null) return [];
  const { shown, more } = firstOf(windows, maxWindows);
  const spoken = shown.map(({ days, from, to }) => `${days.join(', ')} from ${from} to ${to}`).join('; ');
  return [[bold('When: '), `${cleanText(spoken, 300)}${more > 0 ? ` ${andMore(more)}` : ''}, UTC`]];
}

export function expiryRow({ expiresAt }: Proposal): Piece[] {
  return [bold('Expires: '), ...when(expiresAt), '; until somebody approves, nothing is changed'];
}

/** What an approval is of; if it moves, the approval is void. */
export function bindingRow({ binding, id }: Proposal): Piece[] {
  return [bold('Approval is of: '), 'ETag ', code(cleanText(binding.etag, 64)), ', proposal ', code(cleanText(id, 40))];
}

/** Who approved, who broke the glass. */
export function decisionRows(proposal: Proposal): Piece[][] {
  const { approvals, breakGlass, approvers } = proposal;
  const rows: Piece[][] = approvals
    .slice(0, 5)
    .map((approval): Piece[] => [
      bold(approval.way === 'trial' ? 'Approved as a trial by: ' : 'Approved by: '),
      who(approval.userId),
      ', ',
      ...when(approval.at),
    ]);
  if (breakGlass !== null)
    rows.push([
      bold('Break glass: '),
      who(breakGlass.userId),
      ` went ahead without ${approvers.quorum === 1 ? 'an approval' : `${formatCount(approvers.quorum)} approvals`}, `,
      ...when(breakGlass.at),
      `: “${cleanText(breakGlass.reason, 600)}”`,
    ]);
  return rows;
}

/** `Rejected by: @approver, 10:15, “not during the sale”`. */
export function endRow(label: string, proposal: Proposal): Piece[] {
  const step = lastStepInto(proposal);
  if (step === undefined) return [bold(`${label}.`)];
  return [
    bold(step.by === null ? `${label}: ` : `${label} by: `),
    ...(step.by === null ? [] : [who(step.by), ', ']),
    ...when(step.at),
    ...(step.note === null
      ? []
      : [step.by === null ? `. ${cleanText(step.note, 600)}` : `: “${cleanText(step.note, 600)}”`]),
  ];
}

/** The step that led into the state that the proposal is in. */
function lastStepInto({ history, state }: Proposal): Step | undefined {
  return (
    history.findLast((step) => step.to === state && step.from !== state) ??
    history.findLast((step) => step.to === state)
  );
}

/** Steps that cf502 itself took and that whoever reads the card should know of: the ETag moved, approvals are void, it was interrupted. */
const remarkable: ReadonlySet<string> = new Set(['rebase', 'void', 'retry']);

/** The newest remarks, oldest first. */
export function noteRows({ history }: Proposal): Piece[][] {
  return history
    .filter(({ event, note }) => remarkable.has(event) && note !== null)
    .slice(-maxNotes)
    .map(({ note, at }): Piece[] => [bold('Note: '), cleanText(note ?? '', 300), ' ', ...when(at)]);
}

/** The write and its deployment. */
export function applicationRows({ application, change, proof, successTest }: Proposal): Piece[][] {
  if (application === null) return [];
  const { appliedAt, etagAfter, requestId, deployedAt } = application;
  const rows: Piece[][] = [];
  if (appliedAt !== null)
    rows.push([
      bold('Applied: '),
      ...when(appliedAt),
      ...(requestId === null ? [] : [', AWS request ', code(cleanText(requestId, 80))]),
      ...(etagAfter === null ? [] : [', ETag now ', code(cleanText(etagAfter, 64))]),
    ]);
  if (deployedAt !== null) rows.push([bold('Deployed everywhere: '), ...when(deployedAt)]);
  if (deployedAt !== null && proof === null)
    rows.push([
      bold('Result of the test: '),
      'after ',
      ...when(testEnd(deployedAt, successTest)),
      ', once the data is in',
    ]);
  else if (appliedAt !== null && change.target.kind === 'origin')
    rows.push([bold('Deployment: '), 'under way to all edge locations, some minutes as a rule']);
  if (appliedAt !== null)
    rows.push([
      bold('Infrastructure as code: '),
      `the lines that set ${fieldWords[change.field].api} are in the thread; without them the next deploy takes this back`,
    ]);
  return rows;
}

/** When the window of the test closes. */
function testEnd(deployedAt: string, { startsAfterSeconds, windowMinutes }: SuccessTest): string {
  const at = new Date(Date.parse(deployedAt) + (startsAfterSeconds + windowMinutes * 60) * 1000);
  return Number.isFinite(at.getTime()) ? at.toISOString() : deployedAt;
}

/** The figures of the success test. */
export function proofRows(proof: ProofResult | null): Piece[][] {
  if (proof === null) return [];
  const { before, after, interval, control, sentences, window } = proof;
  const range = interval === null ? '' : `, 95 % interval ${shareOf(interval.low)} to ${shareOf(interval.high)}`;
  return [
    [bold('Before: '), sampleWords(before)],
    [bold('After: '), `${sampleWords(after)}${range}, `, ...when(window.from), ' to ', ...when(window.to)],
    ...(control === null
      ? []
      : [[bold('Other origins: '), `before ${sampleWords(control.before)}, after ${sampleWords(control.after)}`]]),
    ...firstOf(sentences, maxSentences).shown.map((sentence): Piece[] => [cleanText(sentence, 300)]),
  ];
}

function sampleWords({ requests, failures }: Sample): string {
  const share = requests > 0 && Number.isFinite(failures / requests) ? ` (${shareOf(failures / requests)})` : '';
  return `${formatCount(failures)} of ${formatCount(requests)} requests failed${share}`;
}

function shareOf(share: number): string {
  return Number.isFinite(share) ? percentOf(share) : 'an unknown share';
}
