/** `cf502 doctor`: the self-check in a terminal. */
import type { Writable } from 'node:stream';
import type { Config } from '../config.js';
import type { DoctorReport } from '../diagnosis/doctor-report.js';
import { runDoctor } from '../doctor/doctor.js';
import { Failure, toFailure } from '../failure.js';
import { createAuditLog } from '../platform/audit-log.js';
import { createLog } from '../platform/log.js';
import type { Policy } from '../policy.js';
import { renderDoctorText } from '../terminal/doctor-text.js';
import type { PageOptions } from '../terminal/page.js';
import { type OpenRedis, openRedis } from './open-redis.js';

export const doctorHelp = `cf502 doctor tries every permission and setting that cf502 needs, and says what is missing for what.

  cf502 doctor [--json]

It only tries what is harmless. UpdateDistribution is tried with an ETag that no configuration has, which AWS refuses after it
has looked at the permission; an audit log's segment is tried with a checksum that does not fit. Nothing is written by either.
Exit code: 0 nothing is missing, 1 something is, 2 it could not be run.
`;

export interface DoctorCommand {
  readonly loadConfig: () => Config;
  readonly loadPolicy: (file: string) => Policy;
  readonly stdout: Writable;
  readonly page: PageOptions;
  readonly now: () => Date;
}

const timeoutMs = 90_000;

/** @param words what follows `doctor`. @returns the exit code. */
export async function runDoctorCommand(words: readonly string[], command: DoctorCommand): Promise<number> {
  const { stdout } = command;
  if (words.some((word) => word === 'help' || word === '--help' || word === '-h')) {
    stdout.write(doctorHelp);
    return 0;
  }
  const unknown = words.find((word) => word !== '--json');
  if (unknown !== undefined)
    throw new Failure('bad-input', `I do not know what ${unknown} is for.\nType: cf502 doctor --help`);
  const report = await examine(command);
  stdout.write(
    words.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : renderDoctorText(report, command.page),
  );
  return report.items.some(({ state }) => state === 'missing') ? 1 : 0;
}

async function examine({ loadConfig, loadPolicy, now }: DoctorCommand): Promise<DoctorReport> {
  const config = loadConfig();
  const opened = await openRedis(config).catch((error: unknown) => toFailure(error));
  try {
    return await runDoctor({
      config,
      policy: readPolicy(() => loadPolicy(config.policyFile)),
      redis: opened instanceof Failure ? { problem: opened.message } : opened.redis,
      audit: opened instanceof Failure ? null : createAuditLog(opened.redis, config.redisPrefix, now),
      log: createLog('silent'),
      now,
      signal: AbortSignal.timeout(timeoutMs),
      userId: null,
    });
  } finally {
    await closed(opened);
  }
}

function readPolicy(load: () => Policy): Policy | { readonly problem: string } {
  try {
    return load();
  } catch (error) {
    return { problem: toFailure(error).message };
  }
}

async function closed(opened: OpenRedis | Failure): Promise<void> {
  if (!(opened instanceof Failure)) await opened.close();
}
