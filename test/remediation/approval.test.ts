import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../src/policy.js';
import { judgeDecision, refuseApplication } from '../../src/remediation/approval.js';
import type { ChangePolicy } from '../../src/remediation/change-policy.js';
import type { Decision } from '../../src/remediation/decision.js';
import type { Proposal } from '../../src/remediation/proposal.js';
import { proposal as aProposal } from '../builders/proposal.js';
import { aChangePolicy } from './a-change-policy.js';

// A Sunday.
const now = new Date('2026-11-22T22:05:00.000Z');
const approve: Decision = { kind: 'approve', userId: 'U0APPROVE', groups: ['S0APPROVE'] };
const breakGlass: Decision = { kind: 'break-glass', userId: 'U0GLASS', groups: [], reason: 'The shop is down.' };
const reject: Decision = { kind: 'reject', userId: 'U0APPROVE', groups: ['S0APPROVE'], reason: 'Not tonight.' };
const revoke: Decision = { kind: 'revoke', userId: 'U0ONCALL1', groups: [] };
const office = [{ days: ['mon', 'tue'], from: '08:30', to: '17:00' }] as const;
const withGlass = aChangePolicy({ breakGlass: { users: ['U0GLASS'] } });

describe('a decision is let through', () => {
  it.each<[string, Proposal, Decision, ChangePolicy | null, Proposal['state']]>([
    ['approval by a member of the group', aProposal(), approve, aChangePolicy(), 'approved'],
    [
      'approval by a person who is listed',
      aProposal({ approvers: { users: ['U0LISTED'], groups: [], quorum: 1, selfApproval: false } }),
      { kind: 'approve', userId: 'U0LISTED', groups: [] },
      aChangePolicy({ approvers: { users: ['U0LISTED'], groups: [], quorum: 1, selfApproval: false } }),
      'approved',
    ],
    [
      'the first of two approvals, outside the window',
      aProposal(),
      approve,
      aChangePolicy({
        approvers: { users: [], groups: ['S0APPROVE'], quorum: 2, selfApproval: false },
        windows: office,
      }),
      'pending',
    ],
    [
      'one’s own approval, where both allow it',
      aProposal({ approvers: { users: ['U0ONCALL1'], groups: [], quorum: 1, selfApproval: true } }),
      { kind: 'approve', userId: 'U0ONCALL1', groups: [] },
      aChangePolicy({ approvers: { users: ['U0ONCALL1'], groups: [], quorum: 1, selfApproval: true } }),
      'approved',
    ],
    ['break-glass outside the window', aProposal(), breakGlass, { ...withGlass, windows: office }, 'approved'],
    ['rejection by an approver', aProposal(), reject, aChangePolicy(), 'rejected'],
    ['rejection where the policy is gone', aProposal(), reject, null, 'rejected'],
    [
      'rejection by one of the break-glass list',
      aProposal(),
      { ...reject, userId: 'U0GLASS', groups: [] },
      withGlass,
      'rejected',
    ],
    ['revoking by whoever asked', aProposal(), revoke, aChangePolicy(), 'revoked'],
    [
      'revoking after its time',
      aProposal({ expiresAt: '2026-11-22T22:00:00.000Z' }),
      revoke,
      aChangePolicy(),
      'revoked',
    ],
    [
      'revoking by an approver, after the approval',
      aProposal({ state: 'approved' }),
      { kind: 'revoke', userId: 'U0APPROVE', groups: ['S0APPROVE'] },
      aChangePolicy(),
      'revoked',
    ],
  ])('%s', (_what, proposal, decision, policy, state) => {
    expect(judgeDecision(proposal, decision, policy, now)).toMatchObject({
      ok: true,
      proposal: { state, revision: proposal.revision + 1 },
      event: { name: decision.kind, at: now.toISOString() },
    });
  });
});

