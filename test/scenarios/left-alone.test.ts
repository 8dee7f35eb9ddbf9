/** A check that nobody works on, or whose message nobody could post: what the sweep makes of it, with a real worker killed and Slack refusing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { World } from '../world/world.js';
import { channel, type Incident, startIncident } from './incident.js';
import { checkIdOf } from './read-verdict.js';

let incident: Incident;
let world: World;
const undo: (() => void)[] = [];

beforeAll(async () => {
  incident = await startIncident('E9LEFTALONE123', '127.0.0.37');
  ({ world } = incident);
});
afterEach(() => {
  for (const lift of undo.splice(0)) lift();
});
afterAll(() => world.stop());

describe('no worker is left', () => {
  it('says so in the message once the deadline has passed, and gives the answer when a worker is back', async () => {
    await incident.worker.kill();
    const message = await incident.ask();
    await world.slack.waitFor(() => incident.read(message).includes('No worker of cf502 is running'), {
      timeoutMs: 100_000,
      what: 'the message saying that nobody works',
    });
    incident.worker = await world.start('worker');
    await incident.delivered(message);
    expect(incident.read(message)).not.toContain('No worker');
  });
});

describe('Slack misbehaves', () => {
  it('adopts a check whose first message Slack refused for a while', async () => {
    const rule = world.slack.answer('chat.postMessage', { kind: 'http', status: 500, times: 2 });
    undo.push(() => rule.stop());
    const before = world.slack.messages(channel).length;
    await world.slack.person('U0ONCALL1').typeCommand(channel, '/cf502', incident.command());
    const message = await world.slack.waitFor(
      () => world.slack.messages(channel).find((each, index) => index >= before && checkIdOf(each) !== null),
      { timeoutMs: 100_000, what: 'the answer in a message that the worker posted' },
    );
    await incident.delivered(message);
    expect(rule.served).toBe(2);
  });
});
