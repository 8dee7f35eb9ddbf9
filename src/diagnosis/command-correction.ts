/** From a mistyped command line to the one that was probably meant. Only lines that parse are ever suggested. */
import { correctPropose } from './command-propose.js';
import type { CommandWord } from './command-words.js';
import { type DistributionNames, parseTarget } from './target.js';
import { parseDuration, parseMoment } from './window.js';
import { closest } from './wording.js';

const verbWords: Readonly<Record<string, string>> = {
  check: 'check',
  audit: 'audit',
  cancel: 'cancel',
  help: 'help',
  propose: 'propose',
  proposals: 'proposals',
  doctor: 'doctor',
  diagnose: 'check',
  inspect: 'check',
  scan: 'check',
  status: 'check',
  why: 'check',
  scorecard: 'audit',
  review: 'audit',
  prevent: 'audit',
  prevention: 'audit',
  stop: 'cancel',
  abort: 'cancel',
  kill: 'cancel',
};

/** Words of everyday English, which are taken for a verb only as they are: one letter off, they are something else. */
const exactVerbWords: Readonly<Record<string, string>> = {
  change: 'propose',
  raise: 'propose',
  lower: 'propose',
  increase: 'propose',
  decrease: 'propose',
  pending: 'proposals',
  permissions: 'doctor',
};

const flagWords: Readonly<Record<string, string>> = {
  since: '--since',
  last: '--since',
  for: '--since',
  window: '--since',
  from: '--from',
  start: '--from',
  begin: '--from',
  to: '--to',
  until: '--to',
  end: '--to',
  path: '--path',
  url: '--path',
  uri: '--path',
};

/** Shown where the length that was meant cannot be known. */
const exampleLength = '1h';

interface Line {
  readonly verb: string;
  readonly target: string | null;
  readonly options: ReadonlyMap<string, string>;
}

/**
 * The line that was probably meant, or null.
 * @param parses whether a line is a right command; every suggestion has passed it.
 */
export function correctCommand(
  words: readonly CommandWord[],
  names: DistributionNames,
  parses: (line: string) => boolean,
): string | null {
  const { verb, rest } = findVerb(words, names);
  if (verb === 'propose') return correctPropose(rest, names, parses);
  if (verb === 'proposals' || verb === 'doctor') return parses(verb) ? verb : null;
  const line = repair(words, names);
  if (line === null) return null;
  const withoutTimes = new Map([...line.options].filter(([flag]) => flag === '--path'));
  const candidates: readonly Line[] = [
    line,
    // A time that cannot be read cannot be guessed: show how one is written.
    { ...line, options: new Map([['--since', exampleLength], ...withoutTimes]) },
    { ...line, options: new Map() },
  ];
  return candidates.map(spell).find(parses) ?? null;
}

function spell(line: Line): string {
  const options = line.verb === 'check' ? [...line.options].flat() : [];
  const words = [line.verb, ...(line.target === null || line.verb === 'help' ? [] : [line.target]), ...options];
  return words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
}

function repair(words: readonly CommandWord[], names: DistributionNames): Line | null {
  const { verb, rest } = findVerb(words, names);
  if (verb === null) return null;
  let target: string | null = null;
  const options = new Map<string, string>();
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index];
    if (word === undefined) break;
    const flag = flagOf(word);
    if (flag !== null) {
      const value = flag.value === undefined ? valueAfter(rest, index, flag.flag) : { text: flag.value, taken: 0 };
      index += value.taken;
      if (value.text !== '') options.set(flag.flag, value.text);
      else if (flag.flag === '--since') options.set(flag.flag, exampleLength);
      continue;
    }
    const meant = meaningOf(word.text, options);
    if (meant !== null) options.set(meant, word.text);
    else target ??= targetOf(word, names);
  }
  if (options.has('--from') || options.has('--to')) options.delete('--since');
  return { verb, target, options };
}

function findVerb(
  words: readonly CommandWord[],
  names: DistributionNames,
): { readonly verb: string | null; readonly rest: readonly CommandWord[] } {
  for (const near of [false, true]) {
    for (const [index, word] of words.entries()) {
      // A distribution's own name is no mistyped verb.
      if (near && Object.hasOwn(names, word.text.toLowerCase())) continue;
      const typed = word.text.toLowerCase();
      const meant = near ? closest(typed, Object.keys(verbWords)) : typed;
      const verb =
        (meant !== null && Object.hasOwn(verbWords, meant) ? verbWords[meant] : undefined) ??
        (Object.hasOwn(exactVerbWords, typed) ? exactVerbWords[typed] : undefined);
      if (verb !== undefined && !word.quoted) return { verb, rest: words.toSpliced(index, 1) };
    }
  }
  const namesTarget = words.some((word) => targetOf(word, names) !== null);
  return { verb: namesTarget ? 'check' : null, rest: words };
}

function flagOf(word: CommandWord): { readonly flag: string; readonly value: string | undefined } | null {
  if (word.quoted) return null;
  const [, dashes = '', name = '', value] = /^(-*)([A-Za-z]+)(?:[=:](.+))?$/.exec(word.text) ?? [];
  const typed = name.toLowerCase();
  const known =
    dashes === '' ? (Object.hasOwn(flagWords, typed) ? typed : null) : closest(typed, Object.keys(flagWords));
  const initial =
    dashes === '-' && typed.length === 1 ? { s: 'since', f: 'from', t: 'to', p: 'path' }[typed] : undefined;
  const flag = flagWords[initial ?? known ?? ''];
  return flag === undefined ? null : { flag, value };
}

/** What follows a flag; `2 h` is read as one value. */
function valueAfter(
  words: readonly CommandWord[],
  index: number,
  flag: string,
): { readonly text: string; readonly taken: number } {
  const next = words[index + 1];
  if (next === undefined || flagOf(next) !== null) return { text: '', taken: 0 };
  const joined = `${next.text}${words[index + 2]?.text ?? ''}`;
  if (flag === '--since' && parseDuration(next.text) === null && parseDuration(joined) !== null)
    return { text: joined, taken: 2 };
  const moment = `${next.text}T${words[index + 2]?.text ?? ''}`;
  if ((flag === '--from' || flag === '--to') && parseMoment(moment) !== null) return { text: moment, taken: 2 };
  return { text: flag === '--path' ? pathOf(next.text) : next.text, taken: 1 };
}

/** The flag that a word without one was meant for. */
function meaningOf(text: string, options: ReadonlyMap<string, string>): string | null {
  if (parseDuration(text) !== null) return '--since';
  if (parseMoment(text) !== null) return options.has('--from') ? '--to' : '--from';
  return text.startsWith('/') ? '--path' : null;
}

/** `api/*` and a whole URL as the path that they hold. */
function pathOf(text: string): string {
  const path = text.replace(/^<?[a-z]+:\/\/[^/]*/i, '').replace(/(?:\|.*)?>$/, '');
  // CloudFront compares patterns with the path as it is sent, percent-encoded.
  const encoded = path.replace(/[^\x20-\x7e]+/gu, (some) => encodeURIComponent(some.replace(/\p{Cs}/gu, '')));
  return /^[/*]/.test(encoded) ? encoded : `/${encoded}`;
}

function targetOf(word: CommandWord, names: DistributionNames): string | null {
  const parsed = parseTarget(word.text, names);
  if (parsed.ok) return parsed.asked;
  return closest(word.text.toLowerCase(), Object.keys(names));
}
