/** Queries of engines that do not end: they keep nobody from reading logs, and people read something meanwhile. */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessLogKey, accessLogRow, renderAccessLog } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { deliveredFields, renderDeliveredText } from '../world/delivered-logs.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

const channel = 'C0INCIDEN';
const small = 'E9FEWLOGS12345';
/** As many as one worker has threads that read logs. */
const queried = Array.from(
  { length: Math.max(2, availableParallelism()) },
  (_, index) => `E9GROUP${1_000_000 + index}`,
);
const rows = 20;
const domainOf = (id: string): string => `d${id.toLowerCase().slice(1, 14)}.cloudfront.net`;

let world: World;
let worker: ProductProcess;
let goOn: () => void = () => undefined;

beforeAll(async () => {
  world = await startWorld({ policy: 'checks: { deadlineSeconds: 60, firstGuessSeconds: 1 }\n' });
  const origin = await world.host('slow.shop.example', { address: '127.0.0.33' });
  const put = (id: string, logging: boolean): unknown =>
    world.aws.putDistribution({
      id,
      domainName: domainOf(id),
      config: distributionConfig({
        ...(logging ? { logging: { bucket: logBucket, prefix: 'cdn/' } } : {}),
        origins: [
          customOrigin({
            DomainName: 'slow.shop.example',
            config: { HTTPPort: origin.port, OriginProtocolPolicy: 'http-only' },
          }),
        ],
      }),
    });
  const at = new Date(Date.now() - 10 * 60_000);
  for (const id of queried) {
    put(id, false);
    const group = `arn:aws:logs:us-east-1:123456789012:log-group:cdn-${id}`;
    world.aws.putLogDelivery({
      resourceArn: `arn:aws:cloudfront::123456789012:distribution/${id}`,
      destinationArn: group,
      destinationType: 'CWL',
      outputFormat: 'json',
      recordFields: deliveredFields,
    });
    const row = accessLogRow(at, { 'sc-status': '502', 'cs(Host)': domainOf(id) });
    const message = renderDeliveredText([row], { format: 'json', fields: deliveredFields }).trim();
    world.aws.putLogEvents(group, [{ at, message }]);
    // What came in tells what a query costs.
    world.aws.putMetric({
      namespace: 'AWS/Logs',
      name: 'IncomingBytes',
      dimensions: { LogGroupName: `cdn-${id}` },
      points: [{ at, value: message.length }],
    });
  }
  put(small, true);
  for (let index = 0; index < rows; index += 1)
    world.aws.putBucketObject(
      logBucket,
      accessLogKey('cdn/', small, at, String(index).padStart(6, '0')),
      renderAccessLog([
        accessLogRow(at, { 'sc-status': index % 4 === 0 ? '502' : '200', 'x-edge-request-id': `r${index}` }),
      ]),
    );
  goOn = world.aws.stallInsights();
  await world.start('bot');
  worker = await world.start('worker');
}, 60_000);
afterAll(() => world.stop());

async function ask(id: string): Promise<Message> {
  const { slack } = world;
  const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${id}`);
  expect(gesture.error).toBeNull();
  return await slack.waitFor(
    () => slack.messages(channel).find((message) => message.byBot && renderAsText(message).includes(id)),
    { what: 'the first message of the check' },
  );
}

it('answers a small check while every thread could be waiting, and shows a first guess of those that wait', async () => {
  const { aws, slack } = world;
  const read = (message: Message): string => renderAsText(slack.message(channel, message.ts) ?? message);
  const waiting = await Promise.all(queried.map(ask));
  while (aws.calls.filter(({ operation }) => operation === 'StartQuery').length < queried.length)
    await aws.waitForCall(
      (call) =>
        call.operation === 'StartQuery' &&
        aws.calls.filter((one) => one.operation === call.operation).length >= queried.length,
    );
  const verdict = await deliveredVerdict(world, worker, checkIdOf(await ask(small)) ?? '');
  expect(verdict.failures).toEqual({ count: rows / 4, requests: rows, source: 'access-logs' });

  for (const message of waiting)
    await slack.waitFor(
      () =>
        /First guess: nothing found so far points to a cause; ruled out so far: .*\w.*; still reading logs/.test(
          read(message),
        )
          ? message
          : undefined,
      {
        what: 'a first guess while the logs are counted',
      },
    );
  goOn();
  for (const message of waiting)
    expect((await deliveredVerdict(world, worker, checkIdOf(message) ?? '')).failures).toMatchObject({ count: 1 });
}, 90_000);
