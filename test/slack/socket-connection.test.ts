/** The two sockets of Socket Mode, on a local Slack. */
import { expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { createSocketConnection } from '../../src/slack/socket-connection.js';
import { startLocalSlack } from '../world/slack/local-slack.js';

it('opens a second socket later, and closes both', async () => {
  const slack = await startLocalSlack();
  const { environment, apiUrl } = slack;
  const connection = createSocketConnection(
    {
      mode: 'socket',
      botToken: environment.SLACK_BOT_TOKEN,
      appToken: environment.SLACK_APP_TOKEN,
      signingSecret: '',
      port: 0,
      apiUrl,
    },
    createLog('silent'),
    1,
  );
  try {
    expect(connection.isReady()).toBe(false);
    await connection.start();
    expect(connection.isReady()).toBe(true);
    await slack.waitFor(() => slack.connections === 2, { what: 'two sockets' });
    await connection.stop();
    await slack.waitFor(() => slack.connections === 0, { what: 'no socket' });
    expect(connection.isReady()).toBe(false);
  } finally {
    await connection.stop();
    await slack.stop();
  }
});
