/** Stopping a check for somebody, and telling them how it went. */
import { type Failure, toFailure } from '../failure.js';
import type { CancelResult } from '../queue/checks.js';
import type { Ask, Desk } from './ask.js';
import { withDeadline } from './deadline.js';
import { renderNotice } from './render/notice.js';

const cancelTimeoutMs = 2_500;

/** Stops the newest check of this channel, or the one for this target where one is named. */
export async function cancelRunning(desk: Desk, ask: Ask, asked: string | null): Promise<void> {
  await orSayWhy(desk, ask, async () => {
    const checkId = await desk.checks.findRunning(ask.channelId, asked);
    if (checkId !== null) return await cancelKnown(desk, ask, checkId);
    return asked === null ? 'No check is running in this channel.' : `No check of ${asked} is running in this channel.`;
  });
}

/** Stops the check that a button names, if it is one of this channel. */
export async function cancelByButton(desk: Desk, ask: Ask, checkId: string): Promise<void> {
  await orSayWhy(desk, ask, async () => {
    const request = await desk.checks.request(checkId);
    if (request === null) return 'This check is long over; nothing is left to cancel.';
    if (request.place.channelId !== ask.channelId)
      return 'This button belongs to a check in another channel; cancel it there.';
    return await cancelKnown(desk, ask, checkId);
  });
}

async function cancelKnown(desk: Desk, ask: Ask, checkId: string): Promise<string> {
  const { state } = await desk.checks.cancel(checkId, ask.userId);
  desk.log.info({ checkId, userId: ask.userId, state }, 'cancel asked for');
  return sentences[state];
}

const sentences: Readonly<Record<CancelResult['state'], string>> = {
  cancelling: 'The check is being stopped; its message shows that you cancelled it.',
  'already-over': 'This check is already over; nothing is left to cancel.',
  unknown: 'This check is long over; nothing is left to cancel.',
};

async function orSayWhy(desk: Desk, ask: Ask, work: () => Promise<string>): Promise<void> {
  let sentence: string;
  try {
    sentence = await withDeadline(work(), cancelTimeoutMs, 'The queue did not answer in time.');
  } catch (error) {
    const failure: Failure = toFailure(error);
    if (failure.kind !== 'service-down') throw failure;
    desk.log.warn({ reason: failure.message }, 'cancel failed');
    sentence =
      'The queue of cf502 (Redis) does not answer, so the check could not be cancelled. Try again in a minute; it ends by itself in any case.';
  }
  await ask.tell(renderNotice(sentence));
}
