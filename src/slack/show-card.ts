/** Brings the card of a proposal up to date at once; the worker does it too, and both show the state as it is stored. */
import { toFailure } from '../failure.js';
import type { Changes } from '../queue/changes.js';
import type { Proposal } from '../remediation/proposal.js';
import type { Desk } from './ask.js';
import { updateMessage } from './post.js';
import { cardOptionsOf, renderProposal } from './render/proposal.js';

/** A state that moved on while it was being shown is shown again, this often at most; the worker's own update follows anyway. */
const mostRounds = 3;

/** Never throws: the decision stands, whatever Slack says to the card. */
export async function showCard(desk: Desk, changes: Changes, proposal: Proposal): Promise<void> {
  let shown = proposal;
  try {
    for (let round = 0; round < mostRounds; round++) {
      if (shown.message === null) return;
      const card = renderProposal(shown, cardOptionsOf(desk.policy.changes));
      await updateMessage(desk.clients.interactive, shown.message, card);
      const now = await changes.read(shown.id);
      if (now === null || now.revision <= shown.revision) return;
      shown = now;
    }
  } catch (error) {
    const failure = toFailure(error);
    desk.log.warn(
      { proposalId: proposal.id, kind: failure.kind, reason: failure.message },
      'card not updated by the bot',
    );
  }
}
