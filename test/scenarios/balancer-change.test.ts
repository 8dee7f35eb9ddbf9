/** The idle time-out of a load balancer, from the proposal through the one write to the proof and back. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Proposal } from '../../src/remediation/proposal.js';
import { trafficAfter } from '../jobs/change-traffic.js';
import { approver, type ChangeWorld, channelId, startChangeWorld } from '../jobs/change-world.js';
import { changeRole } from '../world/change-roles.js';
import { renderAsText } from '../world/slack/render-as-text.js';

let world: ChangeWorld;
afterEach(() => world.stop());

/** A balancer behind the origin `api`. @returns its ARN. */
function putBalancer(): string {
  const { arn, dnsName } = world.aws.putLoadBalancer({ name: 'shop', targetGroups: [{ name: 'web' }] });
  world.aws.editDistribution(world.distributionId, (config) => ({
    ...config,
    Origins: {
      Quantity: config.Origins?.Quantity ?? 0,
      Items: (config.Origins?.Items ?? []).map((origin) =>
        origin.Id === 'api' ? { ...origin, DomainName: dnsName } : origin,
      ),
    },
  }));
  world.aws.deploy(world.distributionId);
  return arn;
}

const idleOf = (arn: string): string | undefined =>
  world.aws.loadBalancerAttributes(arn)['idle_timeout.timeout_seconds'];

const shown = (part: string): Promise<string> =>
  world.slack.waitFor((slack) =>
    slack
      .messages(channelId)
      .map((message) => renderAsText(message, { nameOf: (id) => slack.nameOf(id) }))
      .findLast((text) => text.includes(part)),
  );

async function proven(id: string): Promise<Proposal> {
  await world.passUntil(17 * 60_000, async () => (await world.changes.read(id))?.proof !== null);
  return world.until(id, ({ proof }) => proof !== null);
}

describe('a change of a load balancer', () => {
  it('is written once with the change role, proven, and taken back', async () => {
    world = await startChangeWorld();
    const arn = putBalancer();
    const { id, blastRadius, binding } = await world.propose({ field: 'balancer-idle-timeout', after: 90 });
    expect(blastRadius.note).not.toBeNull();
    expect(binding.etag).toBe(binding.subjectHash);
    expect(await shown('Approval needed')).toContain('60 s → 90 s');

    await world.approve(id);
    const applied = await world.until(id, ({ application }) => (application?.deployedAt ?? null) !== null);
    expect(idleOf(arn)).toBe('90');
    const write = {
      operation: 'ModifyLoadBalancerAttributes',
      subject: arn,
      principal: { assumedRole: { roleArn: changeRole, tags: { SlackUser: approver } } },
    };
    expect(world.aws.writes).toMatchObject([
      { ...write, changed: [{ path: 'idle_timeout.timeout_seconds', before: '60', after: '90' }] },
    ]);
    const card = await shown('In force: ');
    expect(card).not.toMatch(/edge locations|Deployed everywhere/);

    trafficAfter(world, applied, { requests: 600, failures: 0 });
    expect((await proven(id)).state).toBe('verified');

    const back = await world.propose({ field: 'balancer-idle-timeout', rollbackOf: id, reason: null });
    await world.approve(back.id);
    const undone = await world.until(back.id, ({ application }) => (application?.deployedAt ?? null) !== null);
    expect(idleOf(arn)).toBe('60');
    expect(world.aws.writes).toMatchObject([write, write]);
    await world.untilState(id, 'rolled-back');
    trafficAfter(world, undone, { requests: 600, failures: 0 });
    expect((await proven(back.id)).proof?.sentences[0]).toMatch(/^Roll-back verified: the value is 60 s again/);
    expect(world.slack.complaints).toEqual([]);
  });

  it('is not verified where another attribute that bears on it was changed meanwhile', async () => {
    world = await startChangeWorld();
    const arn = putBalancer();
    const { id } = await world.propose({ field: 'balancer-idle-timeout', after: 90 });
    await world.approve(id);
    const applied = await world.until(id, ({ application }) => (application?.deployedAt ?? null) !== null);
    world.aws.editLoadBalancer(arn, { 'client_keep_alive.seconds': '60' });
    trafficAfter(world, applied, { requests: 600, failures: 0 });
    const ended = await proven(id);
    expect(ended.state).toBe('not-verified');
    expect(ended.proof?.sentences.join(' ')).toContain('(client_keep_alive.seconds)');
  });
});
