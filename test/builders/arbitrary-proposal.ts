/** Any proposal that the types allow, with hostile text in every place that text can stand in. */
import fc from 'fast-check';
import {
  type Change,
  type ChangeTarget,
  changeFields,
  type Forecast,
  type Proposal,
  proposalStates,
} from '../../src/remediation/proposal.js';
import { hostileText, many } from './arbitrary-verdict.js';
import { application, proofResult, proposal, step } from './proposal.js';

const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const time = fc.oneof(fc.constantFrom('2026-11-22T22:05:00.000Z', '1969-01-01T00:00:00.000Z'), hostileText);
const number = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300));
const userId = fc.oneof(fc.constantFrom('U0ONCALL1', 'W0EXAMPLE1'), hostileText);
const groupId = fc.oneof(fc.constantFrom('S0APPROVE', 'S0OTHER01'), hostileText);
const sample = fc.record({ requests: number, failures: number });

const target: fc.Arbitrary<ChangeTarget> = fc.oneof(
  fc.record({ kind: fc.constant('origin' as const), distributionId: hostileText, originId: hostileText }),
  fc.record({
    kind: fc.constant('balancer' as const),
    distributionId: hostileText,
    arn: hostileText,
    region: hostileText,
    name: hostileText,
  }),
);

export const anyChange: fc.Arbitrary<Change> = fc.record({
  target,
  field: fc.constantFrom(...changeFields),
  before: nullable(number),
  after: nullable(number),
});

export const anyForecast: fc.Arbitrary<Forecast> = fc.record({
  stance: fc.constantFrom('supports' as const, 'against' as const, 'unknown' as const),
  sentences: many(hostileText),
  touched: nullable(fc.record({ count: number, of: number })),
});

const anyStep = fc
  .record({
    at: time,
    event: fc.constantFrom('rebase', 'void', 'retry', 'approve', 'reject', 'rehearse'),
    from: fc.constantFrom(...proposalStates),
    to: fc.constantFrom(...proposalStates),
    by: nullable(userId),
    note: nullable(hostileText),
  })
  .map(step);

export const anyProposal: fc.Arbitrary<Proposal> = fc
  .record({
    id: hostileText,
    state: fc.constantFrom(...proposalStates),
    change: anyChange,
    binding: fc.record({
      etag: hostileText,
      changeHash: hostileText,
      subjectHash: hostileText,
      evidenceHash: nullable(hostileText),
    }),
    blastRadius: fc.record({
      behaviours: many(hostileText),
      aliases: many(hostileText),
      tenants: many(hostileText),
      note: nullable(hostileText),
    }),
    forecast: anyForecast,
    offeredFrom: nullable(fc.record({ checkId: hostileText, claim: hostileText })),
    successTest: hostileText.map((sentence) => ({ ...proposal().successTest, sentence })),
    requester: fc.record({ userId, teamId: hostileText }),
    reason: nullable(hostileText),
    approvers: fc.record({
      users: many(userId),
      groups: many(groupId),
      quorum: number,
      selfApproval: fc.boolean(),
    }),
    approvals: many(fc.record({ userId, at: time })),
    breakGlass: nullable(fc.record({ userId, reason: hostileText, at: time })),
    dryRun: fc.boolean(),
    createdAt: time,
    expiresAt: time,
    application: nullable(
      fc
        .record({
          etagAfter: nullable(hostileText),
          requestId: nullable(hostileText),
          appliedAt: nullable(time),
          deployedAt: nullable(time),
        })
        .map(application),
    ),
    proof: nullable(
      fc
        .record({
          before: sample,
          after: sample,
          interval: nullable(fc.record({ low: number, high: number })),
          control: nullable(fc.record({ before: sample, after: sample })),
          window: fc.record({ from: time, to: time }),
          sentences: many(hostileText),
        })
        .map(proofResult),
    ),
    rollbackOf: nullable(hostileText),
    failure: nullable(hostileText),
    history: many(anyStep),
  })
  .map(proposal);
