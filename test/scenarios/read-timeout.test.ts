/** From 504s in the logs to a longer read time-out: found by a check, offered with its forecast, proposed, approved and applied. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { behaviour, customOrigin } from '../world/aws/distribution-config.js';
import { changePolicyText, changeRole, installRoles } from '../world/change-roles.js';
import { soundTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { plant } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const onCall = 'U0ONCALL1';
const approver = 'U0APPROVE';
const id = 'E9SLOWREPORTS1';

let world: World;
let worker: ProductProcess;
beforeAll(async () => {
  const policy = changePolicyText([id], 'apply', `  approvers:\n    users: [${approver}]\n`);
  world = await startWorld({ policy: policy.replace('version: 1\n', '') });
  installRoles(world.aws);
  const origin = await world.host('origin.shop.example', {
    address: '127.0.0.31',
    tls: await soundTls(world.authority, ['origin.shop.example']),
  });
  plant(world, {
    id,
    config: {
      origins: [
        customOrigin({ Id: 'web', DomainName: 'origin.shop.example', config: { HTTPSPort: origin.port } }),
        customOrigin({ Id: 'reports', DomainName: 'origin.shop.example', config: { HTTPSPort: origin.port } }),
      ],
      behaviours: [behaviour('/api/*', 'reports')],
    },
    failures: [
      {
        share: 0.5,
        pathPattern: '/api/orders/*',
        status: 504,
        detailedResult: 'OriginCommError',
        timeTakenSeconds: [30, 30.1],
      },
    ],
  });
  [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
}, 60_000);
afterAll(() => world.stop());

const read = (message: Message): string => renderAsText(message, { nameOf: (person) => world.slack.nameOf(person) });

async function shown(threadTs: string, part: string): Promise<Message> {
  return world.slack.waitFor(
    (slack) =>
      [...slack.messages(channel), ...slack.thread(channel, threadTs)].find((message) => read(message).includes(part)),
    { what: `a message with "${part}"` },
  );
}

describe('504s that sat at the read time-out', () => {
  it('lead to an offer with its forecast, a card with a test of the same paths, and one write', async () => {
    const { slack, aws } = world;
    await slack.person(onCall).typeCommand(channel, '/cf502', `check ${id}`);
    const parent = await slack.waitFor(
      () => slack.messages(channel).find((message) => message.byBot && JSON.stringify(message).includes(id)),
      { what: 'the message of the check' },
    );
    const verdict = await deliveredVerdict(world, worker, checkIdOf(parent) ?? '');
    expect(verdict.alsoSeen.map(({ checkId }) => checkId)).toContain('slow-origin');

    const offer = await shown(parent.ts, 'The evidence supports a change');
    const offered = read(offer);
    expect(offered).toContain('30 s → 60 s');
    expect(offered).toMatch(
      /Found: .+ lets CloudFront wait until it gives up: \d+ 504s ended at its response timeout of 30 s/,
    );
    expect(offered).toMatch(
      /[\d,]+ of [\d,]+ failures sat at 30 s \([\d,]+ 504s\) and would have had 30 more seconds\./,
    );

    await slack.person(onCall).click(offer, 'cf502_propose_offer');
    const card = await shown(parent.ts, 'Approval needed');
    const asked = read(card);
    expect(asked).not.toMatch(/does not support|could not be held/);
    expect(asked).toMatch(
      /Tested afterwards: Passed if fewer than [\d.]+ % of the requests for .?\/api\/\*.? end in 502 or 504/,
    );
    expect(asked).toMatch(/before: [\d,]+ of [\d,]+ requests/);

    await slack.person(approver).click(card, 'cf502_approve');
    await shown(parent.ts, 'Applied: ');
    expect(aws.writes).toMatchObject([
      {
        operation: 'UpdateDistribution',
        subject: id,
        principal: { assumedRole: { roleArn: changeRole, tags: { SlackUser: approver } } },
        changed: [{ path: 'Origins.Items.1.CustomOriginConfig.OriginReadTimeout', before: 30, after: 60 }],
      },
    ]);
    await shown(parent.ts, 'aws_cloudfront_distribution');
    expect(slack.complaints).toEqual([]);
  });
});
