/** The command line of Slack, and of the terminal as far as it goes there. A wrong line is answered with the corrected one. */

import { type Arguments, readArguments } from './command-arguments.js';
import { correctCommand } from './command-correction.js';
import { type ProposeCommand, proposeFlags, readPropose } from './command-propose.js';
import { type CommandWord, tokenise } from './command-words.js';
import type { TimeWindow } from './evidence.js';
import { type DistributionNames, parseTarget, type Target } from './target.js';
import { parseWindow, type WindowLimits, type WindowRequest } from './window.js';
import { listOf, quoteForPeople } from './wording.js';

export type Command =
  | {
      readonly kind: 'check';
      /** Short form of the target, to show and to compare by. */
      readonly asked: string;
      readonly target: Target;
      readonly window: TimeWindow;
      /** How the window was asked for, normalised: `since 120m`, `from … to …`. */
      readonly windowAsked: string;
      readonly pathPattern: string | null;
    }
  /** Looks at the precautions against 502s; the window is the default one, for logs and metrics. */
  | {
      readonly kind: 'audit';
      readonly asked: string;
      readonly target: Target;
      readonly window: TimeWindow;
      readonly windowAsked: string;
      readonly pathPattern: null;
    }
  /** `asked` and `target` are null where the newest running check is meant. */
  | { readonly kind: 'cancel'; readonly asked: string | null; readonly target: Target | null }
  /** A change of one setting, that somebody else has to approve. */
  | ProposeCommand
  /** Lists the proposals that are under way. */
  | { readonly kind: 'proposals' }
  /** Tries every permission that cf502 needs. */
  | { readonly kind: 'doctor' }
  | { readonly kind: 'help' };

export type CommandParse =
  | { readonly ok: true; readonly command: Command }
  | {
      readonly ok: false;
      /** One or two full sentences. May repeat a part of what was typed, so it is untrusted text. */
      readonly problem: string;
      /** The line that was probably meant, without `/cf502`; it is sure to parse. Null where nothing near it does. */
      readonly suggestion: string | null;
    };

/** What there is to type, for the help; `<…>` stands for what the person fills in. `for`: shown only where that is possible. */
export const commandUsage: readonly {
  readonly line: string;
  readonly does: string;
  readonly for?: 'changes' | 'doctor';
}[] = [
  {
    line: 'check <target> [--since 2h] [--path /api/*]',
    does: 'Find out why this distribution answers 502, looking back from now.',
  },
  {
    line: 'check <target> --from 2026-11-20T10:00 --to 2026-11-20T11:00',
    does: 'The same for a window in the past; times are UTC.',
  },
  { line: 'audit <target>', does: 'See which precautions against 502s are in place, missing or at risk.' },
  { line: 'cancel [<target>]', does: 'Stop the check or audit that is running, or the one for this target.' },
  {
    line: 'propose <target> --origin <id> --read-timeout 60',
    does: 'Propose a change of one timeout, which somebody else has to approve. Others: --keep-alive-timeout, --connection-timeout, --connection-attempts, --response-completion-timeout, --balancer-idle-timeout.',
    for: 'changes',
  },
  { line: 'proposals', does: 'List the proposals that are under way or in force.', for: 'changes' },
  { line: 'doctor', does: 'Try every permission that cf502 needs and say what is missing.', for: 'doctor' },
  { line: 'help', does: 'Show this list.' },
];

export const flags = ['--since', '--from', '--to', '--path'] as const;
export type Flag = (typeof flags)[number];

