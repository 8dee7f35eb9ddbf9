import { describe, expect, it } from '@jest/globals';
import { RespondError } from '@slack/bolt';
import { toSlackFailure } from '../../src/slack/slack-failure.js';

describe('an answer that is not taken at its response URL', () => {
  it("is told by Bolt's own code", () => {
    expect(toSlackFailure(new RespondError('refused', 404))).toMatchObject({
      kind: 'service-down',
      details: { statusCode: 404 },
    });
  });

  it('is told from other errors', () => {
    expect(toSlackFailure(new Error('refused'))).toMatchObject({ kind: 'bug' });
  });
});
