/** The command line shared by Slack and the terminal: `check`, `audit`, `cancel`, `help`. A wrong line is answered with the corrected one. */

import { correctCommand } from './command-correction.js';
import { type CommandWord, tokenise } from './command-words.js';
import type { TimeWindow } from './evidence.js';
import { type DistributionNames, parseTarget, type Target } from './target.js';
import { parseWindow, type WindowLimits, type WindowRequest } from './window.js';
import { quoteForPeople } from './wording.js';

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

/** What there is to type, for the help; `<…>` stands for what the person fills in. */
export const commandUsage = [
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
  { line: 'help', does: 'Show this list.' },
] as const;

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

type Arguments = {
  readonly positional: readonly CommandWord[];
  readonly values: Readonly<Partial<Record<Flag, string>>>;
};

function readCommand(
  words: readonly CommandWord[],
  names: DistributionNames,
  now: Date,
  limits: WindowLimits,
): CommandParse {
  const verb = words[0]?.text.toLowerCase() ?? 'help';
  const rest = readArguments(words.slice(1));
  if (/^(?:help|-h|--help|\?)$/.test(verb) || (rest !== null && typeof rest === 'string' && rest === 'help'))
    return { ok: true, command: { kind: 'help' } };
  if (verb !== 'check' && verb !== 'audit' && verb !== 'cancel')
    return refuse(
      `${quoteForPeople(words[0]?.text ?? '')} is not something I do; I know check, audit, cancel and help.`,
    );
  if (typeof rest === 'string') return refuse(rest);
  const [first, second] = rest.positional;
  if (second !== undefined) return refuse(`I do not know what ${quoteForPeople(second.text)} is for.`);
  if (verb === 'cancel') return readCancel(first, rest.values, names);
  if (verb === 'audit') return readAudit(first, rest.values, names, now, limits);
  return readCheck(first, rest.values, names, now, limits);
}

function readCheck(
  word: CommandWord | undefined,
  values: Arguments['values'],
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
  values: Arguments['values'],
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
  values: Arguments['values'],
  names: DistributionNames,
): CommandParse {
  const flag = Object.keys(values)[0];
  if (flag !== undefined) return refuse(`cancel takes no ${flag}; it stops the whole check.`);
  if (word === undefined) return { ok: true, command: { kind: 'cancel', asked: null, target: null } };
  const parsed = parseTarget(word.text, names);
  if (!parsed.ok) return refuse(parsed.problem);
  return { ok: true, command: { kind: 'cancel', asked: parsed.asked, target: parsed.target } };
}

/** Flags and their values apart from the rest; a string is the problem, or `help` where that was asked for. */
function readArguments(words: readonly CommandWord[]): Arguments | string {
  const positional: CommandWord[] = [];
  const values: Partial<Record<Flag, string>> = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    if (word.quoted || !word.text.startsWith('-')) {
      positional.push(word);
      continue;
    }
    const equals = word.text.indexOf('=');
    const typed = equals === -1 ? word.text : word.text.slice(0, equals);
    if (typed === '--help' || typed === '-h') return 'help';
    const flag = flags.find((known) => known === typed.toLowerCase());
    if (flag === undefined) return `I do not know the option ${quoteForPeople(typed)}; there are ${flags.join(', ')}.`;
    if (values[flag] !== undefined) return `${flag} was given twice.`;
    const next = words[index + 1];
    const follows = next !== undefined && (next.quoted || !next.text.startsWith('-')) ? next.text : undefined;
    const value = equals === -1 ? follows : word.text.slice(equals + 1);
    if (value === undefined || value === '') return `${flag} needs a value after it.`;
    if (equals === -1) index += 1;
    values[flag] = value;
  }
  return { positional, values };
}

/** Whether CloudFront would take this as a path pattern. */
export function isPathPattern(text: string): boolean {
  return pathPattern.test(text) && /^[/*]/.test(text);
}

function refuse(problem: string): CommandParse {
  return { ok: false, problem, suggestion: null };
}
