/** A policy for changes that allows the builders' proposal: a row of a test states only what differs. */
import type { ChangePolicy } from '../../src/remediation/change-policy.js';

export function aChangePolicy(changes: Partial<ChangePolicy> = {}): ChangePolicy {
  return {
    mode: 'apply',
    distributions: ['E2EXAMPLE1ABCD', 'E1A2B3C4D5E6F7'],
    approvers: { users: [], groups: ['S0APPROVE'], quorum: 1, selfApproval: false },
    expiresAfterMinutes: 30,
    bounds: {},
    proofWindowMinutes: 15,
    ...changes,
  };
}
