/** An audit through the whole product: typed in Slack, queued, collected, judged, read back from the thread. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { checkIdOf } from './read-verdict.js';
import { auditedId, plantAudited } from './stories/audited.js';

const channel = 'C0INCIDEN';
let world: World;
let worker: ProductProcess;
beforeAll(async () => {
  // Nothing here is about idle connections, which take their time.
  world = await startWorld({ keepAliveHoldSeconds: 0 });
  await plantAudited(world);
  [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
});
afterAll(() => world.stop());

async function ask(line: string): Promise<Message> {
  const before = new Set(world.slack.messages(channel).map(({ ts }) => ts));
  const gesture = await world.slack.person('U0ONCALL1').typeCommand(channel, '/cf502', line);
  expect(gesture.error).toBeNull();
  return world.slack.waitFor(
    (slack) => slack.messages(channel).find((message) => message.byBot && !before.has(message.ts)),
    { what: 'the message of the audit' },
  );
}

async function answered(message: Message): Promise<readonly string[]> {
  await worker.logged(new RegExp(`"checkId":"${checkIdOf(message)}"[^\\n]*verdict delivered`));
  return world.slack.thread(channel, message.ts).map((each) => renderAsText(each));
}

describe('an audit in Slack', () => {
  it('answers with the sum and the worst, and every item in the thread', async () => {
    const message = await ask(`audit ${auditedId}`);
    const [parent = '', ...thread] = await answered(message);
    expect(parent).toMatch(/Of 16 precautions against 502s on E8AUDITED12345/);
    expect(parent).toMatch(/First of all/);
    expect(parent).toContain('Time-outs in order (at risk)');
    expect(parent).toContain('[Audit again]');
    const read = thread.join('\n');
    expect(read).toContain('CloudFront keeps connections to shop for 60 s, the balancer drops them after 60 s.');
    expect(read).toContain('shop-web of shop has a single healthy target.');
    expect(read).toContain(
      'Group pair does not fail over on 500, 503 and 504, so it misses failed connections and time-outs',
    );
    expect(read).toContain('CloudFront publishes no metric named OriginResponseTime, so slow-origin can never go off.');
    expect(read).toContain('A 502 is served again for at least 300 seconds');
    expect(read).toContain('shop-502 watches 502ErrorRate and tells somebody.');
    expect(read).toContain('Standard logs v2 go to CloudWatch Logs.');
    expect(read).toContain('status_codes = [500, 502, 503, 504]');
    expect(thread.length).toBeLessThanOrEqual(4);
    expect(world.slack.complaints).toEqual([]);
  });

  it('does it again at the click of the button, as an audit', async () => {
    const first = await ask(`audit ${auditedId}`);
    await answered(first);
    const before = new Set(world.slack.messages(channel).map(({ ts }) => ts));
    const shown = world.slack.message(channel, first.ts) ?? first;
    await world.slack.person('U0COLLEAG').click(shown, 'cf502_check_again');
    const second = await world.slack.waitFor(
      (slack) => slack.messages(channel).find((message) => message.byBot && !before.has(message.ts)),
      { what: 'the second audit' },
    );
    const [parent] = await answered(second);
    expect(parent).toMatch(/Of 16 precautions/);
  });

  it('stops when somebody cancels, and shows nothing half done', async () => {
    const lift = world.aws.fail({ service: 'cloudwatch', operation: 'DescribeAlarms', how: 'hang' });
    const earlier = world.aws.calls.length;
    const message = await ask(`audit ${auditedId}`);
    await world.aws.waitForCall(
      (call) => call.operation === 'DescribeAlarms' && world.aws.calls.indexOf(call) >= earlier,
    );
    const shown = world.slack.message(channel, message.ts) ?? message;
    await world.slack.person('U0COLLEAG').click(shown, 'cf502_cancel');
    const [parent, ...thread] = await answered(message);
    lift();
    expect(parent).toContain(`The audit of ${auditedId} was cancelled`);
    expect(parent).toContain('U0COLLEAG');
    expect(thread).toEqual([]);
  });
});
