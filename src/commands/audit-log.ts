/** `cf502 audit-log verify | export`: whether what was recorded is whole, and a copy of it. Reading it is recorded in it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../config.js';
import { Failure, toFailure } from '../failure.js';
import { readShippedCopy } from '../platform/audit-bucket.js';
import { type AuditLine, createAuditLog, type KeptAuditLog } from '../platform/audit-log.js';
import { type CheckedChain, checkChain, compareToCopy, compareToHead } from '../platform/audit-verify.js';
import { createAwsClients } from '../platform/aws.js';
import type { Policy } from '../policy.js';
import {
  type AuditLogCommand,
  auditLogHelp,
  parseAuditLogCommand,
  parseS3Place,
} from '../terminal/audit-log-arguments.js';
import { renderVerification, type Verification } from '../terminal/audit-log-text.js';
import { openRedis } from './open-redis.js';

export interface CommandContext {
  readonly config: Config;
  readonly policy: Policy;
  readonly stdout: Writable;
  /** One sentence for the person, beside the answer. */
  readonly remark: (sentence: string) => void;
}

/** @returns the exit code. @throws Failure where it cannot be read. */
export async function runAuditLog(
  words: readonly string[],
  context: () => CommandContext,
  help: (text: string) => void,
): Promise<number> {
  const command = parseAuditLogCommand(words);
  if (command.kind === 'wrong') throw new Failure('bad-input', `${command.problem}\nType: cf502 audit-log help`);
  if (command.kind === 'help') {
    help(auditLogHelp);
    return 0;
  }
  return command.kind === 'export' ? exportLog(command.to, context()) : verifyLog(command, context());
}

async function verifyLog(
  command: Extract<AuditLogCommand, { kind: 'verify' }>,
  context: CommandContext,
): Promise<number> {
  const { file, against } = command;
  const checked =
    file === null ? await withLog(context, 'audit.verify', { against }, checkKept) : await checkFile(file);
  const compared = against === null ? null : await compare(checked.chain, against, command, context);
  const verification: Verification = {
    count: checked.chain.count,
    first: checked.chain.first,
    last: checked.chain.last,
    chain: checked.chain.chain,
    problems: [...checked.problems, ...(compared?.problems ?? [])],
    notes: compared?.notes ?? [describeBeginning(checked.chain)].filter((note) => note !== null),
    comparedTo: against,
  };
  context.stdout.write(
    command.json
      ? `${JSON.stringify(renderVerificationJson(verification), null, 2)}\n`
      : renderVerification(verification),
  );
  return verification.problems.length === 0 ? 0 : 1;
}

/** An emptied Redis begins a chain anew, and that one is whole: nothing in it can say what was before. */
function describeBeginning({ first }: CheckedChain): string | null {
  return first?.sequence === 1
    ? `It began anew at ${first.at}. Whether there was another log before that, in a Redis that was emptied or replaced since, only a shipped copy tells.`
    : null;
}

interface Checked {
  readonly chain: CheckedChain;
  readonly problems: readonly string[];
}

async function checkKept(log: KeptAuditLog): Promise<Checked> {
  const before = await log.head();
  const chain = await checkChain(log.lines());
  const after = await log.head();
  const ends = chain.last?.sequence ?? 0;
  // What was appended while it was read is no deviation: the end lies between the two heads.
  const isBetween = ends >= (before?.sequence ?? 0) && ends < (after?.sequence ?? 0);
  const head = ends < (before?.sequence ?? 0) ? before : after;
  return { chain, problems: [...chain.problems, ...(isBetween ? [] : compareToHead(chain, head))] };
}

async function checkFile(file: string): Promise<Checked> {
  const chain = await checkChain(linesOf(file));
  return { chain, problems: chain.problems };
}

async function compare(
  chain: CheckedChain,
  against: string,
  { knownChains }: Extract<AuditLogCommand, { kind: 'verify' }>,
  { policy }: CommandContext,
): Promise<ReturnType<typeof compareToCopy>> {
  const place = parseS3Place(against);
  if (place === null) return compareToCopy(chain, [await checkChain(linesOf(against))], knownChains);
  // The bucket of the policy file is read as it is written; another one, with the credentials at hand.
  const own = policy.audit?.bucket === place.bucket ? policy.audit : null;
  const aws = createAwsClients({
    readRoleArn: own?.roleArn ?? null,
    externalId: own?.externalId ?? null,
    sessionUser: null,
  });
  try {
    const copy = await readShippedCopy(aws.s3(own?.region ?? 'us-east-1'), place);
    const copies: CheckedChain[] = [];
    for (const lines of copy.chains.values()) copies.push(await checkChain(lines));
    const { problems, notes } = compareToCopy(chain, copies, knownChains);
    return { problems: [...copy.problems, ...problems], notes };
  } finally {
    aws.destroy();
  }
}

async function exportLog(to: string | null, context: CommandContext): Promise<number> {
  return withLog(context, 'audit.export', { to }, async (log) => {
    let count = 0;
    async function* exported(): AsyncIterable<string> {
      for await (const { text } of log.lines()) {
        count += 1;
        yield `${text}\n`;
      }
    }
    // Never over a file that is there: it may be the export that this one is to be compared with.
    const out = to === null ? context.stdout : createWriteStream(to, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(exported, out, { end: to !== null });
    } catch (error) {
      if (error instanceof Failure || to === null) throw error;
      throw new Failure('bad-input', `${to} could not be written: ${toFailure(error).message}`, { cause: error });
    }
    context.remark(count === 1 ? '1 entry was exported.' : `${count} entries were exported.`);
    return 0;
  });
}

/** Records the reading, then reads. A log that cannot be written any more can still be looked at: that is when it has to be. */
async function withLog<Result>(
  { config, remark }: CommandContext,
  action: string,
  facts: Readonly<Record<string, string | null>>,
  read: (log: KeptAuditLog) => Promise<Result>,
): Promise<Result> {
  const opened = await openRedis(config);
  try {
    const log = createAuditLog(opened.redis, config.redisPrefix);
    try {
      await log.append({ actor: null, action, subject: null, facts: { ...facts, terminalUser: userName() } });
    } catch (error) {
      remark(`This reading could not be recorded: ${toFailure(error).message}`);
    }
    return await read(log);
  } finally {
    await opened.close();
  }
}

async function* linesOf(file: string): AsyncIterable<AuditLine> {
  const input = createReadStream(file, 'utf8');
  // An error of the stream does not end the loop over its lines.
  const opened = new Promise<void>((resolve, reject) => {
    input.once('open', () => resolve());
    input.once('error', reject);
  });
  await opened.catch((error: unknown) => {
    throw new Failure('bad-input', `${file} cannot be read: ${toFailure(error).message}`, { cause: error });
  });
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (text !== '') yield { text, where: `line ${number} of ${file}` };
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return 'unknown';
  }
}

function renderVerificationJson({ first, last, ...rest }: Verification) {
  const place = (entry: Verification['first']) => (entry === null ? null : { sequence: entry.sequence, at: entry.at });
  return {
    format: 'cf502.audit-log/1',
    whole: rest.problems.length === 0,
    ...rest,
    first: place(first),
    last: place(last),
  };
}