describe('a decision is refused', () => {
  it.each<[string, Proposal, Decision, ChangePolicy | null, RegExp]>([
    ['approval by a stranger', aProposal(), { ...approve, groups: [] }, aChangePolicy(), /not among.*user group/],
    [
      'approval by a group that was taken off the policy',
      aProposal(),
      approve,
      aChangePolicy({ approvers: { users: [], groups: ['S0OTHER'], quorum: 1, selfApproval: false } }),
      /not among/,
    ],
    [
      'approval by a group that came to the policy later',
      aProposal(),
      { ...approve, groups: ['S0OTHER'] },
      aChangePolicy({ approvers: { users: [], groups: ['S0OTHER'], quorum: 1, selfApproval: false } }),
      /not among/,
    ],
    [
      'one’s own approval, although the frozen rule would allow it',
      aProposal({ approvers: { users: [], groups: ['S0APPROVE'], quorum: 1, selfApproval: true } }),
      { ...approve, userId: 'U0ONCALL1' },
      aChangePolicy(),
      /somebody else has to approve/,
    ],
    [
      'a second approval by the same person',
      aProposal({
        approvers: { users: [], groups: ['S0APPROVE'], quorum: 2, selfApproval: false },
        approvals: [{ userId: 'U0APPROVE', at: '2026-11-22T22:02:00.000Z', groups: ['S0APPROVE'] }],
      }),
      approve,
      aChangePolicy(),
      /approved this proposal already/,
    ],
    [
      'approval when it has expired',
      aProposal({ expiresAt: now.toISOString() }),
      approve,
      aChangePolicy(),
      /expired at 2026-11-22 22:05 UTC/,
    ],
    [
      'approval outside the window',
      aProposal(),
      approve,
      aChangePolicy({ windows: office }),
      /may not be applied at this time\. The next change window opens on Monday 2026-11-23 at 08:30 UTC\. This proposal will have expired by then/,
    ],
    [
      'approval minutes before the window',
      aProposal(),
      approve,
      aChangePolicy({ windows: [{ days: ['sun'], from: '22:10', to: '24:00' }] }),
      /Sunday 2026-11-22 at 22:10 UTC\. Approve it then\./,
    ],
    [
      'approval outside the window, with a way out',
      aProposal(),
      approve,
      { ...withGlass, windows: office },
      /break-glass list/,
    ],
    [
      'approval of a distribution that was taken off',
      aProposal(),
      approve,
      aChangePolicy({ distributions: ['E9OTHER'] }),
      /no longer lets cf502 change distribution E2EXAMPLE1ABCD/,
    ],
    ['approval without a policy', aProposal(), approve, null, /no longer lets cf502 change anything/],
    [
      'a click on what is decided',
      aProposal({ state: 'rejected' }),
      { ...approve, groups: [] },
      null,
      /was rejected and cannot be approved/,
    ],
    ['break-glass where nobody may', aProposal(), breakGlass, aChangePolicy(), /lets nobody use break-glass/],
    ['break-glass by one who may not', aProposal(), { ...breakGlass, userId: 'U0OTHER' }, withGlass, /not on the list/],
    ['break-glass without a reason', aProposal(), { ...breakGlass, reason: ' ' }, withGlass, /needs a reason/],
    ['rejection by a stranger', aProposal(), { ...reject, groups: [] }, aChangePolicy(), /Only those who may approve/],
    ['rejection without a reason', aProposal(), { ...reject, reason: '' }, aChangePolicy(), /needs a reason/],
    [
      'revoking by a stranger',
      aProposal(),
      { ...revoke, userId: 'U0OTHER' },
      aChangePolicy(),
      /Only the person who asked/,
    ],
    [
      'revoking while it is written',
      aProposal({ state: 'applying' }),
      revoke,
      aChangePolicy(),
      /at this moment.*roll-back/,
    ],
  ])('%s', (_what, proposal, decision, policy, because) => {
    const judged = judgeDecision(proposal, decision, policy, now);
    expect(judged.ok ? 'was let through' : judged.because).toMatch(because);
  });
});

