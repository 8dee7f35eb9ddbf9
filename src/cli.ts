#!/usr/bin/env node
/** `cf502` in a terminal: the same collectors, checks and verdict as in Slack, in one process, without Slack and Redis. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { auditItems } from './audit/index.js';
import { checks } from './checks/index.js';
import type { CollectContext } from './collectors/collector.js';
import type { CommandContext } from './commands/audit-log.js';
import { loadConfig } from './config.js';
import type { SavedBag } from './diagnosis/bag-file.js';
import type { Command } from './diagnosis/command.js';
import { concludeAudit } from './diagnosis/conclude-audit.js';
import { concludeVerdict } from './diagnosis/conclude-verdict.js';
import { evaluateEvidence } from './diagnosis/evaluate.js';
import type { EvidenceBag } from './diagnosis/evidence.js';
import { type Conclusion, isScorecard, type Scorecard } from './diagnosis/scorecard.js';
import type { Verdict } from './diagnosis/verdict.js';
import { Failure, toFailure } from './failure.js';
import { readBag, refuseUnwritable, saveBag } from './platform/bag-files.js';
import { createLog, type LogLevel } from './platform/log.js';
import { logSettings } from './platform/log-settings.js';
import { networkSettings } from './platform/network-settings.js';
import { loadPolicy, type Policy } from './policy.js';
import { parseTerminalCommand, splitArguments, terminalHelp } from './terminal/arguments.js';
import { renderAuditReport } from './terminal/audit-report.js';
import { createProgressDisplay } from './terminal/progress-display.js';
import { renderReport } from './terminal/report.js';
import { renderScorecardText } from './terminal/scorecard-text.js';
import { timeChecks } from './terminal/timed-checks.js';
import { renderTrace } from './terminal/trace-text.js';
import { renderVerdictText } from './terminal/verdict-text.js';

type CheckCommand = Extract<Command, { kind: 'check' | 'audit' }>;

const exitCodes = { noCause: 0, cause: 1, couldNotRun: 2 } as const;
const maxWidth = 100;

// What Node and the SDK have to say about versions is for whoever installs cf502, not for whoever is on call.
process.removeAllListeners('warning');
// Whoever reads the answer may have seen enough of it (`| head`).
process.stdout.on('error', () => process.exit(exitCodes.couldNotRun));
process.exitCode = await run(process.argv.slice(2)).catch((thrown: unknown) => {
  const failure = toFailure(thrown);
  const stack = failure.kind === 'bug' && failure.cause instanceof Error ? `\n${failure.cause.stack}` : '';
  process.stderr.write(`${failure.message}${stack}\n`);
  return exitCodes.couldNotRun;
});

async function run(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  // The clients of AWS and Redis take longer to load than anything else here: whoever does not need them does not wait for them.
  if (verb === 'audit-log') {
    const { runAuditLog } = await import('./commands/audit-log.js');
    return runAuditLog(rest, ownContext, print);
  }
  if (verb === 'doctor') {
    const { runDoctorCommand } = await import('./commands/doctor.js');
    return runDoctorCommand(rest, {
      loadConfig: () => loadConfig(['terminal']),
      loadPolicy,
      stdout: process.stdout,
      page: pageOptions(),
      now: () => new Date(),
    });
  }
  const { wants, json, verbose, saveTo, words } = splitArguments(argv);
  if (wants === 'help') return print(terminalHelp);
  if (wants === 'version') return print(`${readVersion()}\n`);
  if (wants === 'replay') return answer(replay(words, verbose), json);
  if (saveTo !== null) refuseUnwritable(saveTo);

  const config = loadConfig(['terminal']);
  const policy = loadPolicy(config.policyFile);
  const names = Object.fromEntries(Object.entries(policy.distributions).map(([name, { id }]) => [name, id]));
  const parsed = parseTerminalCommand(words, names, new Date(), policy.checks);
  if (!parsed.ok) throw new Failure('bad-input', parsed.problem);

  const { createAwsClients } = await import('./platform/aws.js');
  const aws = createAwsClients({
    readRoleArn: policy.aws.readRoleArn ?? null,
    externalId: policy.aws.externalId ?? null,
    sessionUser: null,
  });
  const stop = new AbortController();
  const deadlineMs = policy.checks.deadlineSeconds * 1000;
  const timer = setTimeout(() => stop.abort(new Failure('timed-out', 'The deadline of the check passed.')), deadlineMs);
  const release = abortOnSignal(stop);
  try {
    const context: CollectContext = {
      signal: stop.signal,
      now: () => new Date(),
      aws,
      network: networkSettings(config, policy),
      logs: logSettings(policy),
      log: createLog(terminalLogLevel(config.logLevel), { process: 'terminal' }),
      onProgress: () => {},
    };
    const bag = await collectBag(context, parsed.command, policy);
    if (wasCancelled(stop.signal)) throw stop.signal.reason;
    const seen = { bag, now: context.now() };
    const kept = saveTo === null ? seen : saveBag(seen, saveTo, readVersion());
    return answer(conclude(kept, parsed.command.kind, verbose), json);
  } finally {
    clearTimeout(timer);
    release();
    aws.destroy();
  }
}

/** For what looks after cf502 itself rather than at a distribution. */
function ownContext(): CommandContext {
  const config = loadConfig(['terminal']);
  return {
    config,
    policy: loadPolicy(config.policyFile),
    stdout: process.stdout,
    remark: (sentence) => process.stderr.write(`${sentence}\n`),
  };
}

/** Prints the answer. @returns the exit code. */
function answer(conclusion: Conclusion, json: boolean): number {
  return isScorecard(conclusion) ? answerAudit(conclusion, json) : answerCheck(conclusion, json);
}

