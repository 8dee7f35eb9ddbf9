import { describe, expect, it } from '@jest/globals';
import { findBlastRadius } from '../../src/remediation/blast-radius.js';
import { findDrift, type LiveView } from '../../src/remediation/drift.js';
import type { Proposal } from '../../src/remediation/proposal.js';
import { aBalancer, aBehaviour, aChange, aDistribution, anOrigin, someChanges } from '../builders/evidence.js';
import { application, proposal } from '../builders/proposal.js';

const appliedAt = '2026-11-20T08:00:00.000Z';
function anApplied(differing: Partial<Proposal> = {}): Proposal {
  const change = {
    target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' },
    field: 'read-timeout',
    before: 30,
    after: 60,
  } as const;
  return proposal({ state: 'verified', change, application: application({ appliedAt }), ...differing });
}
function aView(readTimeoutSeconds: number, differing: Partial<LiveView> = {}): LiveView {
  return {
    distribution: aDistribution({ origins: [anOrigin({ readTimeoutSeconds })] }),
    readAt: '2026-11-20T10:00:00.000Z',
    balancers: {},
    changes: null,
    ...differing,
  };
}
const update = aChange({
  at: '2026-11-20T09:00:00.000Z',
  name: 'UpdateDistribution',
  by: 'deployer',
  resources: ['E1A2B3C4D5E6F7'],
  errorCode: null,
});

describe('drift', () => {
  it('is said with who and when', () => {
    const entries = [
      update,
      { ...update, at: '2026-11-20T09:30:00.000Z', by: 'somebody-else', errorCode: 'AccessDenied' },
    ];
    expect(findDrift([anApplied()], aView(30, { changes: someChanges({ changes: entries }) }))).toMatchObject([
      {
        proposalId: anApplied().id,
        live: 30,
        by: 'deployer',
        at: '2026-11-20T09:00:00.000Z',
        sentence:
          'The read time-out of “api”, which this change set to 60 s, is 30 s again. UpdateDistribution by “deployer” at 2026-11-20 09:00 UTC is the newest change on record.',
      },
    ]);
  });

  it.each<[string, readonly Proposal[], LiveView, RegExp]>([
    ['another value', [anApplied()], aView(45), /is 45 s\. Who changed it is not on record/],
    [
      'an origin that is gone',
      [anApplied()],
      aView(60, { distribution: aDistribution({ origins: [] }) }),
      /is gone from the configuration/,
    ],
    [
      'cf502’s own update on record',
      [anApplied()],
      aView(30, { changes: someChanges({ changes: [{ ...update, at: '2026-11-20T08:00:02.000Z' }] }) }),
      /not on record/,
    ],
    ['a test that did not pass', [anApplied({ state: 'not-verified' })], aView(30), /30 s again/],
  ])('is told of %s', (_what, proposals, view, sentence) => {
    expect(
      findDrift(proposals, view)
        .map((one) => one.sentence)
        .join(' '),
    ).toMatch(sentence);
  });

  it.each<[string, readonly Proposal[], LiveView]>([
    ['the value holds', [anApplied()], aView(60)],
    ['it was never applied', [anApplied({ state: 'failed', application: null })], aView(30)],
    ['it was rolled back', [anApplied({ state: 'rolled-back' })], aView(30)],
    ['the configuration was read before', [anApplied()], aView(30, { readAt: '2026-11-20T07:59:00.000Z' })],
    [
      'it is of another distribution',
      [proposal({ state: 'applied', application: application({ appliedAt }) })],
      aView(30),
    ],
    [
      'a newer change set the value that is live',
      [
        anApplied(),
        anApplied({
          id: 'prp_newer0000001',
          change: { ...anApplied().change, before: 60, after: 90 },
          application: application({ appliedAt: '2026-11-20T09:00:00.000Z' }),
        }),
      ],
      aView(90),
    ],
  ])('is none where %s', (_what, proposals, view) => {
    expect(findDrift(proposals, view)).toEqual([]);
  });

  it('is seen of a balancer, where it was read', () => {
    const { arn, region, name } = aBalancer();
    const target = { kind: 'balancer', distributionId: 'E1A2B3C4D5E6F7', arn, region, name } as const;
    const changed = anApplied({ change: { target, field: 'balancer-idle-timeout', before: 60, after: 90 } });
    expect(findDrift([changed], aView(30, { balancers: { api: aBalancer() } }))).toMatchObject([{ live: 60 }]);
    expect(findDrift([changed], aView(30))).toEqual([]);
  });
});

describe('the reach of a change', () => {
  const distribution = aDistribution({
    origins: [anOrigin(), anOrigin({ id: 'spare' })],
    originGroups: [{ id: 'group', memberOriginIds: ['api', 'spare'], failoverStatusCodes: [502] }],
    behaviours: [
      aBehaviour({ pathPattern: '/api/*' }),
      aBehaviour({ pathPattern: '/group/*', targetId: 'group' }),
      aBehaviour({ targetId: 'spare' }),
    ],
  });
  const target = { kind: 'origin', distributionId: distribution.id, originId: 'api' } as const;

  it('is every behaviour that ends there, directly or through a group', () => {
    expect(findBlastRadius(distribution, target, null)).toEqual({
      behaviours: ['/api/*', '/group/*'],
      aliases: ['www.example.com'],
      tenants: [],
      note: null,
    });
  });

  it('is all tenants, and says where they could not be listed', () => {
    const tenanted = { ...distribution, connectionMode: 'tenant-only' } as const;
    const tenants = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);
    expect(findBlastRadius(tenanted, target, tenants).tenants).toEqual(tenants);
    expect(findBlastRadius(tenanted, target, null).note).toMatch(/could not be listed/);
  });

  it('of a balancer goes past the distribution, and is said to', () => {
    const { arn, region, name } = aBalancer();
    const behind = { kind: 'balancer', distributionId: distribution.id, arn, region, name } as const;
    const radius = findBlastRadius(distribution, behind, null, ['spare']);
    expect(radius.behaviours).toEqual(['/group/*', '*']);
    expect(radius.note).toMatch(/Everything else behind example-alb is reached too/);
  });

  it('is nothing for an origin that no behaviour uses', () => {
    expect(findBlastRadius(distribution, { ...target, originId: 'unused' }, null).note).toMatch(/no effect on traffic/);
  });
});
