/** Sentences for what went wrong, with what to do next. Pure. */
import type { Failure } from '../failure.js';
import { code, type Piece } from './render/text.js';
import { slackErrorOf } from './slack-failure.js';

/** Why a check could not be started. */
export function explainStartFailure(failure: Failure): string {
  if (failure.kind === 'service-down' || failure.kind === 'timed-out' || failure.kind === 'throttled')
    return 'The queue of cf502 (Redis) does not answer, so nothing was started. Try again in a minute; if it stays like this, tell whoever runs cf502.';
  return `${failure.message} Nothing was started.`;
}

/**
 * Why the message of a check could not be posted.
 * @param stopped whether the check is known to have been stopped.
 */
export function explainPostFailure(failure: Failure, botName: string, stopped: boolean): Piece[] {
  const after = stopped ? ' Nothing is running.' : ' The check could not be stopped either; it ends by itself.';
  const invite: Piece[] = ['Type ', code(`/invite @${botName}`), ' and ask again.', after];
  switch (slackErrorOf(failure)) {
    case 'not_in_channel':
      return ['cf502 is not in this channel, so it cannot answer here. ', ...invite];
    case 'channel_not_found':
      return ['Slack does not show this conversation to cf502, so it cannot answer here. ', ...invite];
    case 'is_archived':
    case 'is_inactive':
      return ['This channel is archived, so cf502 cannot answer here. Ask in another channel.', after];
    case 'cannot_reply_to_message':
    case 'thread_not_found':
    case 'message_not_found':
      return ['Slack does not let cf502 answer in this thread. Ask in the channel itself.', after];
    case null:
      return [`${failure.message} So the answer could not be shown here. Ask again in a minute.`, after];
    default:
      return failure.kind === 'not-allowed'
        ? ['The settings of this workspace do not let cf502 post here. Ask in another channel, or ask an admin.', after]
        : [`${failure.message} Tell whoever runs cf502.`, after];
  }
}
