/** From the delivered verdict to the completed thread, with a real Redis, a local AWS and a local Slack, and nobody waiting for hours. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Job, QueueEvents, Worker } from 'bullmq';
import type { Processor } from '../../jobs/define-job.js';
import { followUpDelaysMs, followUpJob, planFollowUp, requestFollowUp } from '../../jobs/follow-up.js';
import { createPoster } from '../../jobs/poster.js';
import { reportJob } from '../../jobs/report.js';
import { createServices, type WorkerServices } from '../../jobs/services.js';
import { parseConfig } from '../../src/config.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import { createLog } from '../../src/platform/log.js';
import { defaultPolicy } from '../../src/policy.js';
import { queueNames } from '../../src/queue/queues.js';
import { renderNotice } from '../../src/slack/render/notice.js';
import { checkRequest } from '../builders/check-request.js';
import { aBag, aDistribution, anEdgeTwin, collected, unavailable } from '../builders/evidence.js';
import { verdict } from '../builders/verdict.js';
import { accessLogRow, uploadAccessLogs } from '../world/access-logs.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';

const channelId = 'C0INCIDEN';
const requestId = 'ExampleRequestId-0123456789==';
const arrived = 'The log row of our own request through CloudFront has arrived';
const log = createLog('silent');
/** The second look is far away: a test promotes the job instead of waiting. */
const delaysMs = [0, 3_600_000];

let aws: LocalAws;
let slack: LocalSlack;
let redis: TestRedis;
let services: WorkerServices;
let events: QueueEvents;
let restore: () => void;
const workers: Worker[] = [];

beforeAll(async () => {
  [aws, slack, redis] = await Promise.all([startLocalAws(), startLocalSlack(), startTestRedis()]);
  restore = applyEnvironment(aws.environment);
  aws.createBucket('example-logs');
  const config = parseConfig({ ...slack.environment, CF502_REDIS_PREFIX: redis.prefix() }, ['worker']);
  services = createServices(config, defaultPolicy, redis.url, log);
  events = new QueueEvents(queueNames.followUps, { connection: { url: redis.url }, prefix: config.redisPrefix });
  await events.waitUntilReady();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
});
afterAll(async () => {
  await events.close();
  await services.close();
  restore();
  await Promise.all([aws.stop(), slack.stop(), redis.stop()]);
});

function work(queue: string, processor: Processor<Job<unknown, void, string>>): void {
  const limiter = { max: 1_000, duration: 60_000 };
  workers.push(
    new Worker(queue, processor, { connection: services.redis, prefix: services.config.redisPrefix, limiter }),
  );
}

/** Resolves when this happens to the job of the check. */
function happened(event: 'completed' | 'delayed', checkId: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = ({ jobId }: { readonly jobId: string }): void => {
      if (jobId !== checkId) return;
      events.off(event, listener);
      resolve();
    };
    events.on(event, listener);
  });
}

/** A bag whose edge twin has just been answered. */
function bagOf(checkId: string, distributionId: string, twin = anEdgeTwin({ requestId })): EvidenceBag {
  const distribution = aDistribution({ id: distributionId });
  return { ...aBag({ distribution }), checkId, edgeTwin: collected({ ...twin, sentAt: new Date().toISOString() }) };
}

/** A check that is over and not yet delivered, with its message in the channel. */
async function concluded(distributionId: string) {
  const request = checkRequest({ place: { channelId, threadTs: null } });
  const { checkId } = request;
  const poster = createPoster(services, services.queues.reports);
  const ts = (await poster.mustPost(channelId, null, renderNotice('The check is running.'))) ?? '';
  await services.store.create(request, 'token');
  const message = { channelId, ts, threadTs: ts, permalink: null };
  await services.store.attachMessage(checkId, message);
  const bag = bagOf(checkId, distributionId);
  await services.store.conclude(checkId, verdict(), bag);
  const completions = (): readonly Message[] =>
    slack.thread(channelId, ts).filter(({ text }) => text.startsWith(arrived));
  return { checkId, bag, completions };
}

async function ask(checkId: string, bag: EvidenceBag): Promise<void> {
  const asked = happened('delayed', checkId);
  await requestFollowUp(services, checkId, bag);
  await asked;
}

