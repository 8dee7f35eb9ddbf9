/** `cf502 audit-log` on a real Redis and a local S3: exports, verifications, and that each reading is recorded. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { runAuditLog } from '../../src/commands/audit-log.js';
import { openRedis } from '../../src/commands/open-redis.js';
import { parseConfig } from '../../src/config.js';
import { auditKeys, createAuditLog } from '../../src/platform/audit-log.js';
import { shipAuditLog } from '../../src/platform/audit-shipping.js';
import { createAwsClients } from '../../src/platform/aws.js';
import { startPrivateRedis } from '../../src/platform/private-redis.js';
import { parsePolicy } from '../../src/policy.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { startLocalAws } from '../world/aws/local-aws.js';
import { startTestRedis, type TestRedis } from '../world/redis.js';

let server: TestRedis;
let redis: Redis;
let prefix: string;
let folder: string;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => {
  prefix = server.prefix();
  folder = mkdtempSync(join(tmpdir(), 'cf502-audit-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(words: readonly string[], environment: Record<string, string> = {}, policy = '') {
  const stdout = new PassThrough();
  let printed = '';
  stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const remarks: string[] = [];
  const config = parseConfig({ REDIS_URL: server.url, CF502_REDIS_PREFIX: prefix, ...environment }, ['terminal']);
  const code = await runAuditLog(
    words,
    () => ({
      config,
      policy: parsePolicy(`version: 1\n${policy}`, 'policy'),
      stdout,
      remark: (text) => remarks.push(text),
    }),
    (text) => {
      printed += text;
    },
  );
  return { code, printed, remarks };
}

async function write(count: number): Promise<void> {
  const log = createAuditLog(redis, prefix);
  for (let index = 0; index < count; index += 1)
    await log.append({ actor: 'U0EXAMPLE01', action: 'command', subject: 'E1EXAMPLE12345', facts: { index } });
}

describe('what is typed', () => {
  it.each([
    [['remove'], 'verify or export'],
    [['verify', 'x'], 'what x is for'],
    [['verify', '--file'], '--file needs a value'],
    [['verify', '--to', 'x'], 'what --to is for'],
    [['export', '--to', 'a', '--to', 'b'], '--to was given twice'],
    [['verify', '--known-chain', 'latest'], 'eight digits'],
  ])('%j is refused', async (words, problem) => {
    await expect(run(words)).rejects.toMatchObject({ kind: 'bad-input', message: expect.stringContaining(problem) });
  });

  it.each([[[]], [['help']], [['verify', '--help']]])('%j shows the help', async (words) => {
    expect(await run(words)).toMatchObject({ code: 0, printed: expect.stringContaining('audit-log verify') });
  });
});

describe('verify', () => {
  it('finds a whole log whole, and is an entry of it', async () => {
    await write(3);
    const { code, printed } = await run(['verify']);
    expect(printed).toMatch(
      /^What is here of the audit log is whole\.\n5 entries, 1 to 5, from .+Z to .+Z, chain [0-9a-f]{16}\.\nIt was not compared/,
    );
    expect(code).toBe(0);
    const entries = await createAuditLog(redis, prefix).read(5, 1);
    expect(entries).toMatchObject([
      { action: 'audit.verify', actor: null, facts: { against: null, terminalUser: expect.any(String) } },
    ]);
  });

  it('begins a log where there is none', async () => {
    expect(await run(['verify', '--json'])).toMatchObject({ code: 0, printed: expect.stringContaining('"count": 2') });
    // An emptied Redis is no whole log: it says since when there is one, and who could tell what was before.
    expect((await run(['verify'])).printed).toMatch(/It began anew at .+Z\. .+ only a shipped copy tells\./);
  });

  it('looks at a log that can no longer be written, and says what is missing', async () => {
    await write(3);
    await redis.xdel(auditKeys(prefix).entries, '4-0');
    const { code, printed, remarks } = await run(['verify', '--json']);
    expect(JSON.parse(printed)).toMatchObject({
      format: 'cf502.audit-log/1',
      whole: false,
      problems: ['Entry 4 is missing: the end of the log was cut off.'],
    });
    expect(remarks).toEqual([
      expect.stringMatching(/^This reading could not be recorded: The audit log does not end where/),
    ]);
    expect(code).toBe(1);
  });

  it('reads what is not an entry without breaking off', async () => {
    await write(1);
    await redis.xadd(auditKeys(prefix).entries, '3-0', 'entry', '{"sequence":3}');
    const { code, printed } = await run(['verify']);
    expect(printed).toContain('  - What stands at 3-0 in Redis is not an entry as cf502 writes it.');
    expect(code).toBe(1);
  });

  it('goes on while others write', async () => {
    await write(200);
    const writing = write(150);
    for (let round = 0; round < 5; round += 1) expect((await run(['verify'])).printed).toContain('is whole');
    await writing;
  });

  it('compares with a file, and names what was cut off', async () => {
    await write(4);
    const copy = join(folder, 'copy.jsonl');
    await run(['export', '--to', copy]);
    const [, , third] = await createAuditLog(redis, prefix).read(1, 3);
    const { head, entries } = auditKeys(prefix);
    await redis.xtrim(entries, 'MAXLEN', 6);
    for (const id of ['4-0', '5-0', '6-0']) await redis.xdel(entries, id);
    await redis.hset(head, { sequence: '3', hash: third?.hash ?? '' });
    const cut = await run(['verify', '--against', copy]);
    expect(cut.printed).toContain(
      '  - Entries 4 to 6 are in the copy and missing here: the end of the log was cut off.',
    );
    // Redis itself remembers that there was more.
    expect(cut.remarks).toEqual([expect.stringContaining('Entries after 3 were deleted from the audit log.')]);
    expect(cut.code).toBe(1);
  });

  it('looks at a file without Redis', async () => {
    await write(2);
    const file = join(folder, 'audit.jsonl');
    await run(['export', '--to', file]);
    const away = { REDIS_URL: 'redis://127.0.0.1:1' };
    expect(await run(['verify', '--file', file], away)).toMatchObject({
      code: 0,
      printed: expect.stringContaining('4 entries'),
    });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"index":1', '"index":7'));
    const { code, printed } = await run(['verify', '--file', file], away);
    expect(printed).toContain('  - Entry 3 was changed after it was written: its hash does not fit what it says.');
    expect(code).toBe(1);
    await expect(run(['verify', '--file', join(folder, 'none')], away)).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(run(['verify'], away)).rejects.toMatchObject({ kind: 'service-down' });
  });
});

describe('verify against the shipped copy', () => {
  it('assumes the role of the policy file and finds the end that was cut off', async () => {
    const aws = await startLocalAws();
    const restore = applyEnvironment(aws.environment);
    const clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
    try {
      aws.createBucket('audit', { region: 'eu-west-1', objectLock: true });
      const role = 'arn:aws:iam::123456789012:role/cf502-audit';
      aws.putRole(role, { externalId: 'agreed' });
      const policy = `audit: { bucket: audit, region: eu-west-1, roleArn: "${role}", externalId: agreed }`;
      await write(4);
      await shipAuditLog({
        log: createAuditLog(redis, prefix),
        redis,
        prefix,
        s3: clients.s3('eu-west-1'),
        settings: { bucket: 'audit', prefix: 'cf502-audit/', retentionDays: 1, lock: 'compliance' },
        now: () => new Date(),
      });
      const place = 's3://audit/cf502-audit/';
      expect(await run(['verify', '--against', place], {}, policy)).toMatchObject({
        code: 0,
        printed: expect.stringContaining('The copy holds the entries up to 5; 1 newer ones are not in it yet.'),
      });
      expect(aws.calls.at(-1)).toMatchObject({ operation: 'GetObject', assumedRole: { roleArn: role } });
      await redis.del(auditKeys(prefix).entries, auditKeys(prefix).head);
      const emptied = await run(['verify', '--against', place], {}, policy);
      expect(emptied.printed).toMatch(/chain [0-9a-f]{16}, which ends with entry 5 of .*Redis was emptied/);
      expect(emptied.code).toBe(1);
      const [known = ''] = /--known-chain ([0-9a-f]{16})/.exec(emptied.printed)?.slice(1) ?? [];
      expect((await run(['verify', '--against', place, '--known-chain', known], {}, policy)).code).toBe(0);
    } finally {
      clients.destroy();
      restore();
      await aws.stop();
    }
  });
});

describe('export', () => {
  it('writes a line an entry, itself the last of them, and never over a file', async () => {
    await write(3);
    const { printed, remarks, code } = await run(['export']);
    const lines = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly action: string });
    expect(lines.map(({ action }) => action)).toEqual([
      'audit.started',
      'command',
      'command',
      'command',
      'audit.export',
    ]);
    expect(remarks).toEqual(['5 entries were exported.']);
    expect(code).toBe(0);
    const file = join(folder, 'audit.jsonl');
    writeFileSync(file, 'mine');
    await expect(run(['export', '--to', file])).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining('EEXIST'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('of more than a page is complete', async () => {
    await write(2_300);
    const { remarks } = await run(['export']);
    expect(remarks).toEqual(['2302 entries were exported.']);
  });
});

describe('the private Redis of the data folder', () => {
  it('is used while it runs, started where it does not, and not made up where there is none', async () => {
    const config = { redisUrl: null, dataFolder: folder };
    await expect(openRedis(config)).rejects.toMatchObject({ kind: 'not-found' });
    expect(existsSync(join(folder, 'redis'))).toBe(false);
    const running = await startPrivateRedis({ folder: join(folder, 'redis'), persistent: true });
    const beside = await openRedis(config);
    await beside.redis.set('kept', 'yes');
    expect(beside.redis.options.port).toBe(running.port);
    expect((await beside.redis.config('GET', 'appendfsync')) as unknown).toEqual(['appendfsync', 'always']);
    await beside.close();
    await running.stop();
    const started = await openRedis(config);
    expect(await started.redis.get('kept')).toBe('yes');
    await started.close();
    // Another server has the port by now.
    writeFileSync(join(folder, 'redis', 'port'), `${server.port}\n`);
    const again = await openRedis(config);
    expect(again.redis.options.port).not.toBe(server.port);
    expect(await again.redis.get('kept')).toBe('yes');
    await again.close();
  });
});
