/** Changes from the click to the proof in one process: real Redis, local AWS with its two roles, local Slack, and nobody waiting for minutes. */
import { type Job, Worker } from 'bullmq';
import { changeCardJob } from '../../jobs/change-card.js';
import type { ChangePace } from '../../jobs/change-services.js';
import { changeJob } from '../../jobs/changes.js';
import type { Processor } from '../../jobs/define-job.js';
import { createServices, type WorkerServices } from '../../jobs/services.js';
import { sweepChanges } from '../../jobs/sweep-changes.js';
import { parseConfig } from '../../src/config.js';
import { createLog } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import { type ChangeProducer, createChanges } from '../../src/queue/change-producer.js';
import type { ProposalDraft } from '../../src/queue/changes.js';
import { queueNames } from '../../src/queue/queues.js';
import type { Proposal, ProposalState } from '../../src/remediation/proposal.js';
import { startBot } from '../../src/slack/app.js';
import { createInMemoryChecks } from '../builders/in-memory-checks.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { changePolicyText, installRoles } from '../world/change-roles.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';

export const requester = 'U0ONCALL1';
export const approver = 'U0APPROVE';
export const channelId = 'C0INCIDEN';
export const logBucket = 'example-logs';

/** Fast enough for a test, in the order of the real ones: send + time-out < settle. */
export const testPace: ChangePace = {
  sendWithinMs: 1_000,
  writeTimeoutMs: 600,
  settleMs: 1_800,
  secondLooksMs: [2_500],
  heldBackMs: 100,
  deploymentPollMs: 50,
  proofDelaysMs: [0, 200, 400],
};

export interface ChangeWorldOptions {
  readonly mode?: 'apply' | 'dry-run';
  readonly pace?: Partial<ChangePace>;
  /** Lines of the policy's `changes`, in place of the approvers' defaults. */
  readonly policy?: string;
  /** Whether people can click and type: the bot itself, on the same queue. */
  readonly bot?: boolean;
}

export interface ChangeWorld {
  readonly aws: LocalAws;
  readonly slack: LocalSlack;
  readonly redis: TestRedis;
  readonly services: WorkerServices;
  readonly changes: ChangeProducer;
  readonly distributionId: string;
  /** Another click desk on the same queue, with connections of its own. */
  anotherDesk(): Promise<ChangeProducer>;
  draft(changes?: Partial<ProposalDraft>): ProposalDraft;
  /** Proposes and waits for the card. */
  propose(changes?: Partial<ProposalDraft>): Promise<Proposal>;
  approve(id: string, userId?: string): ReturnType<ChangeProducer['decide']>;
  /** Approves, and lets `meanwhile` happen before any worker takes it up. */
  approveUnseen(id: string, meanwhile: () => void, userId?: string): Promise<void>;
  /** Resolves when the stored proposal satisfies this. */
  until(id: string, matches: (proposal: Proposal) => boolean): Promise<Proposal>;
  untilState(id: string, ...states: readonly ProposalState[]): Promise<Proposal>;
  sweep(): Promise<void>;
  /** Lets this much time pass. */
  pass(ms: number): void;
  /** The same, and what lies in the queue becomes due, until this holds or a minute is over. */
  passUntil(ms: number, isOver: () => boolean | Promise<boolean>): Promise<void>;
  readTimeout(): number | undefined;
  stop(): Promise<void>;
}

const defaultApprovers = `  approvers:
    users: [${approver}, U0APPROV2, ${requester}]
`;

