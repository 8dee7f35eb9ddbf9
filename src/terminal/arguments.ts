/** What was typed after `cf502` in a terminal: its own flags, and the command that Slack understands too. Pure. */
import { type Command, parseCommandWords } from '../diagnosis/command.js';
import { shellWord, tokenise } from '../diagnosis/command-words.js';
import type { DistributionNames } from '../diagnosis/target.js';
import type { WindowLimits } from '../diagnosis/window.js';
import { plain } from '../diagnosis/wording.js';

export interface TerminalArguments {
  readonly wants: 'check' | 'help' | 'version' | 'replay';
  readonly json: boolean;
  /** Whether to tell how the answer came about. */
  readonly verbose: boolean;
  /** File to keep the evidence in; empty where the name was left out, null where it was not asked for. */
  readonly saveTo: string | null;
  /** What is left for `parseTerminalCommand`. */
  readonly words: readonly string[];
}

export type TerminalCommand =
  | { readonly ok: true; readonly command: Extract<Command, { kind: 'check' | 'audit' }> }
  /** Lines for stderr. */
  | { readonly ok: false; readonly problem: string };

/** Takes out what only a terminal knows; needs no configuration, so that help and version always work. */
export function splitArguments(argv: readonly string[]): TerminalArguments {
  const { rest, saveTo } = takeSave(argv);
  const flags = { json: rest.includes('--json'), verbose: rest.includes('--verbose'), saveTo };
  const words = rest.filter((word) => word !== '--json' && word !== '--verbose');
  const first = words[0]?.toLowerCase();
  if (words.some((word) => word === '--version') || first === 'version' || first === '-v')
    return { wants: 'version', ...flags, words };
  const asksHelp = words.some((word) => word === '--help' || word === '-h');
  if (first === undefined || first === 'help' || asksHelp) return { wants: 'help', ...flags, words };
  return { wants: first === 'replay' ? 'replay' : 'check', ...flags, words };
}

/** `--save bag.json` or `--save=bag.json`. */
function takeSave(argv: readonly string[]): { readonly rest: readonly string[]; readonly saveTo: string | null } {
  const at = argv.findIndex((word) => word === '--save' || word.startsWith('--save='));
  const flag = argv[at];
  if (flag === undefined) return { rest: argv, saveTo: null };
  const isJoined = flag.startsWith('--save=');
  const next = argv[at + 1];
  const takesNext = !isJoined && next !== undefined && !next.startsWith('-');
  return {
    rest: [...argv.slice(0, at), ...argv.slice(at + (takesNext ? 2 : 1))],
    saveTo: isJoined ? flag.slice('--save='.length) : takesNext ? next : '',
  };
}

export function parseTerminalCommand(
  words: readonly string[],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): TerminalCommand {
  const parsed = parseCommandWords(words.map(shellWord), names, now, limits);
  if (!parsed.ok) {
    const hint = parsed.suggestion === null ? 'Type: cf502 help' : `Did you mean: ${quoteForShell(parsed.suggestion)}`;
    return { ok: false, problem: `${plain(parsed.problem, 1000)}\n${hint}` };
  }
  if (parsed.command.kind !== 'check' && parsed.command.kind !== 'audit')
    return {
      ok: false,
      problem: 'In a terminal there are check and audit only; press Ctrl-C to cancel them.\nType: cf502 help',
    };
  return { ok: true, command: parsed.command };
}

export const terminalHelp = `cf502 tells why CloudFront is answering 502.

  cf502 check <target> [--since 2h] [--path '/api/*'] [--json] [--verbose] [--save bag.json]
  cf502 check <target> --from 2026-11-20T10:00 --to 2026-11-20T11:00
  cf502 replay <file> [--json] [--verbose]
  cf502 audit <target> [--json]
  cf502 doctor [--json]
  cf502 audit-log verify | export
  cf502 help | --version

A target is a distribution id (E1A2B3C4D5E6F7), its ARN, its console URL, an alias (www.example.com),
its dxxxx.cloudfront.net name, or a name from the policy file. Times are UTC.

  --since   how far to look back from now: 30m, 2h, 1d
  --from    begin of the window; --to is its end, now by default
  --path    count only requests for paths like this one
  --json    print the report as JSON (cf502.report/1, see docs/report.md)
  --verbose tell on stderr what was collected, in what time, and what each check made of it
  --save    keep the evidence in this file; replay reads it and gives the same verdict, without AWS or network

Exit code: 0 no cause found, 1 a cause found, 2 the check could not be run.
Of an audit: 0 nothing is missing or at risk, 1 something is, 2 it could not be run.
AWS credentials are found as the AWS CLI finds them; settings are listed in .env.sample.
`;

/** A line that can be pasted into a shell: a path pattern left bare would be expanded. */
function quoteForShell(line: string): string {
  const words = tokenise(line).map(({ text }) =>
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`,
  );
  return ['cf502', ...words].join(' ');
}
