/** Roll back: a new proposal that restores the one setting, through the same approval. */
import { statesInForce } from '../../remediation/life.js';
import type { Desk } from '../ask.js';
import { findProposal, refuse } from '../decide.js';
import { keyOfButton, propose } from '../propose.js';
import { showCard } from '../show-card.js';
import { onButton } from './on-button.js';

export function rollBackButtonClicked(desk: Desk) {
  return onButton(async (ask, value) => {
    const found = await findProposal(desk, ask, value);
    if (found === null) return;
    const { changes, proposal } = found;
    const { id, state, change, rollbackOf } = proposal;
    if (!statesInForce.includes(state) || rollbackOf !== null) {
      const because =
        rollbackOf === null
          ? 'There is nothing to roll back: this change is not in force.'
          : 'A roll-back is not rolled back; propose the change again.';
      await Promise.all([
        refuse(desk, ask, { proposalId: id, what: 'roll-back', because }),
        showCard(desk, changes, proposal),
      ]);
      return;
    }
    await propose(desk, ask, changes, keyOfButton(`roll back ${id}`, desk.now()), {
      distributionId: change.target.distributionId,
      originId: change.target.kind === 'origin' ? change.target.originId : '',
      field: change.field,
      after: change.before,
      reason: null,
      checkId: null,
      rollbackOf: id,
    });
  });
}
