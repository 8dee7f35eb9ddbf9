import { describe, expect, it } from '@jest/globals';
import { adoptAfterMs, diagnoseNeglect } from '../../jobs/sweep.js';
import type { CheckRecord } from '../../src/platform/check-store.js';
import type { CheckRequest } from '../../src/queue/checks.js';
import { checkRequest } from '../builders/check-request.js';
import { verdict } from '../builders/verdict.js';

const accepted = Date.parse('2026-11-22T10:00:00.000Z');
const deadline = accepted + 120_000;
const message = { channelId: 'C0EXAMPLE01', ts: '1.2', threadTs: '1.2', permalink: null };

function record(changes: Partial<CheckRecord<CheckRequest>> = {}): CheckRecord<CheckRequest> {
  return {
    request: checkRequest({
      acceptedAt: new Date(accepted).toISOString(),
      deadlineAt: new Date(deadline).toISOString(),
    }),
    phase: 'running',
    cancelledBy: null,
    message,
    tasks: [],
    guess: null,
    verdict: null,
    delivered: false,
    ...changes,
  };
}

describe('diagnoseNeglect', () => {
  it.each([
    ['one that runs in time', record(), null, accepted + 60_000, null],
    ['one past its deadline by a moment', record(), null, deadline + 1_000, null],
    ['one past its deadline', record(), null, deadline + 10_000, 'overdue'],
    ['one just cancelled', record({ phase: 'cancelling' }), accepted + 1_000, accepted + 2_000, null],
    [
      'one cancelled and still not over',
      record({ phase: 'cancelling' }),
      accepted + 1_000,
      accepted + 9_000,
      'overdue',
    ],
    ['one the bot is about to announce', record({ message: null }), null, accepted + 1_000, null],
    ['one the bot never announced', record({ message: null }), null, accepted + adoptAfterMs + 1, 'unannounced'],
    ['one whose verdict was not delivered', record({ verdict: verdict() }), null, deadline + 60_000, 'undelivered'],
    ['one that is done', record({ verdict: verdict(), delivered: true }), null, deadline + 60_000, null],
  ])('%s', (_what, given, cancelledAt, now, expected) => {
    expect(diagnoseNeglect(given, cancelledAt, now)).toBe(expected);
  });
});
