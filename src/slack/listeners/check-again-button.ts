/** The “Check again” and “Read all logs” buttons of an answer: the same check up to now, or of the same window, asked for by whoever clicked. */
import { toFailure } from '../../failure.js';
import type { CheckRequest } from '../../queue/checks.js';
import type { Ask, Desk } from '../ask.js';
import { commandAgain } from '../check-request.js';
import { withDeadline } from '../deadline.js';
import { refuseTarget } from '../plan-reply.js';
import { explainStartFailure } from '../refusals.js';
import { renderCorrection, renderNotice } from '../render/notice.js';
import { startCheck } from '../start-check.js';
import { commands } from '../surface.js';
import { onButton } from './on-button.js';

const readTimeoutMs = 1_500;

/** @param logs `all` for the button that reads what was past the budget. */
export function checkAgainButtonClicked(desk: Desk, logs: CheckRequest['logs'] = 'within-budget') {
  return onButton(async (ask, value) => {
    const request = await read(desk, ask, value);
    if (request === undefined) return;
    if (request === null) {
      const problem = 'This check is so old that cf502 no longer knows what was asked.';
      return await ask.tell(renderCorrection(problem, [`${commands.cf502} check <distribution id or domain>`]));
    }
    if (request.place.channelId !== ask.channelId)
      return await ask.tell(renderNotice('This button belongs to a check in another channel; ask again there.'));
    const command = commandAgain(request, desk.now(), logs);
    const refusal = refuseTarget(desk, ask, command);
    if (refusal !== null) return await ask.tell(renderNotice(refusal));
    await startCheck(desk, ask, command, logs);
  });
}

/** @returns undefined where the queue is away, which the person has then been told. */
async function read(desk: Desk, ask: Ask, checkId: string): Promise<CheckRequest | null | undefined> {
  try {
    return await withDeadline(desk.checks.request(checkId), readTimeoutMs, 'The queue did not answer in time.');
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind !== 'service-down') throw failure;
    await ask.tell(renderNotice(explainStartFailure(failure)));
    return undefined;
  }
}