/** Makes the job look now. */
async function lookNow(checkId: string, then: 'completed' | 'delayed'): Promise<void> {
  const done = happened(then, checkId);
  await (await services.queues.followUps.getJob(checkId))?.promote();
  await done;
}

function upload(distributionId: string): void {
  const row = accessLogRow(new Date(), {
    'x-edge-request-id': requestId,
    'x-edge-detailed-result-type': 'OriginConnectError',
    'time-taken': '0.310',
  });
  uploadAccessLogs(aws, 'example-logs', 'cdn/', distributionId, [row, accessLogRow(new Date())]);
}

describe('the log row of the request through the edge', () => {
  it('is asked for with the verdict, and completes the thread once when it arrives', async () => {
    const id = 'E1ARRIVESLATE1';
    const { checkId, bag, completions } = await concluded(id);
    const asked = happened('delayed', checkId);
    work(queueNames.reports, reportJob(services));
    await services.requestReportNow(checkId);
    await asked;
    const job = await services.queues.followUps.getJob(checkId);
    expect(job?.data).toEqual({ v: 1, checkId, tried: 0 });
    expect(job?.delay).toBe(followUpDelaysMs[0]);

    work(queueNames.followUps, followUpJob(services, delaysMs));
    await lookNow(checkId, 'delayed');
    expect(completions()).toEqual([]);

    upload(id);
    await lookNow(checkId, 'completed');
    expect(completions().map((message) => renderAsText(message))).toEqual([
      expect.stringContaining('OriginConnectError'),
    ]);

    await job?.remove();
    await ask(checkId, bag);
    await lookNow(checkId, 'completed');
    expect(completions()).toHaveLength(1);
    expect(slack.complaints).toEqual([]);
  });

  it('is given up in silence when it never arrives', async () => {
    const { checkId, bag, completions } = await concluded('E1NEVERARRIVES');
    await ask(checkId, bag);
    work(queueNames.followUps, followUpJob(services, delaysMs));
    await lookNow(checkId, 'delayed');
    await lookNow(checkId, 'completed');
    expect(completions()).toEqual([]);
  });

  it('waits as Slack asks to, and is then posted once', async () => {
    const id = 'E1RATELIMITED1';
    const { checkId, bag, completions } = await concluded(id);
    upload(id);
    const rule = slack.answer('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 1, times: 1 });
    await ask(checkId, bag);
    work(queueNames.followUps, followUpJob(services, delaysMs));
    await lookNow(checkId, 'completed');
    expect(rule.served).toBe(1);
    expect(completions()).toHaveLength(1);
  });

  it('is not posted for a check that is no longer kept', async () => {
    const id = 'E1FORGOTTEN123';
    const { checkId, bag, completions } = await concluded(id);
    upload(id);
    await ask(checkId, bag);
    await services.store.withdraw(checkId, 'token');
    work(queueNames.followUps, followUpJob(services, delaysMs));
    await lookNow(checkId, 'completed');
    expect(completions()).toEqual([]);
  });
});

describe('planFollowUp', () => {
  const bag = bagOf('chk_000000000001', 'E1A2B3C4D5E6F7');
  const unlogged = (legacyLogging: ReturnType<typeof aDistribution>['legacyLogging']): EvidenceBag => ({
    ...bag,
    distribution: collected(aDistribution({ legacyLogging })),
    accessLogs: unavailable(),
  });
  const isDelivered: EvidenceBag = { ...bag, distribution: collected(aDistribution({ legacyLogging: null })) };
  it.each([
    ['a request that got an id', bag, true],
    ['a request whose rows are delivered by standard logging v2', isDelivered, true],
    ['none, since nothing was sent', aBag(), false],
    ['none, since it got no id', bagOf('chk_000000000001', 'E1', anEdgeTwin({ requestId: null })), false],
    ['none, since there are no logs', unlogged(null), false],
    ['none, since logging is off', unlogged({ enabled: false, bucket: 'example-logs', prefix: '' }), false],
  ])('there is something to wait for: %s', (_what, given, expected) => {
    expect(planFollowUp(given) !== null).toBe(expected);
  });

  it('ends about four hours after the verdict, with pauses that grow', () => {
    expect(followUpDelaysMs.reduce((sum, delay) => sum + delay, 0)).toBe(4 * 3_600_000);
    expect([...followUpDelaysMs].sort((a, b) => a - b)).toEqual(followUpDelaysMs);
  });
});
