/** From an accepted ask to a running check with its message: enqueue, post, attach. Whatever fails, the person is told and nothing stays running. */
import { type Failure, toFailure } from '../failure.js';
import type { CheckRequest, StartResult } from '../queue/checks.js';
import type { Ask, Desk } from './ask.js';
import { buildCheckRequest, type CheckCommand, initialProgress } from './check-request.js';
import { withDeadline } from './deadline.js';
import { findPermalink, postMessage, updateMessage } from './post.js';
import { explainPostFailure, explainStartFailure } from './refusals.js';
import { messageLink, renderNotice } from './render/notice.js';
import { renderProgress } from './render/progress.js';
import { code } from './render/text.js';

/** The queue fails by itself after about two seconds; a person is told within three, whatever it does. */
const startTimeoutMs = 2_500;
/** Longest that we wait when Slack asks us to before posting the message of a check. */
const longestPauseSeconds = 10;

export async function startCheck(
  desk: Desk,
  ask: Ask,
  command: CheckCommand,
  logs: CheckRequest['logs'] = 'within-budget',
): Promise<void> {
  const request = buildCheckRequest(ask, command, desk.policy, desk.now(), logs);
  const log = desk.log.child({ checkId: request.checkId });
  let result: StartResult;
  try {
    result = await start(desk, request);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    log.warn({ kind: failure.kind, reason: failure.message }, 'check not started');
    await ask.tell(renderNotice(explainStartFailure(failure)));
    return;
  }
  if (result.state === 'joined') {
    log.info({ joined: result.checkId }, 'check joined');
    const link = messageLink(result.message?.permalink ?? null, 'this message');
    await ask.tell(
      result.message === null
        ? renderNotice(`The same ${request.purpose} has just been started here. Its message appears in a moment.`)
        : renderNotice(
            `The same ${request.purpose} is already running in `,
            link,
            '. Its answer appears there; nothing new was started.',
          ),
    );
    return;
  }
  log.info({ distribution: request.asked, channelId: ask.channelId, userId: ask.userId }, 'check started');
  if (!result.isWorked)
    await ask.tell(
      renderNotice(
        'No worker of cf502 is running, so nobody takes this up yet. Tell whoever runs cf502; it begins when one starts.',
      ),
    );
  await show(desk, ask, request);
  watch(desk, request);
}

/** Well after the sweep of any living worker would have ended it. */
const watchMarginMs = 15_000;

/** When every worker is dead, the message must not say "running" for ever: the bot then says so itself. A worker that comes back replaces it. */
function watch(desk: Desk, request: CheckRequest): void {
  const { checkId } = request;
  const look = async (): Promise<void> => {
    const [progress, message] = await Promise.all([desk.checks.progress(checkId), desk.checks.message(checkId)]);
    if (progress === null || message === null || progress.phase === 'over') return;
    desk.log.error({ checkId, phase: progress.phase }, 'no worker ended this check');
    await updateMessage(
      desk.clients.interactive,
      message,
      renderNotice(
        progress.phase === 'cancelling'
          ? 'This was cancelled. No worker of cf502 is running.'
          : 'No worker of cf502 is running, so there is no answer. Tell whoever runs cf502; when a worker starts, what it can still say appears here. To ask again: ',
        ...(progress.phase === 'cancelling' ? [] : [code(`${request.purpose} ${request.asked}`)]),
      ),
    );
  };
  const waitMs = Date.parse(request.deadlineAt) - desk.now().getTime() + watchMarginMs;
  setTimeout(() => {
    look().catch((error: unknown) => desk.log.warn({ checkId, reason: toFailure(error).message }, 'check not watched'));
  }, waitMs).unref();
}

async function start(desk: Desk, request: CheckRequest): Promise<StartResult> {
  const starting = desk.checks.start(request);
  return await withDeadline(starting, startTimeoutMs, 'The queue did not answer in time.', () => {
    // It was reported as not started; should the queue take it after all, it must not run.
    starting
      .then(async () => await desk.checks.cancel(request.checkId, request.requester.userId))
      .catch((error: unknown) =>
        desk.log.warn({ checkId: request.checkId, reason: String(error) }, 'late start not cancelled'),
      );
  });
}

/** Posts the message of a check that has been started, and tells the queue where it is. */
async function show(desk: Desk, ask: Ask, request: CheckRequest): Promise<void> {
  const { channelId, threadTs } = request.place;
  let ts: string;
  try {
    ts = await post(desk, request);
  } catch (error) {
    const failure = toFailure(error);
    desk.log.warn(
      { checkId: request.checkId, kind: failure.kind, ...failure.details },
      'message of a check not posted',
    );
    if (failure.kind === 'service-down' || failure.kind === 'throttled') {
      // Slack may have taken it all the same. The check goes on, and the worker posts a message for it.
      await ask.tell(
        renderNotice(
          `${failure.message} The ${request.purpose} is running; its answer comes here as a message of its own.`,
        ),
      );
      return;
    }
    const stopped = await cancelQuietly(desk, request);
    await ask.tell(renderNotice(...explainPostFailure(failure, desk.identity.botName, stopped)));
    return;
  }
  try {
    const permalink = await findPermalink(desk.clients.interactive, channelId, ts);
    await desk.checks.attachMessage(request.checkId, { channelId, ts, threadTs: threadTs ?? ts, permalink });
  } catch (error) {
    desk.log.error({ checkId: request.checkId, reason: toFailure(error).message }, 'message of a check not attached');
    const lost = renderNotice(
      'cf502 lost its queue just after this began. If it comes back soon, the answer follows as a message of its own; otherwise ask again: ',
      code(`${request.purpose} ${request.asked}`),
    );
    await updateMessage(desk.clients.interactive, { channelId, ts }, lost);
  }
}

async function post(desk: Desk, request: CheckRequest): Promise<string> {
  const message = renderProgress(initialProgress(request), { usePlan: true });
  try {
    return await postMessage(desk.clients.interactive, request.place, message);
  } catch (error) {
    const failure = toFailure(error);
    const pause = pauseSeconds(failure);
    // Slack took nothing of a call that it throttled, so this cannot post twice.
    if (pause === null) throw failure;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    return await postMessage(desk.clients.interactive, request.place, message);
  }
}

function pauseSeconds(failure: Failure): number | null {
  const { retryAfterSeconds } = failure.details;
  if (failure.kind !== 'throttled' || typeof retryAfterSeconds !== 'number') return null;
  return retryAfterSeconds <= longestPauseSeconds ? retryAfterSeconds : null;
}

/** @returns whether the check is known to have been stopped. */
async function cancelQuietly(desk: Desk, request: CheckRequest): Promise<boolean> {
  try {
    await desk.checks.cancel(request.checkId, request.requester.userId);
    return true;
  } catch (error) {
    desk.log.error({ checkId: request.checkId, reason: toFailure(error).message }, 'check not cancelled');
    return false;
  }
}
