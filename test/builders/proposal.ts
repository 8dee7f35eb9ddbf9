/** A proposal that is valid by default: a row of a test states only what differs. */
import type { Application, ProofResult, Proposal, Step } from '../../src/remediation/proposal.js';

export const proposalId = 'prp_0123456789ab';

export function proposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    format: 'cf502.proposal/1',
    id: proposalId,
    revision: 1,
    state: 'pending',
    change: {
      target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' },
      field: 'read-timeout',
      before: 30,
      after: 60,
    },
    binding: {
      etag: 'E2QWRUHAPOMQZL',
      changeHash: 'a'.repeat(64),
      subjectHash: 'b'.repeat(64),
      evidenceHash: 'c'.repeat(64),
    },
    blastRadius: { behaviours: ['/api/*', '/checkout'], aliases: ['www.example.com'], tenants: [], note: null },
    forecast: {
      stance: 'supports',
      sentences: ['412 of 530 failures ended at 30.0 s and would have had 30 more seconds.'],
      touched: { count: 412, of: 530 },
    },
    offeredFrom: null,
    successTest: {
      source: 'access-logs',
      statuses: [502, 504],
      behaviours: ['/api/*'],
      controlBehaviours: ['/static/*'],
      windowMinutes: 15,
      startsAfterSeconds: 10,
      minRequests: 200,
      before: { requests: 12_000, failures: 530 },
      maxShare: 0.02,
      sentence:
        'Under 2 % of the requests for /api/* answer 502 or 504 in the 15 minutes after the deployment (4.4 % before), and /static/* gets no worse.',
    },
    requester: { userId: 'U0ONCALL1', teamId: 'T0LOCAL01' },
    reason: 'The report of the shop takes 45 s on Mondays.',
    approvers: { users: [], groups: ['S0APPROVE'], quorum: 1, selfApproval: false },
    approvals: [],
    breakGlass: null,
    dryRun: false,
    createdAt: '2026-11-22T22:01:00.000Z',
    expiresAt: '2026-11-22T22:31:00.000Z',
    place: { channelId: 'C0INCIDEN', threadTs: null },
    message: null,
    application: null,
    proof: null,
    rollbackOf: null,
    failure: null,
    history: [],
    ...changes,
  };
}

export function step(changes: Partial<Step> = {}): Step {
  return {
    at: '2026-11-22T22:05:00.000Z',
    event: 'approve',
    from: 'pending',
    to: 'approved',
    by: 'U0APPROVE',
    note: null,
    ...changes,
  };
}

export function application(changes: Partial<Application> = {}): Application {
  return {
    startedAt: '2026-11-22T22:05:01.000Z',
    sentAt: '2026-11-22T22:05:02.000Z',
    etagBefore: 'E2QWRUHAPOMQZL',
    etagAfter: 'E3NEWETAGABCDE',
    requestId: '3f2c9a4e-0000-4000-8000-0123456789ab',
    appliedAt: '2026-11-22T22:05:03.000Z',
    deployedAt: null,
    ...changes,
  };
}

export function proofResult(changes: Partial<ProofResult> = {}): ProofResult {
  return {
    outcome: 'verified',
    before: { requests: 12_000, failures: 530 },
    after: { requests: 3_100, failures: 12 },
    interval: { low: 0.0022, high: 0.0067 },
    control: { before: { requests: 9_000, failures: 9 }, after: { requests: 2_400, failures: 3 } },
    window: { from: '2026-11-22T22:10:00.000Z', to: '2026-11-22T22:25:00.000Z' },
    sentences: ['The share of failures fell from 4.4 % to 0.4 %, below the 2 % that was asked for.'],
    ...changes,
  };
}
