/** The account of what changed, against the local CloudTrail. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collectChanges } from '../../src/collectors/changes.js';
import type { TaskOf } from '../../src/collectors/collector.js';
import type { TrailEventSeed } from '../world/aws/cloud-trail.js';
import { type LocalContext, startLocalContext } from './local-context.js';

const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
const id = 'E2EXAMPLE12345';
const elb = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
let local: LocalContext;
beforeEach(async () => {
  local = await startLocalContext(new Date('2026-11-20T11:05:00.000Z'));
});
afterEach(() => local.stop());

const lookups = [
  { region: 'us-east-1', names: ['UpdateDistribution'] },
  { region: 'eu-west-1', names: ['ModifyListener', 'DeregisterTargets'] },
];
const collect = (differing: Partial<TaskOf<'changes'>> = {}) =>
  collectChanges(local.context, { kind: 'changes', window, lookups, mentions: [id, 'web'], ...differing });

const update = (differing: Partial<TrailEventSeed> = {}): void =>
  local.aws.putTrailEvent({
    at: new Date('2026-11-20T09:40:00Z'),
    name: 'UpdateDistribution',
    source: 'cloudfront.amazonaws.com',
    username: 'deploy-role-session',
    requestParameters: { id, distributionConfig: { origins: { items: [{ id: 'another-origin' }] } } },
    ...differing,
  });
const ofBalancer = (name: string, requestParameters: object): void =>
  update({ region: 'eu-west-1', name, source: 'elasticloadbalancing.amazonaws.com', requestParameters });

describe('collectChanges', () => {
  it('tells who changed what and when, by name only, from two hours before the window', async () => {
    update({ at: new Date('2026-11-20T07:59:00Z') });
    update();
    update({ at: new Date('2026-11-20T10:20:00Z'), errorCode: 'PreconditionFailed' });
    const evidence = await collect();
    expect(evidence).toMatchObject({ from: '2026-11-20T08:00:00.000Z', to: window.to, more: 0, gaps: [] });
    expect(evidence.changes).toEqual([
      {
        at: '2026-11-20T10:20:00.000Z',
        name: 'UpdateDistribution',
        service: 'cloudfront',
        region: 'us-east-1',
        by: 'deploy-role-session',
        resources: [id],
        errorCode: 'PreconditionFailed',
      },
      expect.objectContaining({ at: '2026-11-20T09:40:00.000Z', errorCode: null }),
    ]);
    expect(JSON.stringify(evidence)).not.toContain('192.0.2.77');
  });

  it('leaves out changes of other distributions and of other balancers, and keeps what names none', async () => {
    update({ requestParameters: { id: 'E2ANOTHER12345' } });
    ofBalancer('ModifyListener', { listenerArn: `${elb}:listener/app/web/50dc6c49/1` });
    ofBalancer('ModifyListener', { listenerArn: `${elb}:listener/app/web-2/50dc6c49/2` });
    ofBalancer('DeregisterTargets', { targetGroupArn: `${elb}:targetgroup/any/50dc6c49` });
    const { changes } = await collect();
    expect(changes.flatMap(({ resources }) => resources).sort()).toEqual([
      `${elb}:listener/app/web/50dc6c49/1`,
      `${elb}:targetgroup/any/50dc6c49`,
    ]);
  });

  it('is capped, newest first', async () => {
    for (let minute = 0; minute < 59; minute += 1)
      update({ at: new Date(Date.UTC(2026, 10, 20, 10, minute)), username: `u${minute}` });
    const { changes, more } = await collect();
    expect([changes.length, changes[0]?.by, more]).toEqual([50, 'u58', 9]);
  });

  it('takes a region that may not be asked for a gap', async () => {
    update();
    local.aws.fail({ service: 'cloudtrail', region: 'eu-west-1', how: 'access-denied' });
    const evidence = await collect();
    expect(evidence.changes).toHaveLength(1);
    expect(evidence.asked).toEqual([{ region: 'us-east-1', names: ['UpdateDistribution'] }]);
    expect(evidence.gaps).toEqual([
      expect.objectContaining({ remedy: expect.stringContaining('cloudtrail:LookupEvents') }),
    ]);
  });

  it('is unavailable, never an empty account, where nothing could be asked', async () => {
    local.aws.fail({ service: 'cloudtrail', how: 'access-denied' });
    await expect(collect()).rejects.toMatchObject({
      kind: 'access-denied',
      details: { remedy: expect.stringContaining('cloudtrail:LookupEvents') },
    });
  });

  it('copes with a record that is none', async () => {
    update({ resources: [id], username: '', requestParameters: { id: { deep: ['x'] } } });
    const { changes } = await collect();
    expect(changes).toEqual([expect.objectContaining({ by: null, resources: [id] })]);
  });
});
