/** A check request that is valid by default, so that a test states what differs. */
import type { CheckRequest } from '../../src/queue/checks.js';

let counter = 0;

export function checkRequest(changes: Partial<CheckRequest> = {}): CheckRequest {
  counter += 1;
  const now = Date.now();
  return {
    v: 1,
    purpose: 'check',
    checkId: `chk_${String(counter).padStart(12, '0')}`,
    asked: 'E1EXAMPLE12345',
    target: { kind: 'distribution-id', id: 'E1EXAMPLE12345' },
    window: { from: new Date(now - 3_600_000).toISOString(), to: new Date(now).toISOString() },
    windowAsked: 'since 1h',
    pathPattern: null,
    logs: 'within-budget',
    requester: { userId: 'U0EXAMPLE01', teamId: 'T0EXAMPLE01' },
    place: { channelId: 'C0EXAMPLE01', threadTs: null },
    acceptedAt: new Date(now).toISOString(),
    deadlineAt: new Date(now + 120_000).toISOString(),
    ...changes,
  };
}
