/** A world in which changes may be tried: CloudFront deploys when the test says so, and CloudWatch counts what the test says. */
import type { Trial, TrialState } from '../../src/remediation/trial-record.js';
import { approver, type ChangeWorld, type ChangeWorldOptions, requester, startChangeWorld } from './change-world.js';

const byName = `users: [${approver}, U0APPROV2, ${requester}]`;

export const trialPolicy = (quorum = 1, more = '', approvers = byName): string => `  approvers:
    ${approvers}
    quorum: ${quorum}
  trial:
    windowMinutes: 5
    mostHours: 4
${more}probes:
  throughTheEdge: false
`;

export interface TrialWorld extends ChangeWorld {
  approveAsTrial(id: string, userId?: string): ReturnType<ChangeWorld['changes']['decide']>;
  decideTrial(
    id: string,
    kind: 'promote-trial' | 'end-trial',
    userId?: string,
  ): ReturnType<ChangeWorld['changes']['decide']>;
  trial(id: string): Promise<Trial | null>;
  /** CloudFront has everything everywhere. */
  deployAll(): void;
  /** Deploys all the while until the trial is in one of these states. */
  untilTrial(id: string, ...states: readonly TrialState[]): Promise<Trial>;
  /** Deploys all the while until this holds. */
  eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void>;
  /** Counts requests of the next minutes: of the live distribution and of the staging one, with how many of a hundred failed. */
  count(id: string, live: readonly [number, number], staging: readonly [number, number]): Promise<void>;
  /** From the approval up to the decision. */
  untilCompared(id: string, live?: readonly [number, number], staging?: readonly [number, number]): Promise<Trial>;
  /** Nothing of any trial is left in the account. */
  isClean(): boolean;
}

export async function startTrialWorld(options: ChangeWorldOptions = {}): Promise<TrialWorld> {
  const world = await startChangeWorld({ policy: trialPolicy(), ...options });
  return onTrials(world);
}

export function onTrials(world: ChangeWorld): TrialWorld {
  const { aws, services, distributionId } = world;
  const { proposals } = services.changes;
  const asItIs = { ...proposals };
  // Where the worker's time passes, that of Redis does too.
  const passedMs = (): number => services.now().getTime() - Date.now();
  Object.assign(proposals, { now: async () => new Date((await asItIs.now()).getTime() + passedMs()) });
  const trial = (id: string) => services.changes.trials.read(id);
  const deployAll = (): void => {
    for (const each of [distributionId, ...aws.stagingDistributions()]) aws.deploy(each);
  };
  const eventually: TrialWorld['eventually'] = async (what, holds) => {
    const end = Date.now() + 60_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`never: ${what}`);
      deployAll();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const put = (of: string, [requests, percent]: readonly [number, number]): void => {
    const minutes = Array.from({ length: 5 }, (_, index) => index);
    const base = { namespace: 'AWS/CloudFront', dimensions: { DistributionId: of, Region: 'Global' } };
    const start = Math.ceil(services.now().getTime() / 60_000) * 60_000;
    const at = (minute: number) => new Date(start + minute * 60_000);
    const each = Math.round(requests / minutes.length);
    aws.putMetric({ ...base, name: 'Requests', points: minutes.map((minute) => ({ at: at(minute), value: each })) });
    aws.putMetric({
      ...base,
      name: '5xxErrorRate',
      points: minutes.map((minute) => ({ at: at(minute), value: percent })),
    });
  };
  const count: TrialWorld['count'] = async (id, live, staging) => {
    const { remains } = (await trial(id)) ?? {};
    put(distributionId, live);
    put(remains?.stagingDistributionId ?? '', staging);
  };
  const untilTrial: TrialWorld['untilTrial'] = async (id, ...states) => {
    let found: Trial | null = null;
    await eventually(`a trial that is ${states.join(' or ')}`, async () => {
      const now = await trial(id);
      if (now !== null && states.includes(now.state)) found = now;
      return found !== null;
    });
    if (found === null) throw new Error('it moved on');
    return found;
  };
  return {
    ...world,
    approveAsTrial: (id, userId = approver) =>
      world.changes.decide(id, { kind: 'approve', userId, groups: [], asTrial: true }, services.now()),
    decideTrial: (id, kind, userId = approver) =>
      world.changes.decide(id, { kind, userId, groups: [] }, services.now()),
    trial,
    deployAll,
    eventually,
    untilTrial,
    count,
    async untilCompared(id, live = [20_000, 4], staging = [2_000, 0]) {
      await untilTrial(id, 'by-weight');
      await eventually('weight everywhere', async () => (await trial(id))?.observedFrom !== null);
      await count(id, live, staging);
      world.pass(7 * 60_000);
      await eventually('a comparison', async () => (await trial(id))?.comparison !== null);
      return untilTrial(id, 'compared', 'aborting', 'aborted');
    },
    isClean: () =>
      aws.stagingDistributions().length === 0 &&
      aws.continuousDeploymentPolicies().size === 0 &&
      (aws.distribution(distributionId).config.ContinuousDeploymentPolicyId ?? '') === '',
  };
}
