/** The Cancel button of a running check. */
import { type Desk, refuseAsk } from '../ask.js';
import { cancelByButton } from '../cancel-check.js';
import { renderNotice } from '../render/notice.js';
import { onButton } from './on-button.js';

export function cancelButtonClicked(desk: Desk) {
  return onButton(async (ask, value) => {
    const refusal = refuseAsk(desk, ask, null);
    if (refusal !== null) return await ask.tell(renderNotice(refusal));
    await cancelByButton(desk, ask, value);
  });
}
