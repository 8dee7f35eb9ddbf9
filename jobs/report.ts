/** Brings the message of a check up to date: an edit while it runs, then the verdict and its thread, each posted once. */
import { createHash } from 'node:crypto';
import type { Job } from 'bullmq';
import type { EvidenceBag } from '../src/diagnosis/evidence.js';
import { isScorecard } from '../src/diagnosis/scorecard.js';
import type { Verdict } from '../src/diagnosis/verdict.js';
import type { CheckRecord } from '../src/platform/check-store.js';
import { type CheckMessage, type CheckRequest, progressOf } from '../src/queue/checks.js';
import { type ReportJob, reportJobSchema } from '../src/queue/queues.js';
import { type Offers, offerChanges } from '../src/remediation/offer.js';
import { renderScorecard, renderScorecardThread } from '../src/slack/render/audit.js';
import type { RenderedMessage } from '../src/slack/render/blocks.js';
import { renderNotice } from '../src/slack/render/notice.js';
import { renderProgress } from '../src/slack/render/progress.js';
import { renderThread } from '../src/slack/render/thread.js';
import { renderVerdict } from '../src/slack/render/verdict.js';
import { defineJob, type Processor } from './define-job.js';
import { requestFollowUp } from './follow-up.js';
import { guessIfUseful } from './guess.js';
import { createPoster, type Poster } from './poster.js';
import type { WorkerServices } from './services.js';
import { adoptAfterMs } from './sweep.js';
import { tellDrift } from './tell-drift.js';

const gapSentence =
  'A part of the evidence may be missing above: Slack did not answer when it was posted, and nothing is posted twice. Check again to have it all.';

type Record = CheckRecord<CheckRequest>;

export function reportJob(services: WorkerServices): Processor<Job<unknown, void, string>> {
  const { store } = services;
  const poster = createPoster(services, services.queues.reports);
  return defineJob<ReportJob, Job<unknown, void, string>>(reportJobSchema, services.log, async ({ data, job }) => {
    if (job.name === 'guess') return await guessIfUseful(services, data.checkId, true);
    const record = await store.read(data.checkId);
    if (record === null || record.delivered) return;
    const message = record.message ?? (await adopt(services, poster, record));
    if (message === null) return;
    if (record.verdict === null) await showProgress(services, poster, record, message);
    else await deliver(services, poster, { ...record, verdict: record.verdict }, message);
  });
}

async function showProgress(
  services: WorkerServices,
  poster: Poster,
  record: Record,
  message: CheckMessage,
): Promise<void> {
  const rendered = renderRecord(record);
  const digest = createHash('sha256').update(JSON.stringify(rendered)).digest('base64');
  if (digest === (await services.store.readNote(record.request.checkId, 'shown'))) return;
  const shown = await poster.edit(message, rendered);
  // An edit that fails is dropped: the next one, or the verdict, says more.
  if (shown === 'done') await services.store.note(record.request.checkId, 'shown', digest);
}

function renderRecord(record: Record): RenderedMessage {
  return renderProgress(progressOf(record), { usePlan: true });
}

async function deliver(
  services: WorkerServices,
  poster: Poster,
  record: Record & { readonly verdict: NonNullable<Record['verdict']> },
  message: CheckMessage,
): Promise<void> {
  const { store, log } = services;
  const { checkId } = record.request;
  const answer = isScorecard(record.verdict)
    ? renderScorecard(record.verdict, { ...progressOf(record) })
    : renderVerdict(record.verdict, { ...progressOf(record) });
  const edited = await poster.mustEdit(message, answer);
  if (edited === 'gone') {
    // Somebody deleted the message, or it is too old to edit: the answer is owed all the same.
    if (await store.claim(checkId, 'answer-again'))
      await orGiveBack(services, checkId, 'answer-again', () =>
        poster.mustPost(message.channelId, record.request.place.threadTs, answer),
      );
  } else if (edited === 'undeliverable') {
    log.error({ checkId, channelId: message.channelId }, 'verdict cannot be delivered to this channel');
    await store.setDelivered(checkId);
    return;
  }
  const bag = await store.readBag(checkId);
  const parts = isScorecard(record.verdict)
    ? renderScorecardThread(record.verdict)
    : renderThread(record.verdict, bag, offersOf(services, record.verdict, bag));
  let unsure = false;
  for (const [index, part] of parts.entries()) {
    if ((await poster.postOnce(checkId, `thread-${index}`, message, part)) === 'unsure') unsure = true;
  }
  if (unsure) await poster.postOnce(checkId, 'thread-gap', message, renderNotice(gapSentence));
  if (record.verdict.outcome !== 'cancelled') await tellDrift(services, poster, checkId, message, bag);
  if (record.verdict.outcome !== 'cancelled') await requestFollowUp(services, checkId, bag);
  await store.setDelivered(checkId);
  log.info({ checkId, messages: parts.length + 1 }, 'verdict delivered');
}

/** What the evidence supports changing; null where this installation changes nothing. */
function offersOf({ policy }: WorkerServices, verdict: Verdict, bag: EvidenceBag | null): Offers | null {
  return policy.changes === undefined || bag === null ? null : offerChanges(verdict, bag, policy.changes);
}

/** The bot posts the first message. When it died between accepting the check and posting, the worker does. */
async function adopt(services: WorkerServices, poster: Poster, record: Record): Promise<CheckMessage | null> {
  const { request } = record;
  if (services.now().getTime() < Date.parse(request.acceptedAt) + adoptAfterMs) return null;
  if (!(await services.store.claim(request.checkId, 'first-message'))) return null;
  const { channelId, threadTs } = request.place;
  const ts = await orGiveBack(services, request.checkId, 'first-message', () =>
    poster.mustPost(channelId, threadTs, renderRecord(record)),
  );
  if (ts === null) {
    services.log.error({ checkId: request.checkId, channelId }, 'check has no message and none can be posted');
    await services.store.setDelivered(request.checkId);
    return null;
  }
  const message: CheckMessage = { channelId, ts, threadTs: threadTs ?? ts, permalink: null };
  await services.store.attachMessage(request.checkId, message);
  return message;
}

/** A message that is owed is tried again after a failure: two of it, where Slack took one in silence, are better than none. */
async function orGiveBack<T>(
  services: WorkerServices,
  checkId: string,
  claim: string,
  post: () => Promise<T>,
): Promise<T> {
  try {
    return await post();
  } catch (error) {
    await services.store.unclaim(checkId, claim);
    throw error;
  }
}
