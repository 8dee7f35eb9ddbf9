import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultPolicy } from '../../src/policy.js';
import { checkRequestSchema } from '../../src/queue/checks.js';
import { buildCheckRequest, checkIdFor, commandAgain } from '../../src/slack/check-request.js';
import { checkRequest } from '../builders/check-request.js';

const now = new Date('2026-11-22T22:00:00.000Z');

describe('the request of a check', () => {
  it('has an id that follows from the delivery alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(checkIdFor(one)).toMatch(/^chk_[a-z0-9]{12}$/);
        expect(checkIdFor(one) === checkIdFor(other)).toBe(one === other);
      }),
    );
  });

  it('is one that the worker takes', () => {
    const command = commandAgain(checkRequest({ windowAsked: 'since 60m' }), now);
    const ask = {
      deliveryId: '1.2.x',
      userId: 'U0ONCALL1',
      teamId: 'T0LOCAL01',
      enterpriseId: null,
      channelId: 'C0INCIDEN',
      threadTs: null,
      tell: () => Promise.resolve(),
    };
    const request = buildCheckRequest(ask, command, defaultPolicy, now);
    expect(checkRequestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      acceptedAt: '2026-11-22T22:00:00.000Z',
      deadlineAt: '2026-11-22T22:02:00.000Z',
      window: { from: '2026-11-22T21:00:00.000Z', to: '2026-11-22T22:00:00.000Z' },
    });
  });

  it('keeps what it was for when asked again, and a job that does not say is a check', () => {
    expect(commandAgain(checkRequest({ purpose: 'audit' }), now)).toMatchObject({ kind: 'audit', pathPattern: null });
    const { purpose: _purpose, ...old } = checkRequest();
    expect(checkRequestSchema.parse(old).purpose).toBe('check');
    expect(checkRequestSchema.safeParse({ ...old, purpose: 'other' }).success).toBe(false);
  });

  it('moves a relative window up to now when asked again, as long as it was asked for', () => {
    const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:01:00.000Z' };
    const again = commandAgain(
      checkRequest({ window, windowAsked: 'since 60m' }),
      new Date('2026-11-22T22:00:30.500Z'),
    );
    expect(again.window).toEqual({ from: '2026-11-22T21:00:00.000Z', to: '2026-11-22T22:01:00.000Z' });
  });

  it('keeps the window whose logs were priced when all of them are read, however it was asked for', () => {
    const window = { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T10:15:00.000Z' };
    const asked = checkRequest({ window, windowAsked: 'since 60m' });
    expect(commandAgain(asked, now, 'all')).toMatchObject({ window, windowAsked: 'since 60m' });
  });

  it('keeps a fixed window when asked again', () => {
    const window = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
    const request = checkRequest({ window, windowAsked: 'from 2026-11-20T10:00 to 2026-11-20T11:00' });
    expect(commandAgain(request, now).window).toEqual(window);
  });
});
