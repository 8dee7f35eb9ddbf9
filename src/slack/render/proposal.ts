/** The card of a proposal: a projection of its state and of nothing else, so that the same state always looks the same. */
import type { Button, KnownBlock } from '@slack/types';
import type { ChangePolicy, ChangeWindow } from '../../remediation/change-policy.js';
import { fieldNames, sayValue } from '../../remediation/field-names.js';
import { isTrial } from '../../remediation/life-effects.js';
import type { Proposal } from '../../remediation/proposal.js';
import { actions, context, header, list, type RenderedMessage, withinLimits } from './blocks.js';
import { proposeLine, stepSpoken, stepWords, subjectSpoken, targetName } from './change-words.js';
import { forecastRows } from './forecast-rows.js';
import {
  approveButton,
  approveTrialButton,
  breakGlassButton,
  endTrialButton,
  rejectButton,
  revokeButton,
  rollBackButton,
} from './proposal-buttons.js';
import {
  applicationRows,
  approverRow,
  bindingRow,
  changeRow,
  decisionRows,
  endRow,
  expiryRow,
  noteRows,
  originRows,
  proofRows,
  testRows,
  windowRows,
} from './proposal-facts.js';
import { reachRows } from './proposal-reach.js';
import { isForecastLoud, warnings } from './proposal-warnings.js';
import { bold, cleanText, fallbackText, type Piece, utc } from './text.js';
import { trialRows, whyNoTrial } from './trial-offer.js';

/** What the card says of the policy as it is now. */
export interface CardOptions {
  /** Whether the policy lets anybody break the glass. */
  readonly mayBreakGlass: boolean;
  /** When changes may be applied, UTC; null: at any time. */
  readonly windows: readonly ChangeWindow[] | null;
  /** Whether the policy lets changes be tried on a part of the traffic first; absent: it does not. */
  readonly mayTry?: boolean;
}

/** @param policy undefined where the policy file has no `changes` by now. */
export function cardOptionsOf(policy: ChangePolicy | undefined): CardOptions {
  return {
    mayBreakGlass: policy?.breakGlass !== undefined,
    windows: policy?.windows ?? null,
    mayTry: policy?.trial !== undefined,
  };
}

/** What differs from state to state. */
interface Face {
  /** In front of the change, in the header and in the sentence for notifications. */
  readonly title: string;
  readonly spoken: string;
  readonly rows: readonly Piece[][];
  readonly buttons: readonly Button[];
}

export function renderProposal(proposal: Proposal, options: CardOptions): RenderedMessage {
  const face = faceOf(proposal, options);
  const { change } = proposal;
  const blocks: KnownBlock[] = [
    header(`${face.title}: ${fieldNames[change.field]} of ${targetName(change.target, 40)}, ${stepWords(change)}`),
    ...warnings(proposal),
    list([], face.rows),
    ...(isOver(proposal) ? [context(`To propose it again: /cf502 ${proposeLine(change)}`)] : []),
  ];
  return withinLimits(
    fallbackText(`${proposal.dryRun ? 'Dry run. ' : ''}${face.spoken}`),
    blocks,
    face.buttons.length === 0 ? [] : [actions(...face.buttons)],
  );
}

