/** What is said where somebody goes ahead without the approvals: to the channel before anything is sent, and in the thread of the proposal. */
import { statesInForce } from '../../remediation/life.js';
import type { Proposal, ProposalState } from '../../remediation/proposal.js';
import { context, paragraph, type RenderedMessage } from './blocks.js';
import { stepSpoken, subjectSpoken } from './change-words.js';
import { renderNotice } from './notice.js';
import { approverPieces } from './proposal-facts.js';
import { reachSpoken } from './proposal-reach.js';
import { bold, cleanText, code, fallbackText, type Piece, person } from './text.js';

const reasonLength = 900;

/** For the channel itself, so that nobody has to have opened the thread: who, why, what, and everybody who should have been asked. */
export function renderBreakGlassAlarm(proposal: Proposal): RenderedMessage {
  const { change, id, breakGlass, approvers, blastRadius, dryRun } = proposal;
  const who = breakGlass === null ? null : breakGlass.userId;
  const what = `${subjectSpoken(change)} ${stepSpoken(change)}`;
  const asked = approverPieces(approvers);
  return {
    text: fallbackText(
      `${dryRun ? 'Dry run. ' : ''}Break glass: a change goes ahead without the approvals that the policy asks for: ${what}.`,
    ),
    blocks: [
      paragraph(
        bold(dryRun ? 'BREAK GLASS (dry run, nothing is sent). ' : 'BREAK GLASS. '),
        whoOf(who),
        ` goes ahead without the approvals that the policy asks for: ${what}. It reaches ${reachSpoken(blastRadius)}.`,
      ),
      paragraph(bold('Reason given: '), `“${cleanText(breakGlass?.reason ?? '', reasonLength)}”`),
      paragraph(
        bold('Approvers: '),
        ...(asked.length === 0 ? ['nobody is listed in the policy file'] : asked),
        '. Proposal ',
        code(cleanText(id, 40)),
        dryRun ? '.' : '; once it is applied, its card has the button to roll it back.',
      ),
      context('This is in the audit log. cf502 sends the change after this message and not before.'),
    ],
  };
}

/** On the card: that it went ahead is said only of what did. */
export function breakGlassWarning(state: ProposalState): string {
  const went =
    state === 'approved' || state === 'trying' || state === 'applying'
      ? 'this goes ahead'
      : state === 'rolled-back' || statesInForce.includes(state)
        ? 'this went ahead'
        : 'this was to go ahead';
  return `BREAK GLASS: ${went} without the approvals that the policy asks for.`;
}

/** The same step in the thread, where the channel has been told. */
export function renderBreakGlassStep(userId: string | null, reason: string | null): RenderedMessage {
  return {
    text: fallbackText('Break glass: this goes ahead without the approvals that the policy asks for.'),
    blocks: [
      paragraph(
        bold('BREAK GLASS. '),
        whoOf(userId),
        ` goes ahead without the approvals that the policy asks for. The channel is told first. Reason given: “${cleanText(reason ?? '', reasonLength)}”`,
      ),
    ],
  };
}

/** Where Slack would not take the message for the channel. */
export function renderBreakGlassUntold(): RenderedMessage {
  return renderNotice(
    bold('The channel could not be told of this: '),
    'Slack refused the message. Tell the approvers yourself; the audit log has it.',
  );
}

function whoOf(userId: string | null): Piece {
  return userId === null ? 'Somebody' : person(userId);
}
