/** The rows of a card, each from one part of a proposal: why, what to expect, who may approve, what was decided, what came of it. */

import { percentOf } from '../../diagnosis/wording.js';
import type { ChangeWindow } from '../../remediation/change-policy.js';
import { sayValue } from '../../remediation/field-names.js';
import type { Approvers, ProofResult, Proposal, Sample, Step, SuccessTest } from '../../remediation/proposal.js';
import { proofWindow } from '../../remediation/success-test.js';
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
      : [[bold('Takes back: '), 'what ', code(cleanText(rollbackOf, 40)), ' had changed: this setting only']]),
    ...(offeredFrom === null ? [] : [[bold('Found: '), cleanText(offeredFrom.claim, 400)]]),
    ...(reason === null ? [] : [[bold('Reason given: '), `“${cleanText(reason, 600)}”`]]),
  ];
}

/** None where there will be no test. */
export function testRows({ successTest, state, proof }: Proposal): Piece[][] {
  if (state === 'failed' || (state === 'rolled-back' && proof === null)) return [];
  return [[bold(proof === null ? 'Tested afterwards: ' : 'The test was: '), cleanText(successTest.sentence, 700)]];
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

/** Each approver as a mention, which notifies. */
export function approverPieces({ users, groups }: Approvers): Piece[] {
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
      ` chose to go ahead without ${approvers.quorum === 1 ? 'an approval' : `${formatCount(approvers.quorum)} approvals`}, `,
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
      : [
          step.by === null || step.event === 'rolled-back'
            ? `. ${cleanText(step.note, 600)}`
            : `: “${cleanText(step.note, 600)}”`,
        ]),
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

/** The write and its deployment, and what is still to come of it: nothing is promised that will not be. */
export function applicationRows(proposal: Proposal): Piece[][] {
  const { application, change, proof, successTest, state } = proposal;
  if (application === null) return [];
  const { appliedAt, etagAfter, requestId, deployedAt } = application;
  const isOrigin = change.target.kind === 'origin';
  const rows: Piece[][] = [];
  if (appliedAt !== null)
    rows.push([
      bold('Applied: '),
      ...when(appliedAt),
      ...(requestId === null ? [] : [', AWS request ', code(cleanText(requestId, 80))]),
      ...(etagAfter === null ? [] : [', ETag now ', code(cleanText(etagAfter, 64))]),
    ]);
  if (deployedAt !== null) rows.push([bold(isOrigin ? 'Deployed everywhere: ' : 'In force: '), ...when(deployedAt)]);
  if (appliedAt !== null && deployedAt === null && isOrigin && state === 'applied')
    rows.push([bold('Deployment: '), 'under way to all edge locations, some minutes as a rule']);
  if (deployedAt !== null && state === 'applied')
    rows.push([
      bold('Result of the test: '),
      'after ',
      ...when(testEnd(deployedAt, successTest)),
      ', once the data is in; logs may take an hour',
    ]);
  if (state === 'rolled-back' && proof === null)
    rows.push([bold('Result of the test: '), 'none, since it was taken back before its test had ended']);
  if (appliedAt !== null) rows.push(codeRow(proposal));
  return rows;
}

function codeRow({ change, state, rollbackOf }: Proposal): Piece[] {
  const { api } = fieldWords[change.field];
  if (state === 'rolled-back')
    return [
      bold('Infrastructure as code: '),
      `if ${api} was changed in the code for this, change it back to ${sayValue(change.field, change.before)}, or its next deployment sets ${sayValue(change.field, change.after)} again`,
    ];
  return [
    bold('Infrastructure as code: '),
    rollbackOf === null
      ? `the lines that set ${api} are in the thread; without them the next deployment from code takes this back`
      : `where ${api} was changed in the code meanwhile, change it back; the lines are in the thread`,
  ];
}

/** When the window of the test closes. */
function testEnd(deployedAt: string, test: SuccessTest): string {
  return Number.isFinite(Date.parse(deployedAt)) ? proofWindow(test, deployedAt).to : deployedAt;
}

/** What the success test found: its words first, then the figures. */
export function proofRows(proof: ProofResult | null): Piece[][] {
  if (proof === null) return [];
  const { before, after, interval, control, sentences, window } = proof;
  const [first = 'This is no longer known.', ...others] = sentences;
  const range = interval === null ? '' : `, 95 % interval ${shareOf(interval.low)} to ${shareOf(interval.high)}`;
  return [
    [bold('Result of the test: '), cleanText(first, 500)],
    ...firstOf(others, maxSentences).shown.map((sentence): Piece[] => [cleanText(sentence, 400)]),
    [bold('Before: '), sampleWords(before)],
    [bold('After: '), `${sampleWords(after)}${range}, `, ...when(window.from), ' to ', ...when(window.to)],
    ...(control === null
      ? []
      : [[bold('Other paths: '), `before ${sampleWords(control.before)}, after ${sampleWords(control.after)}`]]),
  ];
}

function sampleWords({ requests, failures }: Sample): string {
  if (requests === 0) return 'nothing was counted';
  const share = requests > 0 && Number.isFinite(failures / requests) ? ` (${shareOf(failures / requests)})` : '';
  return `${formatCount(failures)} of ${formatCount(requests)} requests failed${share}`;
}

function shareOf(share: number): string {
  return Number.isFinite(share) ? percentOf(share) : 'an unknown share';
}
