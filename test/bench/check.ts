/**
 * `npm run bench:check`: one whole check, from the typed command to the delivered verdict, with S3 and the rest of AWS answering after 30 ms,
 * for 10 MB, 100 MB and 1 GB of access logs (uncompressed) and for one and two worker processes; and how long after a click on Cancel no log is
 * read any more. Everything runs on this machine: the local
 * AWS and Slack take their share of its cores too. `--json` prints one object; `--rounds 1` and `--mb 10,100` make it shorter.
 */
import { readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { queueNames } from '../../src/queue/queues.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { faultyTls } from '../world/origin-faults.js';
import type { ProductProcess } from '../world/product.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { startWorld, type World } from '../world/world.js';
import { ensureLogSet } from './scan/generate.js';

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const json = process.argv.includes('--json');
const rounds = Number(option('--rounds', '3'));
const sizes = option('--mb', '10,100,1000').split(',').map(Number);
const latencyMs = 30;
const channel = 'C0INCIDEN';
const bucket = 'bench-logs';
/** CloudFront writes many objects of a few megabytes at this traffic. */
const plainBytesPerObject = 4e6;

interface Row {
  readonly plainMb: number;
  readonly objects: number;
  readonly compressedMb: number;
  readonly workers: number;
  readonly ackMs: number;
  /** null where the verdict came first. */
  readonly firstGuessMs: number | null;
  readonly verdictMs: number;
}

/** `E` and capitals and digits, as CloudFront's ids. */
const idOf = (plainMb: number): string => `EBENCH${String(plainMb).padStart(6, '0')}`;

async function plantSet(
  world: World,
  plainMb: number,
  originPort: number,
): Promise<{ objects: number; bytes: number }> {
  const set = await ensureLogSet(join(tmpdir(), 'cf502-bench'), {
    name: `check-${plainMb}`,
    files: Math.max(1, Math.round((plainMb * 1e6) / plainBytesPerObject)),
    plainBytes: plainBytesPerObject,
    seed: 502,
  });
  const id = idOf(plainMb);
  for (const file of set.files)
    world.aws.putBucketObject(bucket, `cdn/${basename(file).replace(/^[^.]+/, id)}`, readFileSync(file));
  world.aws.putDistribution({
    id,
    domainName: `d${plainMb}bench.cloudfront.net`,
    config: distributionConfig({
      aliases: ['www.shop.example'],
      logging: { bucket, prefix: 'cdn/' },
      origins: [customOrigin({ DomainName: 'bench.shop.example', config: { HTTPSPort: originPort } })],
    }),
  });
  return { objects: set.files.length, bytes: set.bytes };
}

/** Types the command and waits for the check's message. */
async function ask(world: World, plainMb: number, round: number) {
  const { slack } = world;
  const before = new Set(slack.messages(channel).map(({ ts }) => ts));
  const minute = String(round % 60).padStart(2, '0');
  const began = performance.now();
  const gesture = await slack
    .person('U0ONCALL1')
    .typeCommand(channel, '/cf502', `check ${idOf(plainMb)} --from 2026-11-20T09:${minute} --to 2026-11-20T11:00`);
  if (gesture.error !== null) throw new Error(gesture.error);
  const message = await slack.waitFor(() => slack.messages(channel).find((one) => one.byBot && !before.has(one.ts)), {
    what: 'the message of the check',
  });
  return { began, message, ackMs: Math.round(gesture.ackedInMs ?? Number.NaN) };
}

/** @returns milliseconds from the click until no worker reads logs. */
async function measureCancel(world: World, plainMb: number, round: number): Promise<number> {
  const { aws, redis, slack } = world;
  const isGet = ({ operation }: { readonly operation: string }) => operation === 'GetObject';
  const gotBefore = aws.calls.filter(isGet).length;
  const { message } = await ask(world, plainMb, round);
  await aws.waitForCall((call) => isGet(call) && aws.calls.filter(isGet).length > gotBefore + 20);
  const shown = slack.message(channel, message.ts) ?? message;
  const queue = new Queue(queueNames.scanLogs, { connection: { url: redis.url }, prefix: '{cf502}' });
  if ((await queue.getActiveCount()) === 0) throw new Error('No logs are being read.');
  const began = performance.now();
  const click = await slack.person('U0COLLEAG').click(shown, 'cf502_cancel');
  if (click.error !== null) throw new Error(click.error);
  while ((await queue.getActiveCount()) > 0) await nextTurn();
  const ms = Math.round(performance.now() - began);
  await queue.close();
  return ms;
}

async function measure(world: World, workers: readonly ProductProcess[], plainMb: number, round: number) {
  const { slack } = world;
  const { began, message, ackMs } = await ask(world, plainMb, round);
  const since = (): number => Math.round(performance.now() - began);
  const checkId = /chk_[a-z0-9]{12}/.exec(JSON.stringify(message.blocks))?.[0] ?? '';
  let firstGuessMs: number | null = null;
  let isOver = false;
  const guess = slack
    .waitFor(
      () => {
        if (isOver) return true;
        const shown = slack.message(channel, message.ts);
        return shown !== undefined && shown !== null && renderAsText(shown).includes('First guess');
      },
      { timeoutMs: 600_000, what: 'a first guess' },
    )
    .then(() => {
      if (!isOver) firstGuessMs = since();
    });
  await Promise.any(
    workers.map((worker) => worker.logged(new RegExp(`"checkId":"${checkId}"[^\\n]*verdict delivered`))),
  );
  const verdictMs = since();
  isOver = true;
  await Promise.race([guess, Promise.resolve()]);
  return { ackMs, firstGuessMs, verdictMs };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const rows: Row[] = [];
const cancels: { readonly plainMb: number; readonly workers: number; readonly cancelMs: number }[] = [];
let round = 0;
for (const count of [1, 2]) {
  const world = await startWorld({
    policy: 'checks: { deadlineSeconds: 900, maxLogBytes: 100000000000, maxLogSeconds: 3600, maxLogDollars: 100 }\n',
  });
  try {
    const origin = await world.host('bench.shop.example', {
      address: '127.0.0.41',
      tls: await faultyTls('expired', world.authority, ['bench.shop.example']),
    });
    await world.start('bot');
    const workers = await Promise.all(Array.from({ length: count }, () => world.start('worker')));
    const planted = new Map<number, { objects: number; bytes: number }>();
    for (const plainMb of sizes) planted.set(plainMb, await plantSet(world, plainMb, origin.port));
    world.aws.latencyMs = latencyMs;
    // The first check pays for the warming up of the processes.
    await measure(world, workers, sizes[0] ?? 10, round++);
    for (const plainMb of sizes) {
      const runs = [];
      for (let each = 0; each < rounds; each += 1) runs.push(await measure(world, workers, plainMb, round++));
      const guesses = runs.flatMap(({ firstGuessMs }) => (firstGuessMs === null ? [] : [firstGuessMs]));
      const set = planted.get(plainMb);
      rows.push({
        plainMb,
        objects: set?.objects ?? 0,
        compressedMb: Math.round((set?.bytes ?? 0) / 1e6),
        workers: count,
        ackMs: median(runs.map(({ ackMs }) => ackMs)),
        firstGuessMs: guesses.length === 0 ? null : median(guesses),
        verdictMs: median(runs.map(({ verdictMs }) => verdictMs)),
      });
    }
    const largest = Math.max(...sizes);
    if (largest >= 100) {
      const took: number[] = [];
      for (let each = 0; each < rounds; each += 1) took.push(await measureCancel(world, largest, round++));
      cancels.push({ plainMb: largest, workers: count, cancelMs: median(took) });
    }
  } finally {
    await world.stop();
  }
}

if (json) {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? '?', cores: cpus().length };
  process.stdout.write(`${JSON.stringify({ ...machine, latencyMs, rounds, rows, cancels })}\n`);
} else {
  process.stdout.write(
    `AWS answers after ${latencyMs} ms; medians of ${rounds} rounds, in milliseconds from the typed command.\n`,
  );
  console.table(rows);
  console.table(cancels);
}
