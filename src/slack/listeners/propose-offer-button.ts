/** “Propose this change” under an answer: what the evidence of that check asks for, proposed by whoever clicks. */
import { toFailure } from '../../failure.js';
import type { Offer } from '../../remediation/offer.js';
import { type Ask, type Desk, refuseChange } from '../ask.js';
import { withDeadline } from '../deadline.js';
import { updateMessage } from '../post.js';
import { explainUnproposed, keyOfButton, propose } from '../propose.js';
import { renderCorrection, renderNotice } from '../render/notice.js';
import { renderOffer } from '../render/offer.js';
import { toSlackFailure } from '../slack-failure.js';
import { commands } from '../surface.js';
import { onButton } from './on-button.js';

const readTimeoutMs = 1_500;

export function proposeOfferButtonClicked(desk: Desk) {
  return onButton(async (ask, value, body) => {
    const refusal = refuseChange(desk, ask, null);
    const { changes } = desk;
    if (refusal !== null || changes === null) return await ask.tell(renderNotice(refusal ?? ''));
    const [, checkId = '', place = ''] = /^(chk_[a-z0-9]{12}):(\d{1,2})$/.exec(value) ?? [];
    const index = Number(place);
    let offer: Offer | undefined;
    try {
      const offers =
        checkId === ''
          ? []
          : await withDeadline(changes.offers(checkId), readTimeoutMs, 'The queue did not answer in time.');
      offer = offers[index];
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'bug') throw failure;
      return await ask.tell(renderNotice(explainUnproposed(failure)));
    }
    if (offer === undefined) {
      const problem = 'This offer is so old that cf502 no longer knows its evidence.';
      return await ask.tell(renderCorrection(problem, [`${commands.cf502} check <distribution id or domain>`]));
    }
    const { target, field, after } = offer.change;
    const refused = refuseChange(desk, ask, target.distributionId);
    if (refused !== null) return await ask.tell(renderNotice(refused));
    const asked = await propose(desk, ask, changes, keyOfButton(`offer ${checkId}:${index}`, desk.now()), {
      distributionId: target.distributionId,
      originId: target.kind === 'origin' ? target.originId : target.arn,
      field,
      after,
      reason: null,
      checkId,
      rollbackOf: null,
    });
    const ts = body.message?.ts;
    if (asked && ts !== undefined) await showAsked(desk, ask, ts, renderOffer(checkId, index, offer, ask.userId));
  });
}

/** Takes the button away. Where Slack does not take that, another click is told that the change is proposed already. */
async function showAsked(desk: Desk, ask: Ask, ts: string, message: ReturnType<typeof renderOffer>): Promise<void> {
  try {
    await updateMessage(desk.clients.interactive, { channelId: ask.channelId, ts }, message);
  } catch (error) {
    desk.log.warn({ ts, reason: toSlackFailure(error).message }, 'offer not updated');
  }
}