function answerCheck(verdict: Verdict, json: boolean): number {
  if (verdict.outcome === 'failed' && !json) throw new Failure('not-found', failureText(verdict));
  print(json ? `${JSON.stringify(renderReport(verdict), null, 2)}\n` : renderVerdictText(verdict, pageOptions()));
  if (verdict.outcome === 'failed') return exitCodes.couldNotRun;
  return verdict.outcome === 'cause-found' ? exitCodes.cause : exitCodes.noCause;
}

function answerAudit(scorecard: Scorecard, json: boolean): number {
  const failed = scorecard.outcome === 'failed';
  if (failed && !json) throw new Failure('not-found', [scorecard.headline, scorecard.remedy ?? ''].join('\n').trim());
  print(
    json ? `${JSON.stringify(renderAuditReport(scorecard), null, 2)}\n` : renderScorecardText(scorecard, pageOptions()),
  );
  if (failed) return exitCodes.couldNotRun;
  return scorecard.counts.missing + scorecard.counts['at-risk'] > 0 ? exitCodes.cause : exitCodes.noCause;
}

/** From evidence of now and from that of a file alike, which is why a replay says the same. */
function conclude({ bag, now }: SavedBag, purpose: CheckCommand['kind'], verbose: boolean): Conclusion {
  const timed = timeChecks(checks, () => performance.now());
  const outcomes = purpose === 'audit' ? [] : evaluateEvidence(timed.checks, bag, now);
  // On stderr, so that the answer on stdout stays the same byte for byte.
  if (verbose) process.stderr.write(`${renderTrace({ bag, ...timed, outcomes }, traceOptions())}\n`);
  return purpose === 'audit' ? concludeAudit(bag, auditItems, now) : concludeVerdict(bag, outcomes, now);
}

function replay(words: readonly string[], verbose: boolean): Conclusion {
  const [, file, ...others] = words;
  if (file === undefined || others.length > 0)
    throw new Failure('bad-input', 'Say which file to replay: cf502 replay bag.json');
  const saved = readBag(file);
  try {
    return conclude(saved, saved.bag.audit === undefined ? 'check' : 'audit', verbose);
  } catch (error) {
    throw new Failure('bad-data', `No verdict can be reached from ${file}: a part of it is not as it should be.`, {
      cause: error,
    });
  }
}

async function collectBag(context: CollectContext, command: CheckCommand, policy: Policy): Promise<EvidenceBag> {
  const { collectAll } = await import('./collectors/collect.js');
  const display = createProgressDisplay({
    write: (text) => process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : null,
  });
  try {
    if (policy.access.distributions === 'listed') await refuseUnlisted(context, command, policy);
    return await collectAll(
      context,
      {
        checkId: `chk_${randomBytes(6).toString('hex')}`,
        asked: command.asked,
        target: command.target,
        window: command.window,
        pathPattern: command.pathPattern,
        maxLogBytes: policy.checks.maxLogBytes,
        maxLogSeconds: policy.checks.maxLogSeconds,
        maxLogDollars: policy.checks.maxLogDollars,
        throughTheEdge: policy.probes.throughTheEdge && command.kind === 'check',
        failingPaths: command.kind === 'check' && policy.probes.failingPaths,
        purpose: command.kind,
      },
      (task) => display.show(task),
    );
  } finally {
    display.clear();
  }
}

/** Channels and users of the policy are Slack's; which distributions may be looked at, and hence probed, holds here too. */
async function refuseUnlisted(context: CollectContext, { target }: CheckCommand, policy: Policy): Promise<void> {
  const { collect } = await import('./collectors/collect.js');
  const result = await collect(context, { kind: 'distribution', target });
  // What cannot be read is told by the check itself.
  if (result.kind !== 'distribution' || result.gathered.state === 'unavailable') return;
  const { id } = result.gathered.data;
  if (Object.values(policy.distributions).some((listed) => listed.id === id)) return;
  throw new Failure(
    'not-allowed',
    `Distribution ${id} is not in the policy file, so cf502 will not look at it; list it there to allow it.`,
  );
}

/** The first Ctrl-C stops the check in an orderly way, the second ends the process at once. */
function abortOnSignal(stop: AbortController): () => void {
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.couldNotRun);
    stop.abort(new Failure('cancelled', 'The check was cancelled; nothing is concluded.'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

function wasCancelled({ reason, aborted }: AbortSignal): boolean {
  return aborted && reason instanceof Failure && reason.kind === 'cancelled';
}

function failureText({ headline, nextTest }: Verdict): string {
  return nextTest === null ? headline : `${headline}\n${nextTest}`;
}

/** Log lines would run through the progress and the answer; who wants them asks for `debug`. */
function terminalLogLevel(level: LogLevel): LogLevel {
  return level === 'debug' || level === 'silent' ? level : 'error';
}

function traceOptions() {
  const { isTTY, columns } = process.stderr;
  return { width: isTTY ? columns : maxWidth, colour: isTTY && process.stderr.hasColors() };
}

function pageOptions() {
  const { isTTY, columns } = process.stdout;
  // hasColors() follows NO_COLOR, FORCE_COLOR and TERM.
  return { width: Math.min(isTTY ? columns : maxWidth, maxWidth), colour: isTTY && process.stdout.hasColors() };
}

function readVersion(): string {
  // From dist/src/cli.js; the package's own file is the one place that holds the version.
  const file = new URL('../../package.json', import.meta.url);
  return String((JSON.parse(readFileSync(file, 'utf8')) as { readonly version: unknown }).version);
}

function print(text: string): number {
  process.stdout.write(text);
  return exitCodes.noCause;
}
