/** Trials whose worker is killed (SIGKILL) in the middle of a write, before AWS has it or after: another one brings each to its end, and nothing is left. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServices, type WorkerServices } from '../../jobs/services.js';
import { parseConfig } from '../../src/config.js';
import { createLog } from '../../src/platform/log.js';
import { parsePolicy } from '../../src/policy.js';
import { createChanges } from '../../src/queue/change-producer.js';
import { takeTrialStep } from '../../src/remediation/trial-life.js';
import type { Trial } from '../../src/remediation/trial-record.js';
import { approver, requester } from '../jobs/change-world.js';
import { trialPolicy } from '../jobs/trial-world.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { changePolicyText, installRoles } from '../world/change-roles.js';
import { buildIfStale } from '../world/product.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';

interface Case {
  readonly operation: string;
  /** Calls of this operation that pass first. */
  readonly skip?: number;
  readonly when: 'before' | 'after';
  /** What becomes of the change. */
  readonly ends: 'tried' | 'failed' | 'applied' | 'revoked';
}

const cases: readonly Case[] = [
  { operation: 'CopyDistribution', when: 'before', ends: 'failed' },
  { operation: 'CopyDistribution', when: 'after', ends: 'tried' },
  { operation: 'CreateContinuousDeploymentPolicy', when: 'after', ends: 'tried' },
  { operation: 'UpdateDistribution', skip: 1, when: 'after', ends: 'tried' },
  { operation: 'UpdateDistributionWithStagingConfig', when: 'before', ends: 'failed' },
  { operation: 'UpdateDistributionWithStagingConfig', when: 'after', ends: 'applied' },
  { operation: 'DeleteContinuousDeploymentPolicy', when: 'before', ends: 'revoked' },
];
const limitMs = 90_000;

let aws: LocalAws;
let slack: LocalSlack;
let redis: TestRedis;
let restore: () => void;
let folder: string;
let deploying: NodeJS.Timeout;

beforeAll(async () => {
  buildIfStale();
  [aws, slack, redis] = await Promise.all([startLocalAws(), startLocalSlack(), startTestRedis({ persistent: true })]);
  restore = applyEnvironment(aws.environment);
  installRoles(aws);
  folder = mkdtempSync(join(tmpdir(), 'cf502-trials-'));
  // CloudFront deploys within the second.
  const all = () => [...distributionIds, ...aws.stagingDistributions()];
  deploying = setInterval(() => {
    for (const id of all()) aws.deploy(id);
  }, 300);
}, limitMs);
afterAll(async () => {
  clearInterval(deploying);
  restore();
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([aws.stop(), slack.stop(), redis.stop()]);
});

const distributionIds: string[] = [];

describe('a worker that is killed in the middle of a write of a trial', () => {
  it(
    'is succeeded, whatever it was writing',
    async () => {
      const ends: string[] = [];
      // All at once: each has a worker of its own.
      await Promise.all(cases.map(async (one, index) => ends.push(await play(one, `trial${index}x`))));
      expect(ends.sort()).toEqual(cases.map(({ ends: end, ...rest }) => `${describeCase(rest)}: ${end}`).sort());
      expect(aws.stagingDistributions()).toEqual([]);
      expect(aws.continuousDeploymentPolicies().size).toBe(0);
    },
    limitMs * 4,
  );
});

function describeCase({ operation, skip = 0, when }: Omit<Case, 'ends'>): string {
  return `${operation} ${skip} ${when}`;
}

