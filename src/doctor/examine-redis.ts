/** Whether Redis keeps what it is given: version, memory policy, persistence, and the audit log in it. */
import type { Redis } from 'ioredis';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { toFailure } from '../failure.js';
import type { DoctorContext } from './doctor-context.js';

/** BullMQ's own minimum. https://docs.bullmq.io/guide/redis-tm-compatibility */
const minVersion = [6, 2] as const;

export async function examineRedis({ redis, audit }: DoctorContext): Promise<readonly DoctorItem[]> {
  if ('problem' in redis) return [item('unknown', redis.problem, null, null)];
  let facts: ReadonlyMap<string, string>;
  try {
    facts = parseInfo(await redis.info());
  } catch (error) {
    return [
      item('missing', `Redis did not answer: ${toFailure(error).message}`, null, 'Start it, and check REDIS_URL.'),
    ];
  }
  const [own] = audit === null ? [] : [await examineLog(audit)];
  return [...judgeInfo(facts, await readFsync(redis)), ...(own === undefined ? [] : [own])];
}

/** @param fsync null where Redis does not tell. Pure. */
export function judgeInfo(facts: ReadonlyMap<string, string>, fsync: string | null): readonly DoctorItem[] {
  const items: DoctorItem[] = [];
  const version = facts.get('valkey_version') ?? facts.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > minVersion[0] || (major === minVersion[0] && minor >= minVersion[1]);
  items.push(
    recent
      ? item('ok', `Redis is version ${version}.`, null, null)
      : item(
          'missing',
          `Redis is version ${version === '' ? 'unknown' : version}; BullMQ needs 6.2 or newer.`,
          null,
          'Install a newer Redis or Valkey.',
        ),
  );
  const eviction = facts.get('maxmemory_policy');
  if (eviction === undefined)
    items.push(item('unknown', 'Redis does not say what it does when its memory is full.', 'maxmemory-policy', null));
  else if (eviction === 'noeviction')
    items.push(item('ok', 'A full memory makes Redis refuse, not forget.', 'maxmemory-policy', null));
  else
    items.push(
      item(
        'missing',
        `When its memory is full Redis throws away what it likes (maxmemory-policy ${eviction}): jobs, approvals, the audit log.`,
        'maxmemory-policy',
        'Set maxmemory-policy noeviction.',
      ),
    );
  items.push(judgePersistence(facts, fsync));
  return items;
}

function judgePersistence(facts: ReadonlyMap<string, string>, fsync: string | null): DoctorItem {
  const enabled = facts.get('aof_enabled');
  if (enabled === undefined)
    return item('unknown', 'Redis does not say whether it keeps anything on disk.', 'appendonly', null);
  if (enabled !== '1')
    return item(
      'missing',
      'Redis keeps no append-only file: a restart loses approvals and the audit log, or the newest part of them.',
      'appendonly',
      'Set appendonly yes and appendfsync always (or everysec).',
    );
  if (facts.get('aof_last_write_status') === 'err')
    return item(
      'missing',
      'Redis could not write its append-only file.',
      'appendonly',
      'Look at its disk and its log.',
    );
  if (fsync === 'no')
    return item(
      'missing',
      'Redis leaves it to the operating system when its append-only file reaches the disk: a power cut loses half a minute.',
      'appendfsync',
      'Set appendfsync always, or everysec.',
    );
  const often =
    fsync === 'always'
      ? 'with every write'
      : fsync === 'everysec'
        ? 'every second: a power cut may lose the last one'
        : 'how often, it does not say';
  return item('ok', `The append-only file is on, and reaches the disk ${often}.`, 'appendonly', null);
}

async function examineLog(audit: NonNullable<DoctorContext['audit']>): Promise<DoctorItem> {
  try {
    const head = await audit.head();
    if (head === null) return item('ok', 'The audit log is empty.', null, null);
    const [last] = await audit.read(head.sequence, 1);
    if (last?.hash === head.hash)
      return item('ok', `The audit log has ${head.sequence} entries and ends where it should.`, null, null);
    return item(
      'missing',
      `The audit log does not end with entry ${head.sequence} any more: it was tampered with, or put back from a copy.`,
      null,
      'Run: cf502 audit-log verify. Until then cf502 records nothing and hence changes nothing.',
    );
  } catch (error) {
    return item('missing', toFailure(error).message, null, 'Run: cf502 audit-log verify.');
  }
}

/** Managed Redis often forbids CONFIG. */
async function readFsync(redis: Redis): Promise<string | null> {
  try {
    const answer: unknown = await redis.config('GET', 'appendfsync');
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  } catch {
    return null;
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at === -1 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}

function item(state: DoctorItem['state'], what: string, permission: string | null, remedy: string | null): DoctorItem {
  return { part: 'redis', state, what, permission, remedy };
}
