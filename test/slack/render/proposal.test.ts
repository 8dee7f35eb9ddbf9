/** What the approver and the tired engineer read on the card, in each state of a proposal's life. */
import { describe, expect, it } from '@jest/globals';
import { lifeTable } from '../../../src/remediation/life.js';
import { type ProposalState, proposalStates } from '../../../src/remediation/proposal.js';
import { type CardOptions, renderProposal } from '../../../src/slack/render/proposal.js';
import { renderReach } from '../../../src/slack/render/proposal-reach.js';
import { application, proofResult, proposal, proposalId, step } from '../../builders/proposal.js';
import { readMessage } from '../../builders/read-message.js';

const options: CardOptions = { mayBreakGlass: true, windows: null };
const approved = { approvals: [{ userId: 'U0APPROVE', at: '2026-11-22T22:05:00.000Z' }] };
const read = (changes: Parameters<typeof proposal>[0] = {}, card = options): string =>
  readMessage(renderProposal(proposal(changes), card));
const lines = (changes: Parameters<typeof proposal>[0] = {}): string[] => read(changes).split('\n');

describe('the card of a proposal that waits', () => {
  it('reads from the change to what it binds', () => {
    expect(renderProposal(proposal(), options).text).toBe(
      'Approval is needed to change the read time-out of origin api of E2EXAMPLE1ABCD from 30 s to 60 s. It expires on 22 Nov 2026, 22:31 UTC.',
    );
    expect(lines()).toEqual([
      'Approval needed: read time-out of api, 30 s → 60 s',
      expect.stringMatching(/^=+$/),
      '• Change: read time-out (OriginReadTimeout) of origin api of distribution E2EXAMPLE1ABCD, 30 s → 60 s',
      '• Asked by: @U0ONCALL1, 2026-11-22 22:01 UTC (22:01 UTC)',
      '• Reason given: “The report of the shop takes 45 s on Mondays.”',
      '• Evidence: 412 of 530 failures ended at 30.0 s and would have had 30 more seconds.',
      '• Reaches 2 behaviours: /api/*, /checkout',
      '• Reaches 1 alias: www.example.com',
      '• Tested afterwards: Under 2 % of the requests for /api/* answer 502 or 504 in the 15 minutes after the deployment (4.4 % before), and /static/* gets no worse.',
      '• Who may approve: @S0APPROVE; whoever asked cannot',
      '• Expires: 2026-11-22 22:31 UTC (22:31 UTC); until somebody approves, nothing is changed',
      '• Approval is of: ETag E2QWRUHAPOMQZL, proposal prp_0123456789ab',
      '[Approve] [Reject …] [Revoke] [Break glass …]',
    ]);
  });

  it.each([
    ['against', null, 'The evidence does not support this.'],
    ['unknown', { count: 2, of: 90 }, 'The evidence does not support this.'],
  ] as const)('says loudly that the evidence is %s, %j', (stance, touched, warning) => {
    const shown = lines({ forecast: { stance, sentences: ['It cures no 502.'], touched } });
    expect(shown).toContain(warning);
    expect(shown).toContain('• Evidence: It cures no 502.');
    expect(read()).not.toContain(warning);
  });

  it('says loudly, and once, that there was no evidence to hold it against', () => {
    const sentences = ['No evidence of this distribution is at hand.', 'The access logs could not be read.'];
    const shown = lines({ forecast: { stance: 'unknown', sentences, touched: null } });
    expect(shown).toContain('This could not be held against evidence: No evidence of this distribution is at hand.');
    expect(shown).toContain('• Evidence: The access logs could not be read.');
    expect(shown.join(' ')).not.toContain('does not support');
    expect(shown.join(' ').split('is at hand')).toHaveLength(2);
    const [sentence = ''] = sentences;
    expect(lines({ forecast: { stance: 'unknown', sentences: [sentence], touched: null } }).join(' ')).not.toContain(
      'Evidence: ',
    );
  });

  it('says a dry run loudly, also before the click and in the notification', () => {
    const message = renderProposal(proposal({ dryRun: true }), options);
    expect(message.text).toMatch(/^Dry run\. /);
    expect(readMessage(message)).toContain('DRY RUN: nothing is sent to AWS.');
    expect(JSON.stringify(message.blocks)).toContain('Dry run: nothing is sent. It would set');
  });

  it('says before the click what is sent, and to whom it reaches', () => {
    const json = JSON.stringify(renderProposal(proposal(), options).blocks);
    expect(json).toContain(
      'cf502 then sets the read time-out of origin api of E2EXAMPLE1ABCD from 30 s to 60 s (UpdateDistribution, If-Match E2QWRUHAPOMQZL). Reaches 1 alias and 2 behaviours.',
    );
  });

  it('mentions each approver once, so that each is notified once', () => {
    const approvers = { users: ['U0APPROVE', 'U0COLLEAG'], groups: ['S0APPROVE'], quorum: 2, selfApproval: false };
    const card = read({ approvers });
    for (const id of ['@U0APPROVE', '@U0COLLEAG', '@S0APPROVE']) expect(card.split(id)).toHaveLength(2);
    expect(card).toContain('2 different people are needed; whoever asked cannot. So far 0 of 2');
    // Once it is decided nobody has to be called any more.
    expect(read({ ...approved, approvers, state: 'applied', application: application() })).not.toContain('@S0APPROVE');
  });

  it('says why approvals are void', () => {
    const history = [
      step({ event: 'void', from: 'applying', to: 'pending', by: null, note: 'The origin was changed meanwhile.' }),
    ];
    expect(read({ history })).toContain('Note: The origin was changed meanwhile.');
  });

  it('names every tenant, on the card or in the thread', () => {
    const tenants = Array.from({ length: 200 }, (_, index) => `tenant-${index + 1}`);
    const radius = { ...proposal().blastRadius, tenants };
    expect(read({ blastRadius: { ...radius, tenants: tenants.slice(0, 30) } })).toContain('tenant-30');
    expect(renderReach({ blastRadius: { ...radius, tenants: tenants.slice(0, 30) } })).toEqual([]);
    expect(read({ blastRadius: radius })).toContain('… and 170 more; all 200 are named in the thread');
    const thread = renderReach({ blastRadius: radius }).map(readMessage);
    expect(thread).toHaveLength(2);
    const named = thread.flatMap((message) => message.split('\n')).map((line) => line.replace('• ', ''));
    expect(tenants.filter((tenant) => !named.includes(tenant))).toEqual([]);
  });

  it('says when an approval is taken', () => {
    const windows = [{ days: ['mon', 'tue'] as const, from: '08:30', to: '17:00' }];
    expect(read({}, { mayBreakGlass: true, windows })).toContain('• When: mon, tue from 08:30 to 17:00, UTC');
  });

  it('has no button for a glass that nobody may break', () => {
    expect(read({}, { mayBreakGlass: false, windows: null })).toContain('[Approve] [Reject …] [Revoke]');
    expect(read({}, { mayBreakGlass: false, windows: null })).not.toContain('Break glass');
  });
});

