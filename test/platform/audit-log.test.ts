/** The audit log on a real Redis: many writers at once, lost answers, an emptied server, a torn tail. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { chainStart, hashOf } from '../../src/platform/audit-chain.js';
import { type AuditEntry, type AuditEvent, auditKeys, createAuditLog } from '../../src/platform/audit-log.js';
import { createLog } from '../../src/platform/log.js';
import { createProducerConnection, waitForRedis } from '../../src/platform/redis.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

let server: TestRedis;
let prefix: string;
let open: Redis[];

beforeAll(async () => {
  server = await startTestRedis({ persistent: true });
});
afterAll(() => server.stop());
beforeEach(() => {
  prefix = server.prefix();
  open = [];
});
afterEach(() => {
  for (const redis of open) redis.disconnect();
});

function connect(): Redis {
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  open.push(redis);
  return redis;
}

const event = (facts: AuditEvent['facts'] = {}): AuditEvent => ({
  actor: 'U0EXAMPLE01',
  action: 'command',
  subject: null,
  facts,
});

async function readAll(redis: Redis): Promise<readonly AuditEntry[]> {
  const log = createAuditLog(redis, prefix);
  const all: AuditEntry[] = [];
  for (;;) {
    const page = await log.read(all.length + 1, 250);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function expectWhole(entries: readonly AuditEntry[]): void {
  let previous = chainStart;
  for (const [index, entry] of entries.entries()) {
    expect(entry.sequence).toBe(index + 1);
    expect(entry.previous).toBe(previous);
    expect(hashOf(entry)).toBe(entry.hash);
    previous = entry.hash;
  }
}

describe('one writer', () => {
  it('begins the chain by saying so', async () => {
    const log = createAuditLog(connect(), prefix);
    expect(await log.head()).toBeNull();
    const entry = await log.append(event({ text: 'check shop' }));
    const [first, second] = await log.read(1, 10);
    expect(first).toMatchObject({ sequence: 1, action: 'audit.started', previous: chainStart });
    expect(second).toEqual(entry);
    expect(await log.head()).toEqual({ sequence: 2, hash: entry.hash, chain: first?.hash });
  });

  it('reads from anywhere, and nothing past the end', async () => {
    const log = createAuditLog(connect(), prefix);
    for (let index = 0; index < 5; index += 1) await log.append(event({ index }));
    expect((await log.read(4, 2)).map(({ sequence }) => sequence)).toEqual([4, 5]);
    expect(await log.read(7, 10)).toEqual([]);
    expect(await log.read(-3, 0)).toEqual([]);
  });
});

describe('many writers', () => {
  it('make one chain of everything, each entry once', async () => {
    const connections = 12;
    const each = 150;
    await Promise.all(
      Array.from({ length: connections }, async (_, writer) => {
        const log = createAuditLog(connect(), prefix);
        // Half of them all at once, which are written together; half one by one, which race for every entry.
        if (writer % 2 === 0)
          await Promise.all(Array.from({ length: each }, (_each, index) => log.append(event({ writer, index }))));
        else for (let index = 0; index < each; index += 1) await log.append(event({ writer, index }));
      }),
    );
    const entries = await readAll(connect());
    expect(entries).toHaveLength(1 + connections * each);
    expectWhole(entries);
    expect(new Set(entries.map(({ facts }) => `${facts['writer']}.${facts['index']}`)).size).toBe(
      1 + connections * each,
    );
  });
});

describe('a writer whose answer was lost', () => {
  it('finds its entry and does not write it again', async () => {
    const redis = connect();
    const log = createAuditLog(redis, prefix);
    await log.append(event());
    const evaluate = redis.eval.bind(redis) as (...given: unknown[]) => Promise<unknown>;
    let calls = 0;
    // As ioredis does after a broken connection: what had no answer is sent again.
    const twice = async (...given: unknown[]): Promise<unknown> => {
      calls += 1;
      await evaluate(...given);
      await createAuditLog(connect(), prefix).append(event({ from: 'somebody else' }));
      return evaluate(...given);
    };
    Object.defineProperty(redis, 'eval', { value: twice });
    const entry = await log.append(event({ once: true }));
    expect(calls).toBe(1);
    const entries = await readAll(connect());
    expectWhole(entries);
    expect(entries.filter(({ facts }) => facts['once'] === true)).toEqual([entry]);
    expect(entries).toHaveLength(4);
  });
});

describe('a Redis that', () => {
  it('was emptied shows a chain that begins anew', async () => {
    const redis = connect();
    const log = createAuditLog(redis, prefix);
    await log.append(event());
    const before = await log.head();
    const { head, entries } = auditKeys(prefix);
    await redis.del(head, entries);
    await log.append(event());
    const after = await log.head();
    expect(after?.sequence).toBe(2);
    expect(after?.chain).not.toBe(before?.chain);
    expectWhole(await readAll(redis));
  });

  it.each([
    ['lost its last entry', async (redis: Redis, key: string) => redis.xdel(key, '3-0')],
    ['lost all entries', async (redis: Redis, key: string) => redis.del(key)],
    ['was given one by somebody else', async (redis: Redis, key: string) => redis.xadd(key, '9-0', 'entry', '{}')],
  ])('%s is not written on', async (_what, harm) => {
    const redis = connect();
    const log = createAuditLog(redis, prefix);
    await log.append(event());
    await log.append(event());
    await harm(redis, auditKeys(prefix).entries);
    await expect(log.append(event())).rejects.toMatchObject({ kind: 'bad-data' });
  });

  it('is killed keeps every entry whose append was answered', async () => {
    const log = createAuditLog(connect(), prefix);
    const answered: AuditEntry[] = [];
    const writing = (async () => {
      for (let index = 0; index < 300; index += 1) answered.push(await log.append(event({ index })));
    })();
    while (answered.length < 40) await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    await server.restart();
    await writing;
    const entries = await readAll(connect());
    expectWhole(entries);
    expect(entries).toHaveLength(301);
    for (const entry of answered) expect(entries[entry.sequence - 1]).toEqual(entry);
  });

  it('does not answer fails the append', async () => {
    const redis = createProducerConnection(server.url, createLog('silent'));
    open.push(redis);
    await waitForRedis(redis, 5_000);
    server.pause();
    try {
      await expect(createAuditLog(redis, prefix).append(event())).rejects.toMatchObject({ kind: 'service-down' });
    } finally {
      server.resume();
    }
  });
});