const maxLineLength = 1000;
/** CloudFront's own limit for a path pattern, and the characters that it allows in one. */
const pathPattern = /^[A-Za-z0-9_.*$/~"'@:+&?%,;=!()-]{1,255}$/;

/** Parses what follows `/cf502` or `@cf502`. Never throws. */
export function parseCommand(text: string, names: DistributionNames, now: Date, limits: WindowLimits): CommandParse {
  if (text.length > maxLineLength)
    return { ok: false, problem: 'That line is too long. Type help to see what I understand.', suggestion: null };
  return parseCommandWords(tokenise(text), names, now, limits);
}

/** The same for words that a shell has split. */
export function parseCommandWords(
  words: readonly CommandWord[],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): CommandParse {
  const spoken = withoutName(words);
  const parsed = readCommand(spoken, names, now, limits);
  if (parsed.ok) return parsed;
  return {
    ...parsed,
    suggestion: correctCommand(spoken, names, (line) => readCommand(tokenise(line), names, now, limits).ok),
  };
}

/** The command's own name, or a mention of the bot, in front of the line. */
function withoutName(words: readonly CommandWord[]): readonly CommandWord[] {
  const first = words.findIndex((word) => !/^(?:[/@]?cf502:?|<@[A-Z0-9]+(?:\|[^>]*)?>)$/i.test(word.text));
  return first === -1 ? [] : words.slice(first);
}

function readCommand(
  words: readonly CommandWord[],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): CommandParse {
  const verb = words[0]?.text.toLowerCase() ?? 'help';
  if (verb === 'propose') return readProposeCommand(words.slice(1), names);
  const rest = readArguments(words.slice(1), flags);
  if (/^(?:help|-h|--help|\?)$/.test(verb) || rest === 'help') return { ok: true, command: { kind: 'help' } };
  if (!isVerb(verb))
    return refuse(`${quoteForPeople(words[0]?.text ?? '')} is not something I do; I know ${listOf(verbs, 9)}.`);
  if (typeof rest === 'string') return refuse(rest);
  const [first, second] = rest.positional;
  if (verb === 'proposals' || verb === 'doctor') {
    return first === undefined && Object.keys(rest.values).length === 0
      ? { ok: true, command: { kind: verb } }
      : refuse(`${verb} stands alone; nothing follows it.`);
  }
  if (second !== undefined) return refuse(`I do not know what ${quoteForPeople(second.text)} is for.`);
  if (verb === 'cancel') return readCancel(first, rest.values, names);
  if (verb === 'audit') return readAudit(first, rest.values, names, now, limits);
  return readCheck(first, rest.values, names, now, limits);
}

const verbs = ['check', 'audit', 'cancel', 'propose', 'proposals', 'doctor', 'help'] as const;

function isVerb(word: string): word is Exclude<(typeof verbs)[number], 'help' | 'propose'> {
  return word !== 'help' && word !== 'propose' && verbs.some((verb) => verb === word);
}

function readProposeCommand(words: readonly CommandWord[], names: DistributionNames): CommandParse {
  const rest = readArguments(words, proposeFlags);
  if (rest === 'help') return { ok: true, command: { kind: 'help' } };
  if (typeof rest === 'string') return refuse(rest);
  const [first, second] = rest.positional;
  if (second !== undefined) return refuse(`I do not know what ${quoteForPeople(second.text)} is for.`);
  const parsed = readPropose(first, rest.values, names);
  return parsed.ok ? parsed : refuse(parsed.problem);
}

function readCheck(
  word: CommandWord | undefined,
  values: Arguments<Flag>['values'],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): CommandParse {
  const parsed = parseTarget(word?.text ?? '', names);
  if (!parsed.ok) return refuse(parsed.problem);
  const request: WindowRequest = { since: values['--since'], from: values['--from'], to: values['--to'] };
  const window = parseWindow(request, now, limits);
  if (!window.ok) return refuse(window.problem);
  const path = values['--path'];
  if (path !== undefined && !isPathPattern(path))
    return refuse(`${quoteForPeople(path)} is not a path for --path. Write it as /api/* or /checkout.`);
  return {
    ok: true,
    command: {
      kind: 'check',
      asked: parsed.asked,
      target: parsed.target,
      window: window.window,
      windowAsked: window.asked,
      pathPattern: path ?? null,
    },
  };
}

function readAudit(
  word: CommandWord | undefined,
  values: Arguments<Flag>['values'],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): CommandParse {
  const flag = Object.keys(values)[0];
  if (flag !== undefined) return refuse(`audit takes no ${flag}; it looks at the distribution as it is now.`);
  const parsed = readCheck(word, {}, names, now, limits);
  if (!parsed.ok || parsed.command.kind !== 'check') return parsed;
  return { ok: true, command: { ...parsed.command, kind: 'audit', pathPattern: null } };
}

function readCancel(
  word: CommandWord | undefined,
  values: Arguments<Flag>['values'],
  names: DistributionNames,
): CommandParse {
  const flag = Object.keys(values)[0];
  if (flag !== undefined) return refuse(`cancel takes no ${flag}; it stops the whole check.`);
  if (word === undefined) return { ok: true, command: { kind: 'cancel', asked: null, target: null } };
  const parsed = parseTarget(word.text, names);
  if (!parsed.ok) return refuse(parsed.problem);
  return { ok: true, command: { kind: 'cancel', asked: parsed.asked, target: parsed.target } };
}

/** Whether CloudFront would take this as a path pattern. */
export function isPathPattern(text: string): boolean {
  return pathPattern.test(text) && /^[/*]/.test(text);
}

function refuse(problem: string): CommandParse {
  return { ok: false, problem, suggestion: null };
}