describe('the card afterwards', () => {
  it.each([
    [
      'approved',
      { ...approved },
      'Approved: read time-out of api, 30 s → 60 s',
      '• Approved by: @U0APPROVE, 2026-11-22 22:05 UTC (22:05 UTC)',
    ],
    [
      'applied',
      { ...approved, application: application() },
      'Applied: read time-out of api, 30 s → 60 s',
      '• Deployment: under way to all edge locations, some minutes as a rule',
    ],
    [
      'applied',
      { ...approved, application: application({ deployedAt: '2026-11-22T22:09:50.000Z' }) },
      'Applied: read time-out of api, 30 s → 60 s',
      '• Result of the test: after 2026-11-22 22:25 UTC (22:25 UTC), once the data is in; logs may take an hour',
    ],
    [
      'verified',
      { ...approved, proof: proofResult() },
      'Applied and verified: read time-out of api, 30 s → 60 s',
      '• Before: 530 of 12,000 requests failed (4.4 %)',
    ],
    [
      'not-verified',
      { ...approved, proof: proofResult({ outcome: 'not-verified' }) },
      'Applied, not verified: read time-out of api, 30 s → 60 s',
      '• After: 12 of 3,100 requests failed (0.4 %), 95 % interval 0.2 % to 0.7 %, 2026-11-22 22:10 UTC (22:10 UTC) to 2026-11-22 22:25 UTC (22:25 UTC)',
    ],
    [
      'rejected',
      { history: [step({ to: 'rejected', note: 'not during the sale' })] },
      'Rejected: read time-out of api, 30 s → 60 s',
      '• Rejected by: @U0APPROVE, 2026-11-22 22:05 UTC (22:05 UTC): “not during the sale”',
    ],
    [
      'expired',
      { history: [step({ to: 'expired', by: null })] },
      'Expired: read time-out of api, 30 s → 60 s',
      'To propose it again: /cf502 propose E2EXAMPLE1ABCD --origin api --read-timeout 60',
    ],
    [
      'revoked',
      { history: [step({ to: 'revoked' })] },
      'Revoked: read time-out of api, 30 s → 60 s',
      '• Revoked by: @U0APPROVE, 2026-11-22 22:05 UTC (22:05 UTC)',
    ],
    [
      'rehearsed',
      { dryRun: true, history: [step({ to: 'rehearsed', by: null, note: 'UpdateDistribution of …' })] },
      'Dry run over: read time-out of api, 30 s → 60 s',
      '• What would have been sent: UpdateDistribution of …',
    ],
    [
      'failed',
      { failure: 'AWS refused it.' },
      'Failed: read time-out of api, 30 s → 60 s',
      '• What happened: AWS refused it.',
    ],
    [
      'rolled-back',
      { ...approved, history: [step({ from: 'applied', to: 'rolled-back', by: null, note: 'Taken back by prp_x.' })] },
      'Rolled back: read time-out of api, 30 s → 60 s',
      '• Rolled back: 2026-11-22 22:05 UTC (22:05 UTC). Taken back by prp_x.',
    ],
  ] as const)('%s', (state, changes, title, line) => {
    const card = lines({ ...changes, state });
    expect(card[0]).toBe(title);
    expect(card).toContain(line);
  });

  it.each([
    ['verified', { proof: proofResult(), application: application({ deployedAt: '2026-11-22T22:09:50.000Z' }) }],
    ['not-verified', { proof: proofResult(), application: application({ deployedAt: '2026-11-22T22:09:50.000Z' }) }],
    ['rolled-back', { proof: proofResult(), application: application({ deployedAt: '2026-11-22T22:09:50.000Z' }) }],
    ['rolled-back', { application: application({ deployedAt: '2026-11-22T22:09:50.000Z' }) }],
    ['rolled-back', { application: application() }],
    ['failed', { application: application({ appliedAt: null }), failure: 'x.' }],
  ] as const)('promises nothing more once it is %s', (state, changes) => {
    const card = read({ ...approved, ...changes, state });
    expect(card).not.toMatch(/under way|once the data is in|Tested afterwards/);
    if (state === 'rolled-back') expect(card).not.toContain('takes this back');
  });

  it('says of a roll-back that it is one, in words of its own', () => {
    const back = { ...approved, rollbackOf: 'prp_0123456789aa', proof: proofResult(), application: application() };
    expect(lines({ ...back, state: 'verified' })[0]).toMatch(/^Roll-back verified: /);
    expect(lines({ ...back, state: 'not-verified' })[0]).toMatch(/^Roll-back applied, not verified: /);
    expect(renderProposal(proposal({ ...back, state: 'not-verified' }), options).text).not.toMatch(/roll it back/);
    expect(read({ ...back, state: 'applied' })).toContain('was changed in the code meanwhile, change it back');
  });

  it('is loud about a broken glass as long as it stands', () => {
    const breakGlass = { userId: 'U0ONCALL1', reason: 'The shop is down.', at: '2026-11-22T22:05:00.000Z' };
    const words = {
      approved: 'goes ahead',
      applying: 'goes ahead',
      applied: 'went ahead',
      verified: 'went ahead',
      'rolled-back': 'went ahead',
      failed: 'was to go ahead',
      expired: 'was to go ahead',
      revoked: 'was to go ahead',
      rehearsed: 'was to go ahead',
    } as const;
    for (const state of Object.keys(words) as (keyof typeof words)[]) {
      const card = read({ state, breakGlass });
      expect(card).toContain(`BREAK GLASS: this ${words[state]} without the approvals that the policy asks for.`);
      expect(card).toContain('@U0ONCALL1 chose to go ahead without an approval');
    }
  });
});

describe('the buttons', () => {
  const buttonEvents = [
    ['[Approve]', 'approve'],
    ['[Reject …]', 'reject'],
    ['[Revoke]', 'revoke'],
    ['[Break glass …]', 'break-glass'],
  ] as const;

  it.each(proposalStates)('in %s are those that do something in the table of states', (state: ProposalState) => {
    const card = read({ state });
    for (const [button, event] of buttonEvents)
      expect([button, card.includes(button)]).toEqual([button, lifeTable[state][event] !== undefined]);
    expect(card.includes('[Roll back]')).toBe(lifeTable[state]['rolled-back'] !== undefined);
  });

  it('take no roll-back back', () => {
    expect(read({ state: 'applied', rollbackOf: proposalId, application: application() })).not.toContain('[');
  });
});
