/** What is asked once more before a trial is promoted, hours after it was approved, and what the proof knows of a promoted change. */
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProposalDraft } from '../../src/queue/changes.js';
import type { Proposal } from '../../src/remediation/proposal.js';
import { trafficAfter } from './change-traffic.js';
import { approver } from './change-world.js';
import { startTrialWorld, type TrialWorld, trialPolicy } from './trial-world.js';

let world: TrialWorld;
afterEach(() => world.stop());

const writes = () => world.aws.writes.map(({ operation }) => operation);
const read = (id: string): Promise<Proposal | null> => world.services.changes.proposals.read(id);
const promotion = 'UpdateDistributionWithStagingConfig';

async function comparedByGroup(): Promise<string> {
  world = await startTrialWorld({ policy: trialPolicy(1, '', 'groups: [S0APPROVE]') });
  setMembers([approver]);
  const { id } = await world.propose();
  await decide(id, { kind: 'approve', asTrial: true });
  await world.untilCompared(id);
  return id;
}

function setMembers(members: readonly string[]): void {
  world.slack.setUserGroup({ id: 'S0APPROVE', handle: 'approvers', members });
}

async function decide(
  id: string,
  decision: { readonly kind: 'approve'; readonly asTrial: true } | { readonly kind: 'promote-trial' },
): Promise<void> {
  const person = { userId: approver, groups: ['S0APPROVE'] };
  expect(await world.changes.decide(id, { ...decision, ...person }, world.services.now())).toMatchObject({
    state: 'done',
  });
}

async function failed(id: string): Promise<string> {
  await world.eventually('an end', async () => (await read(id))?.state === 'failed');
  return (await read(id))?.failure ?? '';
}

describe('at the promotion', () => {
  it('an approval counts no more of one who was taken out of the group since', async () => {
    const id = await comparedByGroup();
    setMembers(['U0OTHER01']);
    await decide(id, { kind: 'promote-trial' });
    expect(await failed(id)).toContain('no longer counts');
    expect(writes()).not.toContain(promotion);
    expect(world.isClean()).toBe(true);
  });

  it('it is waited, told once, while Slack does not say who is in the group, and promoted when it does', async () => {
    const id = await comparedByGroup();
    const rule = world.slack.answer('usergroups.users.list', { kind: 'error', error: 'internal_error' });
    await decide(id, { kind: 'promote-trial' });
    await world.until(id, ({ history }) => history.at(-1)?.event === 'hold');
    const asked = world.slack.calls.filter(({ method }) => method === 'usergroups.users.list').length;
    await world.eventually(
      'asked again',
      () => world.slack.calls.filter(({ method }) => method === 'usergroups.users.list').length > asked + 1,
    );
    expect(writes()).not.toContain(promotion);
    rule.stop();
    await world.untilState(id, 'applied');
    expect((await read(id))?.history.filter(({ event }) => event === 'hold')).toHaveLength(1);
    expect(world.readTimeout()).toBe(60);
  });

  it('the order of time-outs holds as it is by then', async () => {
    world = await startTrialWorld();
    const { arn, dnsName } = world.aws.putLoadBalancer({ name: 'shop', targetGroups: [{ name: 'web' }] });
    world.aws.editDistribution(world.distributionId, (config) => {
      const [origin] = config.Origins?.Items ?? [];
      if (origin !== undefined) origin.DomainName = dnsName;
      return config;
    });
    world.aws.deploy(world.distributionId);
    const wish: Partial<ProposalDraft> = { field: 'keep-alive-timeout', after: 45 };
    const { id } = await world.propose(wish);
    await world.approveAsTrial(id);
    await world.untilCompared(id);
    world.aws.editLoadBalancer(arn, { 'idle_timeout.timeout_seconds': '40' });
    await world.decideTrial(id, 'promote-trial');
    expect(await failed(id)).toContain('drops idle connections after 40 s');
    expect(writes()).not.toContain(promotion);
  });
});

describe('a promoted change', () => {
  it('is proven although harmless settings were changed since, which are named', async () => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilCompared(id);
    await world.decideTrial(id, 'promote-trial');
    await world.eventually('deployed', async () => ((await read(id))?.application?.deployedAt ?? null) !== null);
    await world.eventually('a clean account', () => world.isClean());
    world.aws.editDistribution(world.distributionId, (config) => ({ ...config, Comment: 'of a deploy' }));
    world.deployAll();
    const applied = await world.until(id, () => true);
    trafficAfter(world, applied, { requests: 600, failures: 0 });
    await world.passUntil(17 * 60_000, async () => (await read(id))?.proof !== null);
    const { state, proof } = await world.until(id, ({ proof: found }) => found !== null);
    expect(proof?.sentences.join(' ')).toContain('other settings were changed since (Comment)');
    expect(state).toBe('verified');
  });
});

describe('a setting that the installed SDK does not know', () => {
  /** As an answer of a CloudFront that is newer than the SDK. */
  function addSetting(): void {
    const { createAws } = world.services;
    const newer: typeof createAws = (user) => {
      const aws = createAws(user);
      const client = aws.cloudFront();
      const { requestHandler } = client.config;
      const handle = requestHandler.handle.bind(requestHandler);
      requestHandler.handle = async (request, options) => {
        const answer = await handle(request, options);
        const chunks: Uint8Array[] = [];
        for await (const chunk of answer.response.body) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString('utf8');
        const more = text.replace('</DistributionConfig>', '<New>1</New></DistributionConfig>');
        answer.response.body = Readable.from([Buffer.from(more)]);
        return answer;
      };
      return aws;
    };
    Object.assign(world.services, { createAws: newer });
  }

  it('is not dropped by the cleaning of a trial: what remains is named to a person', async () => {
    world = await startTrialWorld();
    const { id } = await world.propose();
    await world.approveAsTrial(id);
    await world.untilTrial(id, 'by-weight');
    const before = writes();
    addSetting();
    await world.decideTrial(id, 'end-trial');
    const failure = await failed(id);
    expect(failure).toContain('settings that this version of cf502 does not know (New)');
    expect(failure).toContain('the policy attached to the distribution');
    expect(writes()).toEqual(before);
  });
});
