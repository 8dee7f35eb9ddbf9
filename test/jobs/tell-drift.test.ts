/** A later check that sees another value than the one cf502 has set says so, in its own thread and in that of the change, once. */
import { afterEach, expect, it } from '@jest/globals';
import { createPoster } from '../../jobs/poster.js';
import { tellDrift } from '../../jobs/tell-drift.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import { createCheckStore } from '../../src/platform/check-store.js';
import { aBag, aDistribution, anOrigin } from '../builders/evidence.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { type ChangeWorld, channelId, startChangeWorld } from './change-world.js';

let world: ChangeWorld;
afterEach(() => world.stop());

it('says it once per value, and nothing while the value holds', async () => {
  world = await startChangeWorld();
  const { services, slack, distributionId } = world;
  const { id } = await world.propose();
  await world.approve(id);
  const { message } = await world.untilState(id, 'applied');
  const cardTs = message?.ts ?? '';
  const bagWith = (readTimeoutSeconds: number): EvidenceBag => {
    const bag = aBag({
      distribution: aDistribution({ id: distributionId, origins: [anOrigin({ id: 'api', readTimeoutSeconds })] }),
    });
    return { ...bag, distribution: { ...bag.distribution, at: new Date(Date.now() + 60_000).toISOString() } };
  };
  const store = createCheckStore(services.redis, services.config.redisPrefix, (value) => value as never);
  const poster = createPoster(services, services.queues.reports, store);
  const checkMessage = { channelId, ts: cardTs, threadTs: `${cardTs.slice(0, -1)}9`, permalink: null };
  const drifts = (): readonly string[] =>
    slack
      .thread(channelId, cardTs)
      .map((each) => renderAsText(each, { nameOf: (userId) => slack.nameOf(userId) }))
      .filter((text) => text.includes('is 30 s again'));
  await tellDrift(services, poster, 'chk_000000000001', checkMessage, bagWith(60));
  expect(drifts()).toEqual([]);
  await tellDrift(services, poster, 'chk_000000000002', { ...checkMessage, threadTs: cardTs }, bagWith(30));
  await tellDrift(services, poster, 'chk_000000000002', { ...checkMessage, threadTs: cardTs }, bagWith(30));
  expect(drifts()).toHaveLength(1);
});
