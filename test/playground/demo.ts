/** `npm run demo`: the whole product on embedded parts. Somebody types `/cf502 check`, the thread is streamed here, the verdict ends it. */
import { buildMissingIntermediate } from '../scenarios/stories/missing-intermediate.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld } from '../world/world.js';

const stay = process.argv.includes('--stay');
const channel = 'C0INCIDEN';
const names: Readonly<Record<string, string>> = { U0ONCALL1: 'on-call', U0CF502BOT: 'cf502', C0INCIDEN: 'incidents' };
const began = performance.now();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function clock(): string {
  return `${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`;
}

say('Starting a local AWS, Slack, DNS, three origins, Redis, the bot and a worker. Nothing leaves this machine.');
const world = await startWorld({ keepAliveHoldSeconds: 12 });
const { slack } = world;
const distributionId = await buildMissingIntermediate(world);
const [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
say(`${clock()}  all up; one of the origins has a fault that curl and browsers may not notice.\n`);

/** Prints what a reader of the channel would see change: new messages whole, edits by the lines that are new. */
const seen = new Map<string, ReadonlySet<string>>();
function print(message: Message): void {
  const lines = renderAsText(message, { nameOf: (id) => names[id] ?? id }).split('\n');
  const known = seen.get(message.ts);
  const fresh = known === undefined ? lines : lines.filter((line) => line.trim() !== '' && !known.has(line));
  seen.set(message.ts, new Set(lines));
  if (fresh.length === 0) return;
  const what =
    message.visibleTo !== null
      ? 'only you see this'
      : known !== undefined
        ? 'message edited'
        : message.threadTs === null
          ? 'message'
          : 'in the thread';
  say(`${clock()}  cf502, ${what}`);
  for (const line of fresh) say(`         │ ${line}`);
  say('');
}
slack.on('change', (change) => {
  if ('message' in change && change.message.byBot) print(change.message);
});

say(`${clock()}  on-call types in #incidents:  /cf502 check ${distributionId}\n`);
const gesture = await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', `check ${distributionId}`);
say(`${clock()}  acknowledged in ${Math.round(gesture.ackedInMs ?? -1)} ms\n`);
await worker.logged('verdict delivered');
say(`${clock()}  that is all.`);
if (stay) {
  say('\nStaying up (Ctrl-C ends it). The product talks to these:');
  for (const [name, value] of Object.entries(world.environment)) say(`  ${name}=${value}`);
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
}
await world.stop();
