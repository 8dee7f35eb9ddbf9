/** The words after a verb, read as options with their values and the rest. Pure. */
import type { CommandWord } from './command-words.js';
import { quoteForPeople } from './wording.js';

export interface Arguments<Flag extends string> {
  readonly positional: readonly CommandWord[];
  readonly values: Readonly<Partial<Record<Flag, string>>>;
}

/** @returns the problem as a sentence, or `help` where that was asked for, in place of arguments that cannot be read. */
export function readArguments<Flag extends string>(
  words: readonly CommandWord[],
  flags: readonly Flag[],
): Arguments<Flag> | string {
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