describe('before it is applied', () => {
  const given = { userId: 'U0APPROVE', at: now.toISOString(), groups: ['S0APPROVE'] };
  const approved = aProposal({ state: 'approved', approvals: [given] });
  const named = (users: readonly string[]) => ({ users, groups: ['S0APPROVE'], quorum: 1, selfApproval: false });
  const byName = {
    ...approved,
    approvers: named(['U0LISTED']),
    approvals: [{ ...given, userId: 'U0LISTED', groups: [] }],
  };
  const glass = {
    ...approved,
    approvals: [],
    breakGlass: { userId: 'U0GLASS', reason: 'down', at: now.toISOString() },
  };
  it.each<[string, Proposal, ChangePolicy | null, RegExp | null]>([
    ['as approved', approved, aChangePolicy(), null],
    ['without a policy', approved, null, /no longer lets cf502 change anything/],
    ['with the distribution taken off', approved, aChangePolicy({ distributions: [] }), /no longer lets/],
    ['with the policy set to dry run', approved, aChangePolicy({ mode: 'dry-run' }), /set to dry run/],
    ['as a dry run', { ...approved, dryRun: true }, aChangePolicy({ mode: 'dry-run' }), null],
    [
      'with a higher quorum',
      approved,
      aChangePolicy({ approvers: { users: [], groups: ['S0APPROVE'], quorum: 2, selfApproval: false } }),
      /2 approvals, and there are 1/,
    ],
    [
      'with the group taken off the list',
      approved,
      aChangePolicy({ approvers: { ...named([]), groups: [] } }),
      /no longer counts/,
    ],
    ['with the approver still on the list', byName, aChangePolicy({ approvers: named(['U0LISTED']) }), null],
    [
      'with the approver taken off the list',
      byName,
      aChangePolicy({ approvers: named(['U0OTHER']) }),
      /no longer counts/,
    ],
    [
      'with self-approval taken back',
      {
        ...approved,
        approvers: { ...approved.approvers, selfApproval: true },
        approvals: [{ ...given, userId: 'U0ONCALL1' }],
      },
      aChangePolicy(),
      /no longer counts/,
    ],
    [
      'with a narrower bound',
      approved,
      aChangePolicy({ bounds: { 'read-timeout': { min: 1, max: 45 } } }),
      /60 s is out of range.*allows 1 to 45 s/,
    ],
    [
      'taking a change back past the bound',
      { ...approved, rollbackOf: 'prp_original0001' },
      aChangePolicy({ bounds: { 'read-timeout': { min: 1, max: 45 } } }),
      null,
    ],
    ['when the window has closed', approved, aChangePolicy({ windows: office }), /Monday 2026-11-23/],
    ['by break-glass, whatever the window', glass, { ...withGlass, windows: office }, null],
    ['by break-glass of one who no longer may', glass, aChangePolicy(), /no longer on the list/],
  ])('%s', (_what, proposal, policy, because) => {
    const refusal = refuseApplication(proposal, policy, now);
    if (because === null) expect(refusal).toBeNull();
    else expect(refusal).toMatch(because);
  });
});

it('a last approval does not count those of people who may no longer approve', () => {
  const both = { users: ['U0FIRST', 'U0SECOND', 'U0THIRD'], groups: [], quorum: 2, selfApproval: false };
  const waiting = aProposal({ approvers: both, approvals: [{ userId: 'U0FIRST', at: now.toISOString() }] });
  const today = aChangePolicy({ approvers: { ...both, users: ['U0SECOND', 'U0THIRD'] } });
  const click = (from: Proposal, userId: string) =>
    judgeDecision(from, { kind: 'approve', userId, groups: [] }, today, now);
  const second = click(waiting, 'U0SECOND');
  expect(second).toMatchObject({ ok: true, proposal: { state: 'pending', approvals: [{ userId: 'U0SECOND' }] } });
  if (!second.ok) return;
  expect(second.proposal.history.at(-1)?.note).toContain('no longer counts');
  expect(click(second.proposal, 'U0THIRD')).toMatchObject({ ok: true, proposal: { state: 'approved' } });
});

it('keeps the groups through which an approval was given', () => {
  const judged = judgeDecision(aProposal(), { ...approve, groups: ['S0OTHER', 'S0APPROVE'] }, aChangePolicy(), now);
  expect(judged).toMatchObject({ ok: true, proposal: { approvals: [{ userId: 'U0APPROVE', groups: ['S0APPROVE'] }] } });
});

it('reads the policy file’s own section', () => {
  const { changes } = parsePolicy(
    'version: 1\nchanges:\n  distributions: [E2EXAMPLE1ABCD]\n  approvers: { groups: [S0APPROVE] }\n  windows:\n    - { days: [sun], from: "20:00", to: "24:00" }\n  bounds:\n    read-timeout: { min: 5, max: 60 }\n',
    'cf502.policy.yml',
  );
  const policy: ChangePolicy | null = changes ?? null;
  expect(judgeDecision(aProposal(), approve, policy, now)).toMatchObject({ ok: true });
});
