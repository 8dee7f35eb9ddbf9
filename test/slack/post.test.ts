/** Posting where Slack refuses newer kinds of block: nothing is lost but the layout. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { createSlackClients, type SlackClients } from '../../src/slack/clients.js';
import { postMessage, updateMessage } from '../../src/slack/post.js';
import { renderProgress } from '../../src/slack/render/progress.js';
import { renderThread } from '../../src/slack/render/thread.js';
import { renderVerdict } from '../../src/slack/render/verdict.js';
import { evidenceBag, progress, verdict } from '../builders/verdict.js';
import { type LocalSlack, startLocalSlack } from '../world/slack/local-slack.js';
import { renderAsText } from '../world/slack/render-as-text.js';

const place = { channelId: 'C0INCIDEN', threadTs: null };
let slack: LocalSlack;
let clients: SlackClients;

beforeEach(async () => {
  slack = await startLocalSlack({ botScopes: ['chat:write'] });
  const { environment, apiUrl } = slack;
  clients = createSlackClients(
    { mode: 'socket', botToken: environment.SLACK_BOT_TOKEN, appToken: '', signingSecret: '', port: 0, apiUrl },
    createLog('silent'),
  );
});
afterEach(async () => {
  await slack.stop();
});

describe('posting', () => {
  it('takes a whole conversation as it is rendered', async () => {
    const ts = await postMessage(clients.mustDeliver, place, renderProgress(progress(), { usePlan: true }));
    await updateMessage(clients.mustDeliver, { channelId: place.channelId, ts }, renderVerdict(verdict(), progress()));
    for (const message of renderThread(verdict(), evidenceBag()))
      await postMessage(clients.mustDeliver, { ...place, threadTs: ts }, message);
    expect(slack.thread(place.channelId, ts)).toHaveLength(5);
    expect(slack.calls.filter((call) => call.outcome.kind !== 'ok')).toEqual([]);
  });

  it('replaces refused kinds of block', async () => {
    slack.refuseBlocks('plan', 'table');
    const ts = await postMessage(clients.progress, place, renderProgress(progress(), { usePlan: true }));
    const shown = slack.message(place.channelId, ts);
    expect(shown?.blocks.map((block) => block['type'])).toEqual(['rich_text', 'rich_text', 'rich_text', 'actions']);
    expect(shown && renderAsText(shown)).toContain('• Access logs: running, 12 of 40 log objects');
  });

  it('sends the sentence alone where Slack takes no blocks at all, also over blocks that are there', async () => {
    const ts = await postMessage(clients.progress, place, renderProgress(progress(), { usePlan: true }));
    slack.refuseBlocks('plan', 'table', 'rich_text', 'header', 'context', 'actions');
    await updateMessage(clients.mustDeliver, { channelId: place.channelId, ts }, renderVerdict(verdict(), progress()));
    expect(slack.message(place.channelId, ts)).toMatchObject({
      blocks: [],
      text: expect.stringMatching(/^The certificate of api\.example\.com expired/),
    });
  });

  it.each([
    [{ kind: 'error', error: 'not_in_channel' }, 'not-allowed', { slackError: 'not_in_channel' }],
    [{ kind: 'error', error: 'invalid_auth' }, 'misconfigured', { slackError: 'invalid_auth' }],
    [{ kind: 'rate-limited', retryAfterSeconds: 7 }, 'throttled', { retryAfterSeconds: 7 }],
    [{ kind: 'http', status: 503 }, 'service-down', { statusCode: 503 }],
    [{ kind: 'cut' }, 'service-down', {}],
    [{ kind: 'hang' }, 'service-down', {}],
  ] as const)('translates %j into a Failure, after one try', async (rule, kind, details) => {
    slack.answer('chat.postMessage', rule);
    await expect(postMessage(clients.interactive, place, renderVerdict(verdict(), null))).rejects.toMatchObject({
      kind,
      details,
    });
    expect(slack.calls).toHaveLength(1);
  });
});