/** @returns what became of it. */
async function play(plan: Case, name: string): Promise<string> {
  const { id: distributionId } = aws.putDistribution({
    config: distributionConfig({ origins: [customOrigin({ Id: 'api' })], others: { CallerReference: name } }),
  });
  distributionIds.push(distributionId);
  const text = changePolicyText([distributionId], 'apply', trialPolicy());
  const policyFile = join(folder, `${name}.yml`);
  writeFileSync(policyFile, text);
  const prefix = redis.prefix();
  const environment = {
    ...slack.environment,
    ...aws.environment,
    CF502_REDIS_PREFIX: prefix,
    REDIS_URL: redis.url,
    CF502_POLICY_FILE: policyFile,
    CF502_SELF_CHECK: 'off',
    AWS_SDK_UA_APP_ID: name,
    PATH: process.env['PATH'] ?? '',
  };
  const policy = parsePolicy(text, 'policy.yml');
  const config = parseConfig({ ...slack.environment, CF502_REDIS_PREFIX: prefix }, ['worker']);
  const services = createServices(config, policy, redis.url, createLog('silent'));
  const desk = await createChanges({
    redisUrl: redis.url,
    prefix,
    policy: policy.changes ?? null,
    log: createLog('silent'),
  });
  // The copy is found by it, and all of them are in one account.
  const id = `prp_${name.padStart(12, '0')}`;
  let worker = await startWorkerProcess(environment);
  try {
    await desk.propose({
      v: 1,
      proposalId: id,
      distributionId,
      originId: 'api',
      field: 'read-timeout',
      after: 60,
      requester: { userId: requester, teamId: 'T0LOCAL01' },
      reason: 'The report takes 45 s.',
      checkId: null,
      place: { channelId: 'C0INCIDEN', threadTs: null },
      rollbackOf: null,
      askedAt: new Date().toISOString(),
    });
    await until(`${name} is proposed`, async () => (await services.changes.proposals.read(id))?.message != null);
    const held = aws.hold({
      operation: plan.operation,
      when: plan.when,
      skip: plan.skip ?? 0,
      userAgent: name,
    });
    await desk.decide(id, { kind: 'approve', userId: approver, groups: [], asTrial: true }, new Date());
    const isPromoted = plan.operation === 'UpdateDistributionWithStagingConfig';
    if (isPromoted) await promote(services, desk, id);
    else if (plan.operation.startsWith('Delete')) await endTrial(services, desk, id);
    await held.reached;
    await killed(worker);
    // What was held is dropped only where its sender is known to be gone.
    await aws.waitForCall(
      ({ operation, userAgent, state }) => operation === plan.operation && userAgent.includes(name) && state === 'left',
    );
    held.release();
    worker = await startWorkerProcess(environment);
    const state = await settle(services, plan, id);
    if (state === 'tried') await endTrial(services, desk, id);
    const isClean = () =>
      (aws.distribution(distributionId).config.ContinuousDeploymentPolicyId ?? '') === '' &&
      !aws.stagingDistributions().some((each) => aws.distribution(each).config.CallerReference === `cf502-trial-${id}`);
    await until(`${name} is at rest`, async () => (await services.changes.trials.listOpen()).length === 0);
    if (plan.ends === 'applied') expect(timeoutOf(distributionId)).toBe(60);
    else expect(timeoutOf(distributionId)).toBe(30);
    const sent = aws.calls.filter(
      ({ operation, userAgent, status }) =>
        operation === plan.operation && userAgent.includes(name) && status !== null && status < 300,
    );
    if (!['UpdateDistribution'].includes(plan.operation)) expect(sent.length).toBeLessThanOrEqual(1);
    return `${describeCase(plan)}: ${isClean() || plan.ends === 'applied' ? state : 'not clean'}`;
  } finally {
    await killed(worker);
    await desk.close();
    await services.close();
  }
}

async function killed(worker: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  if (worker.exitCode === null && worker.signalCode === null) await gone;
}

type Desk = Awaited<ReturnType<typeof createChanges>>;

const trialIs = async (services: WorkerServices, id: string, state: Trial['state']) =>
  (await services.changes.trials.read(id))?.state === state;

async function promote(services: WorkerServices, desk: Desk, id: string): Promise<void> {
  await until('by weight', () => trialIs(services, id, 'by-weight'));
  const sample = { requests: 10_000, failures: 0 };
  const comparison = { outcome: 'better', sentence: 'Better.' } as const;
  const at = new Date().toISOString();
  // The minutes that are compared are not waited for.
  await services.changes.trials.step(id, (trial) =>
    takeTrialStep(trial, { name: 'compared', at, primary: sample, staging: sample, comparison }),
  );
  await desk.decide(id, { kind: 'promote-trial', userId: approver, groups: [] }, new Date());
}

async function endTrial(services: WorkerServices, desk: Desk, id: string): Promise<void> {
  await until('by weight', () => trialIs(services, id, 'by-weight'));
  await desk.decide(id, { kind: 'end-trial', userId: requester, groups: [] }, new Date());
}

/** A trial that goes on is seen by its weight. */
async function settle(services: WorkerServices, plan: Case, id: string): Promise<string> {
  let found = '';
  await until(`${describeCase(plan)} settles`, async () => {
    const [proposal, trial] = [await services.changes.proposals.read(id), await services.changes.trials.read(id)];
    const state = proposal?.state ?? 'gone';
    if (['failed', 'revoked', 'applied'].includes(state)) found = state;
    else if (trial?.state === 'by-weight') found = 'tried';
    return found !== '';
  });
  return found;
}

function timeoutOf(id: string): number | undefined {
  return aws.distribution(id).config.Origins?.Items?.[0]?.CustomOriginConfig?.OriginReadTimeout;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function startWorkerProcess(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = fork(join('dist', 'test/faults/change/worker-process.js'), {
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`the worker ended (${code}): ${errors.slice(-2_000)}`)));
  });
}
