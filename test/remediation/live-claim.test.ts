import { describe, expect, it } from '@jest/globals';
import { fingerprintOf, judgeClaim } from '../../src/remediation/live-claim.js';
import type { Change } from '../../src/remediation/proposal.js';

const change: Change = {
  target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' },
  field: 'read-timeout',
  before: 30,
  after: 60,
};
const config = (readTimeout: number, differing: object = {}, origin: object = {}) => ({
  Comment: 'shop',
  Enabled: true,
  Origins: {
    Quantity: 1,
    Items: [
      { Id: 'api', DomainName: 'a.example.test', CustomOriginConfig: { OriginReadTimeout: readTimeout }, ...origin },
    ],
  },
  DefaultCacheBehavior: { TargetOriginId: 'api' },
  ...differing,
});
const written = fingerprintOf(config(30), change);
const judge = (live: ReturnType<typeof config>, hasMoved = true, value = 60) =>
  judgeClaim(change, { value }, hasMoved, fingerprintOf(live, change), written);

describe('what is live', () => {
  it('is ours where nobody has written since', () => {
    expect(judge(config(60), false)).toEqual({ state: 'ours', value: '60 s' });
  });

  it('is not ours where the value is another, or is gone', () => {
    expect(judge(config(30), true, 30)).toMatchObject({
      state: 'not-ours',
      because: expect.stringContaining('is 30 s and no longer 60 s'),
    });
    expect(judgeClaim(change, { because: 'No such origin.' }, true, {}, written)).toEqual({
      state: 'not-ours',
      because: 'No such origin.',
    });
  });

  it.each([
    [
      'a comment',
      config(60, { Comment: 'shop 2' }),
      'ours-beside-others',
      'other settings were changed since (Comment)',
    ],
    ['nothing that is left', config(60), 'ours-beside-others', 'holds the same settings again'],
    ['the origin itself', config(60, {}, { ConnectionAttempts: 1 }), 'unclear', '(Origins)'],
    [
      'a behaviour',
      config(60, { DefaultCacheBehavior: { TargetOriginId: 'web' } }),
      'unclear',
      '(DefaultCacheBehavior)',
    ],
    ['whether it is on', config(60, { Enabled: false }), 'unclear', '(Enabled)'],
    ['error pages', config(60, { CustomErrorResponses: { Quantity: 0 } }), 'unclear', '(CustomErrorResponses)'],
  ])('beside %s that was changed', (_what, live, state, told) => {
    const judged = judge(live);
    expect(judged.state).toBe(state);
    expect(JSON.stringify(judged)).toContain(told);
  });

  it('cannot be told where nobody noted what it was written into', () => {
    expect(judgeClaim(change, { value: 60 }, true, {}, null).state).toBe('unclear');
  });

  it('is compared attribute by attribute for a balancer, which has no versions', () => {
    const idle: Change = {
      target: { kind: 'balancer', distributionId: 'E2EXAMPLE1ABCD', arn: 'arn', region: 'eu-west-1', name: 'shop' },
      field: 'balancer-idle-timeout',
      before: 60,
      after: 90,
    };
    const attributes = (value: string, keepAlive = '3600', logs = 'false') => [
      { Key: 'idle_timeout.timeout_seconds', Value: value },
      { Key: 'client_keep_alive.seconds', Value: keepAlive },
      { Key: 'access_logs.s3.enabled', Value: logs },
    ];
    const then = fingerprintOf(attributes('60'), idle);
    const state = (now: ReturnType<typeof attributes>): string =>
      judgeClaim(idle, { value: 90 }, null, fingerprintOf(now, idle), then).state;
    expect(state(attributes('90'))).toBe('ours');
    expect(state(attributes('90', '3600', 'true'))).toBe('ours-beside-others');
    expect(state(attributes('90', '30'))).toBe('unclear');
  });
});
