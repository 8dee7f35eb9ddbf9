/** Every story through the whole product: typed in Slack, queued, collected, judged, read back from the thread. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../src/diagnosis/verdict.js';
import type { ProductProcess } from '../world/product.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';
import { balancerMade } from './stories/balancer-made.js';
import { blind } from './stories/blind.js';
import { healthy } from './stories/healthy.js';
import { missingIntermediate } from './stories/missing-intermediate.js';
import { oversizedHead } from './stories/oversized-head.js';
import { twoCauses } from './stories/two-causes.js';
import { unforwardedHost } from './stories/unforwarded-host.js';
import { unresolvable } from './stories/unresolvable.js';
import type { Story } from './story.js';

const channel = 'C0INCIDEN';
const stories = [
  missingIntermediate,
  unforwardedHost,
  balancerMade,
  healthy,
  blind,
  oversizedHead,
  unresolvable,
  twoCauses,
] as const;

const ids = new Map<Story, string>();
let world: World;
let worker: ProductProcess;
beforeAll(async () => {
  world = await startWorld();
  // Before anybody connects: writing an hour of logs keeps this process, and with it the local Slack, from answering.
  for (const story of stories) ids.set(story, await story.build(world));
  [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
  // The first command of two cold processes is not what is asked here.
  await world.slack.person('U0ONCALL1').typeCommand(channel, '/cf502', 'help');
});
afterAll(() => world.stop());

async function ask(story: Story): Promise<{ readonly verdict: Verdict; readonly text: string }> {
  const { slack } = world;
  const id = ids.get(story) ?? '';
  const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id} ${story.options ?? ''}`);
  expect(gesture.error).toBeNull();
  const parent = await slack.waitFor(
    () => slack.messages(channel).find((message) => message.byBot && JSON.stringify(message).includes(id)),
    {
      what: `a message about ${id}`,
    },
  );
  const verdict = await deliveredVerdict(world, worker, checkIdOf(parent) ?? '');
  const thread = slack.thread(channel, parent.ts);
  return { verdict, text: thread.map((message) => `${message.text}\n${renderAsText(message)}`).join('\n') };
}

describe('a question in Slack', () => {
  it.each(stories.map((story) => [story.title, story] as const))(
    '%s',
    async (_title, story) => {
      const { verdict, text } = await ask(story);
      const { expected } = story;
      expect({ outcome: verdict.outcome, causes: verdict.causes.map(({ checkId }) => checkId) }).toEqual({
        outcome: expected.outcome,
        causes: expected.causes,
      });
      expect(verdict.crashed).toEqual([]);
      const [best] = verdict.causes;
      if (expected.layer !== undefined) expect(verdict.layer).toBe(expected.layer);
      if (expected.strength !== undefined) expect(best?.strength).toBe(expected.strength);
      if (expected.explainedShare !== undefined) {
        expect((best?.explained?.count ?? 0) / (best?.explained?.of ?? 1)).toBeGreaterThanOrEqual(
          expected.explainedShare,
        );
      }
      expect(verdict.ruledOut.map(({ checkId }) => checkId)).toEqual(
        expect.arrayContaining([...(expected.ruledOut ?? [])]),
      );
      expect(verdict.inconclusive.map(({ checkId }) => checkId)).toEqual(
        expect.arrayContaining([...(expected.inconclusive ?? [])]),
      );
      for (const said of expected.says ?? []) expect(text).toContain(said);
      for (const unsaid of expected.saysNot ?? []) expect(text).not.toContain(unsaid);
      expect(world.slack.complaints).toEqual([]);
    },
    60_000,
  );
});
