/** Runs planned interleavings of changes in real processes against one local AWS, one local Slack and one Redis, each to its end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { customOrigin, distributionConfig } from '../../world/aws/distribution-config.js';
import { type LocalAws, startLocalAws } from '../../world/aws/local-aws.js';
import { changePolicyText, installRoles } from '../../world/change-roles.js';
import { startTestRedis } from '../../world/redis.js';
import { startLocalSlack } from '../../world/slack/local-slack.js';
import { makeTrouble } from './make-trouble.js';
import {
  approvers,
  type Click,
  desks,
  glassBreaker,
  planRuns,
  quorumOf,
  type RunPlan,
  requester,
} from './plan-runs.js';
import { type DeskProcess, startDesk, startWorkerSlot, type WorkerSlot } from './processes.js';
import { type ClickResult, isAtRest, judgeRun, type StoredRecord } from './referee.js';

export interface BenchOptions {
  readonly runs: number;
  readonly seed: number;
  /** Of the product, each with workers of its own. */
  readonly installations: number;
  readonly workersEach: number;
  /** Changes under way at once. */
  readonly atOnce: number;
  readonly onProgress?: (done: number, problems: readonly string[]) => void;
}

export interface BenchResult {
  readonly runs: number;
  readonly doubleWrites: number;
  readonly unapprovedWrites: number;
  readonly unresolved: number;
  /** What the runs were made of, for the note. */
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

const runLimitMs = 120_000;
const pollMs = 150;
/** Longer than a write may be late. */
const quietMs = 4_000;
const mostReapprovals = 12;

export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const plans = planRuns(options.seed, options.runs, options.installations);
  const folder = mkdtempSync(join(tmpdir(), 'cf502-faults-'));
  const [aws, slack, server] = await Promise.all([
    startLocalAws(),
    startLocalSlack(),
    startTestRedis({ persistent: true }),
  ]);
  installRoles(aws);
  const policyOf = (installation: number): string =>
    changePolicyText(
      plans.map(({ distributionId }) => distributionId),
      'apply',
      `  approvers:\n    users: [${approvers.join(', ')}]\n    quorum: ${quorumOf(installation)}\n  breakGlass:\n    users: [${glassBreaker}]\n`,
    );
  const policyFile = (installation: number): string => join(folder, `policy-${installation}.yml`);
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const prefixes = Array.from({ length: options.installations }, () => server.prefix());
  const policies: Record<string, string> = {};
  for (const [installation, prefix] of prefixes.entries()) {
    policies[prefix] = policyOf(installation);
    writeFileSync(policyFile(installation), policyOf(installation));
  }
  const environment = (prefix: string, installation: number) => ({
    ...aws.environment,
    ...slack.environment,
    REDIS_URL: server.url,
    CF502_REDIS_PREFIX: prefix,
    CF502_POLICY_FILE: policyFile(installation),
    CF502_DNS_SERVERS: '127.0.0.1:9',
    LOG_LEVEL: 'error',
  });
  const workers: readonly (readonly WorkerSlot[])[] = await Promise.all(
    prefixes.map((prefix, installation) =>
      Promise.all(
        Array.from({ length: options.workersEach }, (_, index) =>
          startWorkerSlot(`w${installation}-${index}-`, environment(prefix, installation)),
        ),
      ),
    ),
  );
  const clicking = await Promise.all(
    Array.from({ length: desks }, () => startDesk({ redisUrl: server.url, policies })),
  );
  let restarting: Promise<void> = Promise.resolve();
  let restarts = 0;
  const restartRedis = (): Promise<void> => {
    restarting = restarting.then(async () => {
      restarts += 1;
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 150));
      await server.restart();
    });
    return restarting;
  };
  const context = (plan: RunPlan): RunContext => ({
    aws,
    redis,
    desks: clicking,
    prefix: prefixes[plan.installation] ?? '',
    workers: workers[plan.installation] ?? [],
    restartRedis,
  });
  try {
    const finished: FinishedRun[] = [];
    const waiting = [...plans];
    await Promise.all(
      Array.from({ length: options.atOnce }, async () => {
        for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
          finished.push(await runOne(context(plan), plan));
          options.onProgress?.(finished.length, []);
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const verdicts = await Promise.all(finished.map((run) => judge(context(run.plan), run)));
    const total = (pick: (verdict: (typeof verdicts)[number]) => number) =>
      verdicts.reduce((sum, verdict) => sum + pick(verdict), 0);
    return {
      runs: finished.length,
      doubleWrites: total(({ doubleWrites }) => doubleWrites),
      unapprovedWrites: total(({ unapprovedWrites }) => unapprovedWrites),
      unresolved: total(({ unresolved }) => unresolved),
      counts: {
        'worker processes killed': workers.flat().reduce((sum, { kills }) => sum + kills, 0),
        'redis restarts': restarts,
        clicks: finished.reduce((sum, { clicks }) => sum + clicks.length, 0),
        'UpdateDistribution received': aws.calls.filter(({ operation }) => operation === 'UpdateDistribution').length,
        'writes taken': aws.writes.length,
        ...Object.fromEntries(countBy(plans, ({ trouble }) => `trouble: ${trouble.kind}`)),
        ...Object.fromEntries(countBy(verdicts, ({ ended }) => `ended: ${ended}`)),
      },
      problems: verdicts.flatMap(({ problems }) => problems),
    };
  } finally {
    for (const desk of clicking) desk.stop();
    await Promise.all(workers.flat().map((slot) => slot.stop()));
    redis.disconnect();
    await Promise.all([aws.stop(), slack.stop(), server.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunContext {
  readonly aws: LocalAws;
  readonly redis: Redis;
  readonly desks: readonly DeskProcess[];
  readonly prefix: string;
  readonly workers: readonly WorkerSlot[];
  readonly restartRedis: () => Promise<void>;
}

interface FinishedRun {
  readonly plan: RunPlan;
  readonly clicks: readonly ClickResult[];
  readonly before: number;
}

async function runOne(context: RunContext, plan: RunPlan): Promise<FinishedRun> {
  const { aws, workers, restartRedis } = context;
  let before = 30;
  aws.putDistribution({
    id: plan.distributionId,
    config: distributionConfig({ origins: [customOrigin({ Id: 'api' }), customOrigin({ Id: 'static' })] }),
  });
  await propose(context, plan);
  const endsAt = Date.now() + runLimitMs;
  const clicks: ClickResult[] = [];
  const end = makeTrouble(
    {
      aws,
      workers,
      restartRedis,
      isAtRest: () => untilRest(context, plan, Date.now() + 40_000),
      onEdited: (seconds) => {
        before = seconds;
      },
    },
    plan,
  );
  clicks.push(...(await Promise.all(plan.clicks.map((click) => makeClick(context, plan, click)))));
  // What was sent back, or never arrived, is approved again, as people do.
  for (let again = 0; Date.now() < endsAt; ) {
    const record = await readRecord(context, plan);
    deployIfWritten(aws, plan.distributionId);
    if (isAtRest(record)) break;
    if (record?.state === 'pending' && again < mostReapprovals) {
      again += 1;
      const userId = approvers[again % approvers.length] ?? approvers[0];
      clicks.push(
        await makeClick(context, plan, { kind: 'approve', userId, desk: again % desks, afterMs: 100 * again }),
      );
    }
    await pause(pollMs);
  }
  end();
  return { plan, clicks, before };
}

async function propose(context: RunContext, plan: RunPlan): Promise<void> {
  const desk = context.desks[plan.index % desks];
  const ask = () =>
    desk?.ask({
      kind: 'propose',
      prefix: context.prefix,
      draft: {
        v: 1,
        proposalId: plan.proposalId,
        distributionId: plan.distributionId,
        originId: 'api',
        field: 'read-timeout',
        after: plan.after,
        requester: { userId: requester, teamId: 'T0LOCAL01' },
        reason: 'An interleaving of the bench.',
        checkId: null,
        place: { channelId: 'C0INCIDEN', threadTs: null },
        rollbackOf: null,
        askedAt: new Date().toISOString(),
      },
    });
  for (const endsAt = Date.now() + 60_000; Date.now() < endsAt; ) {
    const answer = await ask();
    for (let look = 0; answer?.state === 'done' && look < 200; look += 1) {
      if ((await readRecord(context, plan)) !== null) return;
      await pause(pollMs);
    }
    await pause(500);
  }
}

async function makeClick(context: RunContext, plan: RunPlan, click: Click): Promise<ClickResult> {
  await pause(click.afterMs);
  const { kind, userId } = click;
  const sentAt = Date.now();
  const decision =
    kind === 'reject' || kind === 'break-glass'
      ? ({ kind, userId, groups: [], reason: 'An interleaving of the bench.' } as const)
      : ({ kind, userId, groups: [] } as const);
  const answer = await context.desks[click.desk]?.ask({
    kind: 'decide',
    prefix: context.prefix,
    proposalId: plan.proposalId,
    decision,
  });
  const [state, proposalState] = [answer?.state ?? 'unknown', answer?.proposalState ?? null];
  return { kind, userId, state, proposalState, sentAt, answeredAt: Date.now() };
}

async function readRecord({ redis, prefix }: RunContext, { proposalId }: RunPlan): Promise<StoredRecord | null> {
  const stored = await redis.hget(`${prefix}:proposal:${proposalId}`, 'proposal');
  return stored === null ? null : (JSON.parse(stored) as StoredRecord);
}

async function untilRest(context: RunContext, plan: RunPlan, endsAt: number): Promise<void> {
  while (Date.now() < endsAt && !isAtRest(await readRecord(context, plan))) await pause(pollMs);
}

function deployIfWritten(aws: LocalAws, id: string): void {
  if (aws.distribution(id).status === 'InProgress') aws.deploy(id);
}

async function judge(context: RunContext, { plan, clicks, before }: FinishedRun) {
  const { aws } = context;
  const record = await readRecord(context, plan);
  const custom = aws.distribution(plan.distributionId).config.Origins?.Items?.[0]?.CustomOriginConfig;
  const verdict = judgeRun({
    plan,
    clicks,
    requests: aws.calls.filter(
      ({ operation, url }) => operation === 'UpdateDistribution' && url.includes(plan.distributionId),
    ),
    writes: aws.writes.filter(({ subject }) => subject === plan.distributionId),
    record,
    live: custom?.OriginReadTimeout,
    before,
  });
  const told = `run ${plan.index} (${JSON.stringify(plan.trouble)}; ${(record?.history ?? []).map(({ event }) => event).join(' ')})`;
  return {
    ...verdict,
    ended: record?.state ?? 'nothing',
    problems: verdict.problems.map((problem) => `${told}: ${problem}`),
  };
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
