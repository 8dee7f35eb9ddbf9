/** A product whose one distribution fails for a certificate that has expired, a person who asks about it, and what the channel then shows. */
import { customOrigin } from '../world/aws/distribution-config.js';
import { faultyTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { logBucket, plant } from './plant.js';
import { checkIdOf, deliveredVerdict } from './read-verdict.js';

export const channel = 'C0INCIDEN';
export const logObjects = new RegExp(`${logBucket}/cdn/.*\\.gz`);

export interface Incident {
  readonly world: World;
  readonly id: string;
  /** The worker at work; another takes its place where a test kills it. */
  worker: ProductProcess;
  /** A window of its own each time, so that no check joins an earlier one. */
  command(): string;
  /** Asks, and waits for the first message. */
  ask(): Promise<Message>;
  current(message: Message): Message;
  /** As a person reads it. */
  read(message: Message): string;
  thread(message: Message): readonly Message[];
  delivered(message: Message): ReturnType<typeof deliveredVerdict>;
}

/** @param address of the origin: files run at the same time. */
export async function startIncident(id: string, address: string): Promise<Incident> {
  const world = await startWorld({ policy: 'checks: { deadlineSeconds: 12 }\n' });
  const origin = await world.host('up.shop.example', {
    address,
    tls: await faultyTls('expired', world.authority, ['up.shop.example']),
  });
  plant(world, {
    id,
    config: { origins: [customOrigin({ DomainName: 'up.shop.example', config: { HTTPSPort: origin.port } })] },
    failures: [{ share: 1, detailedResult: 'OriginConnectError' }],
  });
  const [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
  const { slack } = world;
  let minutes = 60;
  const command = (): string => {
    minutes += 1;
    return `check ${id} --since ${minutes}m`;
  };
  const current = (message: Message): Message => slack.message(channel, message.ts) ?? message;
  const incident: Incident = {
    world,
    id,
    worker,
    command,
    async ask() {
      const before = new Set(slack.messages(channel).map(({ ts }) => ts));
      const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', command());
      if (gesture.error !== null) throw new Error(`the command was not taken: ${gesture.error}`);
      return slack.waitFor(() => slack.messages(channel).find((message) => message.byBot && !before.has(message.ts)), {
        what: 'the first message of the check',
      });
    },
    current,
    read: (message) => renderAsText(current(message)),
    thread: (message) => slack.thread(channel, message.ts).slice(1),
    delivered: (message) => deliveredVerdict(world, incident.worker, checkIdOf(message) ?? ''),
  };
  return incident;
}
