/** The proposals that are under way or in force, one line each with a link to its card. */
import type { Proposal } from '../../remediation/proposal.js';
import { list, type RenderedMessage, withinLimits } from './blocks.js';
import { stateWords, stepWords, subjectSpoken } from './change-words.js';
import { formatCount } from './limits.js';
import { messageLink, renderNotice } from './notice.js';
import { bold, cleanText, code, fallbackText, type Piece, person, when } from './text.js';

export interface ListedProposal {
  readonly proposal: Proposal;
  /** As Slack gave it. */
  readonly permalink: string | null;
}

export function renderProposalList(entries: readonly ListedProposal[], more: number): RenderedMessage {
  if (entries.length === 0) return renderNotice('No proposal is under way, and no change of cf502 is in force.');
  const items = entries.map(({ proposal, permalink }): Piece[] => [
    bold(stateWords[proposal.state]),
    `: ${subjectSpoken(proposal.change)}, ${stepWords(proposal.change)}, asked by `,
    person(proposal.requester.userId),
    ', ',
    ...when(proposal.createdAt),
    ...(proposal.dryRun ? [', dry run'] : []),
    ', ',
    messageLink(permalink, 'card'),
    ' ',
    code(cleanText(proposal.id, 40)),
  ]);
  return withinLimits(fallbackText(`${formatCount(entries.length + more)} proposals are under way or in force.`), [
    list(['Under way or in force, the newest first:'], items, more),
  ]);
}
