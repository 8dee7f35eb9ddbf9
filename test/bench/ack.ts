/**
 * `npm run bench:ack`: how fast `/cf502 check` is acknowledged, over 200 commands against the local Slack, with Redis up, stopped (SIGSTOP: it
 * takes connections and never answers) and gone (SIGKILL). Slack gives a command three seconds; our bar is a p99 under 500 ms.
 */
import { cpus } from 'node:os';
import { startWorld } from '../world/world.js';

const commands = 200;
/** Slack sees commands one after another, a few at a time in a busy incident. */
const atOnce = 4;
const json = process.argv.includes('--json');
const channel = 'C0INCIDEN';

interface Row {
  readonly redis: string;
  readonly commands: number;
  readonly acknowledged: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many people were told that nothing was started. */
  readonly toldNothingStarted: number;
}

const world = await startWorld();
const { slack } = world;
await world.start('bot');

async function measure(redis: string): Promise<Row> {
  const times: number[] = [];
  const toldBefore = slack.ephemerals('U0ONCALL1').length;
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (; next < commands; ) {
        next += 1;
        const gesture = await slack
          .person('U0ONCALL1')
          .typeCommand(channel, '/cf502', `check E${redis.toUpperCase()}00000 --since ${next + 5}m`);
        if (gesture.ackedInMs !== null) times.push(gesture.ackedInMs);
      }
    }),
  );
  const told = () =>
    slack
      .ephemerals('U0ONCALL1')
      .slice(toldBefore)
      .filter((message) => /nothing was started/i.test(message.text)).length;
  if (redis !== 'up') await slack.waitFor(() => told() >= commands, { timeoutMs: 60_000, what: 'everybody told' });
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN) * 10) / 10;
  return {
    redis,
    commands,
    acknowledged: times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    toldNothingStarted: told(),
  };
}

// The first commands pay for the warming up of two processes; they are no different to Slack, but they are not what is asked here.
for (let index = 0; index < 20; index += 1) await slack.person('U0ONCALL1').typeCommand(channel, '/cf502', 'help');
const rows = [await measure('up')];
world.redis.pause();
rows.push(await measure('stopped'));
world.redis.resume();
await world.redis.kill();
rows.push(await measure('gone'));
await world.redis.restart();
await world.stop();

if (json) {
  process.stdout.write(
    `${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model ?? '?', cores: cpus().length, rows })}\n`,
  );
} else {
  console.table(rows);
}
