import { describe, expect, it } from '@jest/globals';
import type { AppMentionEvent } from '@slack/types';
import { createLog } from '../../src/platform/log.js';
import { defaultPolicy } from '../../src/policy.js';
import type { Desk } from '../../src/slack/ask.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { askOfMention } from '../../src/slack/listeners/read-ask.js';
import { createInMemoryChecks } from '../builders/in-memory-checks.js';

const log = createLog('silent');
const desk: Desk = {
  policy: defaultPolicy,
  checks: createInMemoryChecks(),
  changes: null,
  audit: null,
  doctor: null,
  clients: createSlackClients(
    { mode: 'socket', botToken: 'xoxb-x', appToken: '', signingSecret: '', port: 0, apiUrl: 'http://127.0.0.1:1/' },
    log,
  ),
  identity: { teamId: 'T0LOCAL01', enterpriseId: null, botId: 'B0', botUserId: 'U0CF50200', botName: 'cf502' },
  log,
  now: () => new Date(),
};
const mention: AppMentionEvent = {
  type: 'app_mention',
  user: 'U0ONCALL1',
  text: '<@U0CF50200> check x',
  ts: '1.000001',
  channel: 'C0INCIDEN',
  event_ts: '1.000001',
};
const body = { event_id: 'Ev1', team_id: 'T0LOCAL01' };

describe('a mention', () => {
  it.each([
    ['of a bot', { bot_id: 'B0OTHER' }],
    ['of a bot in the old manner', { subtype: 'bot_message' }],
  ])('%s is nobody asking', (_, changes) => {
    expect(askOfMention(desk, { ...mention, ...changes }, body)).toBeNull();
  });

  it('without an author is nobody asking', () => {
    const { user: _, ...anonymous } = mention;
    expect(askOfMention(desk, anonymous, body)).toBeNull();
  });

  it.each([
    ['in the channel', {}, { teamId: 'T0LOCAL01', threadTs: '1.000001' }],
    ['in a thread', { thread_ts: '0.000009' }, { threadTs: '0.000009' }],
    ['of somebody from outside', { team: 'T0LOCAL01', user_team: 'T0PARTNER' }, { teamId: 'T0PARTNER' }],
  ])('%s is read with its place and author', (_, changes, expected) => {
    expect(askOfMention(desk, { ...mention, ...changes }, body)).toMatchObject({
      deliveryId: 'Ev1',
      userId: 'U0ONCALL1',
      channelId: 'C0INCIDEN',
      ...expected,
    });
  });
});