export async function startChangeWorld(options: ChangeWorldOptions = {}): Promise<ChangeWorld> {
  const [aws, slack, redis] = await Promise.all([
    startLocalAws(),
    startLocalSlack(),
    startTestRedis({ persistent: true }),
  ]);
  const restore = applyEnvironment(aws.environment);
  installRoles(aws);
  aws.createBucket(logBucket);
  const { id: distributionId } = aws.putDistribution({
    config: distributionConfig({
      origins: [customOrigin({ Id: 'api' }), customOrigin({ Id: 'static' })],
      logging: { bucket: logBucket },
    }),
  });
  const policy = parsePolicy(
    changePolicyText([distributionId], options.mode ?? 'apply', options.policy ?? defaultApprovers),
    'policy.yml',
  );
  const prefix = redis.prefix();
  const config = parseConfig({ ...slack.environment, CF502_REDIS_PREFIX: prefix, CF502_DNS_SERVERS: '127.0.0.1:9' }, [
    'worker',
  ]);
  const log = createLog('silent');
  let passedMs = 0;
  const now = (): Date => new Date(Date.now() + passedMs);
  const services: WorkerServices = {
    ...createServices(config, policy, redis.url, log, { ...testPace, ...options.pace }),
    now,
  };
  const limiter = { max: 1_000, duration: 60_000 };
  const work = (queue: string, processor: Processor<Job<unknown, void, string>>): Worker => {
    const worker = new Worker(queue, processor, {
      connection: services.redis,
      prefix,
      concurrency: 8,
      limiter,
      drainDelay: 1,
    });
    worker.on('error', () => undefined);
    return worker;
  };
  const workers = [
    work(queueNames.changes, changeJob(services)),
    work(queueNames.changeCards, changeCardJob(services)),
  ];
  const desks: ChangeProducer[] = [];
  const anotherDesk = async (): Promise<ChangeProducer> => {
    const desk = await createChanges({ redisUrl: redis.url, prefix, policy: policy.changes ?? null, log });
    desks.push(desk);
    return desk;
  };
  const changes = await anotherDesk();
  const bot =
    options.bot === true
      ? await startBot({
          config: { slack: { ...config.slack, mode: 'socket', appToken: slack.environment.SLACK_APP_TOKEN, port: 0 } },
          policy,
          checks: createInMemoryChecks(),
          changes,
          audit: changes.audit,
          log,
          now,
        })
      : null;
  let made = 0;
  const draft: ChangeWorld['draft'] = (given = {}) => {
    made += 1;
    return {
      v: 1,
      proposalId: `prp_${String(made).padStart(12, '0')}`,
      distributionId,
      originId: 'api',
      field: 'read-timeout',
      after: 60,
      requester: { userId: requester, teamId: 'T0LOCAL01' },
      reason: 'The report takes 45 s.',
      checkId: null,
      place: { channelId, threadTs: null },
      rollbackOf: null,
      askedAt: new Date().toISOString(),
      ...given,
    };
  };
  const until: ChangeWorld['until'] = async (id, matches) => {
    const end = Date.now() + 60_000;
    for (;;) {
      const proposal = await services.changes.proposals.read(id);
      if (proposal !== null && matches(proposal)) return proposal;
      if (Date.now() > end) throw new Error(`it stayed ${JSON.stringify(proposal, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    aws,
    slack,
    redis,
    services,
    changes,
    distributionId,
    anotherDesk,
    draft,
    propose: async (given) => {
      const wished = draft(given);
      await changes.propose(wished);
      return until(wished.proposalId, ({ message }) => message !== null);
    },
    approve: (id, userId = approver) => changes.decide(id, { kind: 'approve', userId, groups: [] }, new Date()),
    approveUnseen: async (id, meanwhile, userId = approver) => {
      const { changes: queue } = services.changes.queues;
      await queue.pause();
      const result = await changes.decide(id, { kind: 'approve', userId, groups: [] }, new Date());
      if (result.state !== 'done') throw new Error(result.because);
      meanwhile();
      await queue.resume();
    },
    until,
    untilState: (id, ...states) => until(id, ({ state }) => states.includes(state)),
    sweep: () => sweepChanges(services),
    pass: (ms) => {
      passedMs += ms;
    },
    passUntil: async (ms, isOver) => {
      passedMs += ms;
      const { changes: queue } = services.changes.queues;
      for (const end = Date.now() + 60_000; Date.now() < end && !(await isOver()); ) {
        for (const job of await queue.getDelayed()) await job.promote().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    readTimeout: () =>
      aws.distribution(distributionId).config.Origins?.Items?.[0]?.CustomOriginConfig?.OriginReadTimeout,
    stop: async () => {
      await bot?.stop();
      await Promise.all(workers.map((worker) => worker.close(true)));
      await Promise.all(desks.map((desk) => desk.close()));
      await services.close();
      restore();
      await Promise.all([aws.stop(), slack.stop(), redis.stop()]);
    },
  };
}