/** Everything that depends on the state, in one place: a state without its face does not compile. */
function faceOf(proposal: Proposal, { mayBreakGlass, windows, mayTry = false }: CardOptions): Face {
  const what = `${subjectSpoken(proposal.change)} ${stepSpoken(proposal.change)}`;
  const asked = [
    changeRow(proposal),
    ...originRows(proposal),
    ...forecastRows(proposal.forecast, proposal.state === 'pending' ? 4 : 2, isForecastLoud(proposal.state)),
  ];
  const reach = [...reachRows(proposal.blastRadius), ...testRows(proposal)];
  const decided = [...asked, ...reach, ...decisionRows(proposal)];
  switch (proposal.state) {
    case 'pending':
      return {
        title: 'Approval needed',
        spoken: `Approval is needed to change ${what}. It expires on ${utc(proposal.expiresAt)}.`,
        rows: [
          ...asked,
          ...reach,
          approverRow(proposal),
          ...windowRows(windows),
          ...trialRows(proposal, mayTry),
          expiryRow(proposal),
          bindingRow(proposal),
          ...noteRows(proposal),
        ],
        buttons: [
          approveButton(proposal),
          ...(whyNoTrial(proposal, mayTry) === null ? [approveTrialButton(proposal)] : []),
          rejectButton(proposal),
          revokeButton(proposal),
          ...(mayBreakGlass ? [breakGlassButton(proposal)] : []),
        ],
      };
    case 'approved':
      return {
        title: isTrial(proposal) ? 'Approved as a trial' : 'Approved',
        spoken: isTrial(proposal)
          ? `Approved, and about to be tried on a part of the traffic: ${what}.`
          : `Approved, and about to be applied: ${what}.`,
        rows: [...decided, bindingRow(proposal), ...noteRows(proposal)],
        buttons: [revokeButton(proposal)],
      };
    case 'trying':
      return {
        title: 'On trial',
        spoken: `On trial on a part of the traffic: ${what}.`,
        rows: [
          [bold('Trial: '), 'by a staging distribution; every step, and the comparison, is told in the thread'],
          ...decided,
          bindingRow(proposal),
          ...noteRows(proposal),
        ],
        buttons: [endTrialButton(proposal)],
      };
    case 'applying':
      return {
        title: 'Being applied',
        spoken: `Being applied: ${what}.`,
        rows: [...decided, bindingRow(proposal), ...noteRows(proposal)],
        buttons: [],
      };
    case 'applied':
      return {
        title: proposal.rollbackOf === null ? 'Applied' : 'Roll-back applied',
        spoken: `${proposal.rollbackOf === null ? 'Applied' : 'Roll-back applied'}: ${what}. Its test has not been run yet.`,
        rows: [...decided, ...applicationRows(proposal), ...noteRows(proposal)],
        buttons: undo(proposal),
      };
    case 'verified':
      return {
        title: proposal.rollbackOf === null ? 'Applied and verified' : 'Roll-back verified',
        spoken:
          proposal.rollbackOf === null
            ? `Applied and verified by its test: ${what}.`
            : `The roll-back was applied and verified by its test: ${what}.`,
        rows: [...proofRows(proposal.proof), ...decided, ...applicationRows(proposal), ...noteRows(proposal)],
        buttons: undo(proposal),
      };
    case 'not-verified':
      return {
        title: proposal.rollbackOf === null ? 'Applied, not verified' : 'Roll-back applied, not verified',
        spoken:
          proposal.rollbackOf === null
            ? `Applied, but its test did not show that it helps: ${what}. Decide whether to roll it back.`
            : `The roll-back was applied, but its test did not pass: ${what}.`,
        rows: [...proofRows(proposal.proof), ...decided, ...applicationRows(proposal), ...noteRows(proposal)],
        buttons: undo(proposal),
      };
    case 'rolled-back':
      return {
        title: 'Rolled back',
        spoken: `Rolled back: ${subjectSpoken(proposal.change)} was set back to ${sayValue(proposal.change.field, proposal.change.before)}.`,
        rows: [
          [bold('Set back to: '), sayValue(proposal.change.field, proposal.change.before)],
          endRow('Rolled back', proposal),
          ...proofRows(proposal.proof),
          ...decided,
          ...applicationRows(proposal),
        ],
        buttons: [],
      };
    case 'rehearsed':
      return {
        title: 'Dry run over',
        spoken: `The dry run is over and nothing was sent: ${what}.`,
        rows: [[bold('What would have been sent: '), lastNote(proposal)], ...decided, bindingRow(proposal)],
        buttons: [],
      };
    case 'rejected':
      return {
        title: 'Rejected',
        spoken: `Rejected, nothing was changed: ${what}.`,
        rows: [endRow('Rejected', proposal), ...asked, ...decisionRows(proposal)],
        buttons: [],
      };
    case 'expired':
      return {
        title: 'Expired',
        spoken: `Expired before it was applied, nothing was changed: ${what}.`,
        rows: [endRow('Expired', proposal), ...asked, ...decisionRows(proposal)],
        buttons: [],
      };
    case 'revoked':
      return {
        title: 'Revoked',
        spoken: `Revoked, nothing was changed: ${what}.`,
        rows: [endRow('Revoked', proposal), ...asked, ...decisionRows(proposal)],
        buttons: [],
      };
    case 'failed':
      return {
        title: 'Failed',
        spoken: `This could not be applied: ${what}. ${cleanText(proposal.failure ?? 'The reason is not known.', 600)}`,
        rows: [
          [bold('What happened: '), cleanText(proposal.failure ?? 'The reason is not known.', 900)],
          ...decided,
          ...applicationRows(proposal),
          ...noteRows(proposal),
        ],
        buttons: [],
      };
  }
}

function lastNote({ history, state }: Proposal): string {
  return cleanText(history.findLast((step) => step.to === state)?.note ?? 'This is no longer known.', 900);
}

/** A roll-back is not rolled back in its turn: the original can be proposed again. */
function undo(proposal: Proposal): Button[] {
  return proposal.rollbackOf === null ? [rollBackButton(proposal)] : [];
}

/** Whether nothing was changed and nothing will be, so that somebody may want to ask anew. */
function isOver({ state }: Proposal): boolean {
  return state === 'rejected' || state === 'expired' || state === 'revoked' || state === 'failed';
}
