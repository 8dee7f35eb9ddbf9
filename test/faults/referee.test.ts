/** The referee of the bench sees what it is there to see. */
import { describe, expect, it } from '@jest/globals';
import type { AcceptedWrite } from '../world/aws/writes.js';
import { changeRole } from '../world/change-roles.js';
import { planRuns, steps } from './change/plan-runs.js';
import { judgeRun, type RunFacts } from './change/referee.js';

const [plan] = planRuns(1, 1, 1);
if (plan === undefined) throw new Error('nothing was planned');
const approver = 'U0APPROV1';

function write(given: { by?: string; role?: string; path?: string; after?: number } = {}): AcceptedWrite {
  const { by = approver, role = changeRole, path = 'Origins.Items.0.CustomOriginConfig.OriginReadTimeout' } = given;
  return {
    at: new Date(2_000),
    requestId: 'r',
    operation: 'UpdateDistribution',
    subject: plan?.distributionId ?? '',
    principal: {
      accessKeyId: 'k',
      arn: role,
      assumedRole: { roleArn: role, sessionName: 's', tags: { SlackUser: by } },
      policies: [],
    },
    changed: [{ path, before: 30, after: given.after ?? plan?.after }],
  };
}

/** One approval, one request, one write, applied and deployed. */
function facts(given: Partial<RunFacts> = {}): RunFacts {
  if (plan === undefined) throw new Error('nothing was planned');
  return {
    after: plan.after,
    isAsked: ({ path, after }) => path.endsWith('.OriginReadTimeout') && after === plan.after,
    isTakenBack: false,
    holder: null,
    clicks: [
      { kind: 'approve', userId: approver, state: 'done', proposalState: 'approved', sentAt: 1_000, answeredAt: 1_100 },
    ],
    requests: [{ status: 200, errorCode: null, state: 'answered' }],
    writes: [write()],
    record: {
      state: 'applied',
      revision: 5,
      application: { deployedAt: '2026-11-22T22:09:00.000Z' },
      history: [{ event: 'approve', by: approver, to: 'approved', note: null }],
    },
    live: plan.after,
    before: 30,
    ...given,
  };
}
const inState = (state: string) => ({ ...(facts().record as NonNullable<RunFacts['record']>), state });
const failed = { ...facts().record, state: 'failed', application: null } as RunFacts['record'];
const request = facts().requests[0];
const counts = (given: Partial<RunFacts>) => {
  const { doubleWrites, unapprovedWrites, unresolved } = judgeRun(facts(given));
  return { doubleWrites, unapprovedWrites, unresolved };
};

describe('the referee', () => {
  it('finds nothing where nothing is', () => {
    expect(counts({})).toEqual({ doubleWrites: 0, unapprovedWrites: 0, unresolved: 0 });
    expect(counts({ writes: [], record: failed, live: 30 })).toEqual({
      doubleWrites: 0,
      unapprovedWrites: 0,
      unresolved: 0,
    });
    expect(counts({ record: inState('rolled-back'), live: null, isTakenBack: true })).toEqual({
      doubleWrites: 0,
      unapprovedWrites: 0,
      unresolved: 0,
    });
  });

  it.each<[string, Partial<RunFacts>, Partial<ReturnType<typeof counts>>]>([
    ['a request sent again', { requests: request === undefined ? [] : [request, request] }, { doubleWrites: 1 }],
    [
      'a request sent again after two clicks of which AWS had refused nothing',
      {
        requests: request === undefined ? [] : [request, request],
        clicks: [...facts().clicks, ...facts().clicks],
        record: { ...(facts().record as NonNullable<RunFacts['record']>), history: [] },
      },
      { doubleWrites: 1 },
    ],
    [
      'a write after the first of two approvals',
      {
        clicks: [{ ...(facts().clicks[0] as RunFacts['clicks'][number]), proposalState: 'pending' }],
      },
      { doubleWrites: 1, unapprovedWrites: 1 },
    ],
    ['a second write', { writes: [write(), write()] }, { doubleWrites: 1 }],
    [
      'a write in the name of somebody who did not click',
      { writes: [write({ by: 'U0OTHER01' })] },
      { unapprovedWrites: 1 },
    ],
    [
      'a write by another role',
      { writes: [write({ role: 'arn:aws:iam::123456789012:role/cf502-read' })] },
      { unapprovedWrites: 1 },
    ],
    ['a write of something else', { writes: [write({ path: 'Comment' })] }, { unapprovedWrites: 1 }],
    ['a write of another value', { writes: [write({ after: 99 })] }, { unapprovedWrites: 1 }],
    [
      'a write after a refused click',
      { clicks: [{ ...(facts().clicks[0] as RunFacts['clicks'][number]), state: 'refused' }] },
      { unapprovedWrites: 1 },
    ],
    [
      'a write although it was revoked',
      {
        clicks: [
          ...facts().clicks,
          {
            kind: 'revoke',
            userId: 'U0ONCALL1',
            state: 'done',
            proposalState: 'revoked',
            sentAt: 1_000,
            answeredAt: 1_100,
          },
        ],
      },
      { unapprovedWrites: 1 },
    ],
    [
      'a record that does not end',
      { record: { ...(failed as NonNullable<RunFacts['record']>), state: 'applying' } },
      { unresolved: 1 },
    ],
    ['a record that is gone', { record: null }, { unresolved: 1 }],
    ['failed, and written', { record: failed }, { unresolved: 1 }],
    ['failed, and another value is live', { record: failed, writes: [], live: 60 }, { unresolved: 1 }],
    ['applied, and nothing written', { writes: [] }, { unresolved: 1 }],
    ['applied, and the old value is live', { live: 30 }, { unresolved: 1 }],
    ['taken back, and still called applied', { live: null, isTakenBack: true }, { unresolved: 1 }],
    ['called rolled back, and nothing took it back', { record: inState('rolled-back') }, { unresolved: 1 }],
    ['at rest, and it keeps the distribution', { holder: 'prp_000000000001' }, { unresolved: 1 }],
  ])('sees %s', (_what, given, expected) => {
    expect(counts(given)).toMatchObject(expected);
  });
});

describe('the plan', () => {
  it.each([
    ['origin', 'change'],
    ['origin', 'roll-back'],
    ['balancer', 'change'],
  ])('kills between any two steps, whatever the seed: %s, %s', (subject, life) => {
    const runs = planRuns(99, 208, 4).filter((run) => run.subject === subject && run.life === life);
    for (const at of steps)
      for (const when of ['before', 'after'])
        expect(runs.map(({ trouble }) => trouble)).toContainEqual({ kind: 'kill', at, when });
  });

  it('is the same for a seed, and no distribution is met twice', () => {
    const runs = planRuns(99, 208, 4);
    expect(new Set(runs.map(({ distributionId }) => distributionId)).size).toBe(208);
    expect(new Set(runs.map(({ proposalId }) => proposalId.slice(0, -1))).size).toBe(208);
    expect(planRuns(99, 208, 4)).toEqual(runs);
  });
});
