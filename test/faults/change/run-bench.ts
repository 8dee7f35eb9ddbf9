/** Runs planned interleavings of changes in real processes against one local AWS, one local Slack and one Redis, each to its end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startLocalAws } from '../../world/aws/local-aws.js';
import { changePolicyText, installRoles } from '../../world/change-roles.js';
import { startTestRedis } from '../../world/redis.js';
import { startLocalSlack } from '../../world/slack/local-slack.js';
import { judgeRuns } from './judge-runs.js';
import { approvers, desks, glassBreaker, planRuns, quorumOf, type RunPlan } from './plan-runs.js';
import { type FinishedRun, playRun, type RunContext } from './play-run.js';
import { startDesk, startWorkerSlot, type WorkerSlot } from './processes.js';

export interface BenchOptions {
  readonly runs: number;
  readonly seed: number;
  /** Only these of the plan, by their index; absent: all. */
  readonly only?: readonly number[];
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

/** Longer than a write may be late. */
const quietMs = 4_000;

export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const plans = planRuns(options.seed, options.runs, options.installations).filter(
    ({ index }) => options.only?.includes(index) ?? true,
  );
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
          finished.push(await playRun(context(plan), plan));
          options.onProgress?.(finished.length, []);
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const verdicts = await Promise.all(finished.map((run) => judgeRuns(context(run.plan), run)));
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
        clicks: finished.flatMap(({ plays }) => plays).reduce((sum, { clicks }) => sum + clicks.length, 0),
        'writes received': finished.reduce((sum, { subject }) => sum + subject.requests().length, 0),
        'writes taken': aws.writes.length,
        ...Object.fromEntries(countBy(plans, ({ subject, life }) => `${life} of ${subject}`)),
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

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
