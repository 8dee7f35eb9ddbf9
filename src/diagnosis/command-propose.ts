/** `propose <target> --origin api --read-timeout 60`: which setting is to be changed to what, as typed. Pure; bounds are judged later. */
import type { CommandWord } from './command-words.js';
import { type DistributionNames, parseTarget } from './target.js';
import { closest, quoteForPeople } from './wording.js';

/** Option -> the setting it is for. The settings are those of remediation, which imports from here and not the other way round. */
export const proposeFields = {
  '--read-timeout': 'read-timeout',
  '--keep-alive-timeout': 'keep-alive-timeout',
  '--connection-timeout': 'connection-timeout',
  '--connection-attempts': 'connection-attempts',
  '--response-completion-timeout': 'response-completion-timeout',
  '--balancer-idle-timeout': 'balancer-idle-timeout',
} as const;
type FieldFlag = keyof typeof proposeFields;
export type ProposedField = (typeof proposeFields)[FieldFlag];

const fieldFlags: readonly FieldFlag[] = [
  '--read-timeout',
  '--keep-alive-timeout',
  '--connection-timeout',
  '--connection-attempts',
  '--response-completion-timeout',
  '--balancer-idle-timeout',
];
export const proposeFlags = ['--origin', ...fieldFlags] as const;
export type ProposeFlag = (typeof proposeFlags)[number];

export interface ProposeCommand {
  readonly kind: 'propose';
  readonly asked: string;
  readonly distributionId: string;
  /** null where it was not named: there may be only one. */
  readonly originId: string | null;
  readonly field: ProposedField;
  /** Seconds, or a number of attempts; null: no limit. */
  readonly value: number | null;
}

export type ProposeParse =
  | { readonly ok: true; readonly command: ProposeCommand }
  | { readonly ok: false; readonly problem: string };

const maxOriginLength = 128;

export function readPropose(
  word: CommandWord | undefined,
  values: Readonly<Partial<Record<ProposeFlag, string>>>,
  names: DistributionNames,
): ProposeParse {
  const parsed = parseTarget(word?.text ?? '', names);
  if (!parsed.ok) return parsed;
  if (parsed.target.kind !== 'distribution-id' || !/^E[A-Z0-9]{6,20}$/.test(parsed.target.id))
    return refuse(
      `A change is proposed for a distribution id or a name of the policy file; ${quoteForPeople(parsed.asked)} is neither.`,
    );
  const given = fieldFlags.filter((flag) => values[flag] !== undefined);
  const [flag, second] = given;
  if (flag === undefined) return refuse(`Say what to change, with one of ${fieldFlags.join(', ')}.`);
  if (second !== undefined) return refuse('One proposal changes one setting, so that its effect can be told.');
  const field = proposeFields[flag];
  const value = parseFieldValue(field, values[flag] ?? '');
  if (!value.ok) return refuse(`${value.problem} The option is ${flag}.`);
  const originId = values['--origin'] ?? null;
  if (originId !== null && originId.length > maxOriginLength)
    return refuse(`The id of an origin has at most ${maxOriginLength} characters.`);
  return {
    ok: true,
    command: {
      kind: 'propose',
      asked: parsed.asked,
      distributionId: parsed.target.id,
      originId,
      field,
      value: value.value,
    },
  };
}

export type FieldValueParse =
  | { readonly ok: true; readonly value: number | null }
  | { readonly ok: false; readonly problem: string };

/** A value as typed: `60`, `60s`, `60 seconds`; `none` where there may be no limit. */
export function parseFieldValue(field: ProposedField, typed: string): FieldValueParse {
  const text = typed.trim().toLowerCase();
  if (field === 'response-completion-timeout' && text === 'none') return { ok: true, value: null };
  const unit = field === 'connection-attempts' ? '(?:attempts?)?' : '(?:s|sec|secs|seconds?)?';
  const digits = new RegExp(`^(\\d{1,5})\\s*${unit}$`).exec(text)?.[1];
  if (digits !== undefined) return { ok: true, value: Number(digits) };
  const example =
    field === 'connection-attempts'
      ? 'a number of attempts, such as 2'
      : `whole seconds, such as 60${field === 'response-completion-timeout' ? ', or none for no limit' : ''}`;
  return { ok: false, problem: `${quoteForPeople(typed)} is not a value for this setting; write ${example}.` };
}

/** What people and AWS's own documents call the settings -> the option. */
const fieldNames: Readonly<Record<string, FieldFlag>> = {
  'read-timeout': '--read-timeout',
  'origin-read-timeout': '--read-timeout',
  originreadtimeout: '--read-timeout',
  'response-timeout': '--read-timeout',
  'origin-response-timeout': '--read-timeout',
  timeout: '--read-timeout',
  'keep-alive-timeout': '--keep-alive-timeout',
  'keepalive-timeout': '--keep-alive-timeout',
  'keep-alive': '--keep-alive-timeout',
  keepalive: '--keep-alive-timeout',
  originkeepalivetimeout: '--keep-alive-timeout',
  'connection-timeout': '--connection-timeout',
  'connect-timeout': '--connection-timeout',
  connectiontimeout: '--connection-timeout',
  'connection-attempts': '--connection-attempts',
  connectionattempts: '--connection-attempts',
  attempts: '--connection-attempts',
  'response-completion-timeout': '--response-completion-timeout',
  'completion-timeout': '--response-completion-timeout',
  responsecompletiontimeout: '--response-completion-timeout',
  'balancer-idle-timeout': '--balancer-idle-timeout',
  'idle-timeout': '--balancer-idle-timeout',
  'alb-idle-timeout': '--balancer-idle-timeout',
};

/**
 * The line of a proposal that was probably meant, or null.
 * @param words what was typed, without the verb.
 */
export function correctPropose(
  words: readonly CommandWord[],
  names: DistributionNames,
  parses: (line: string) => boolean,
): string | null {
  let target: string | null = null;
  let origin: string | null = null;
  let flag: FieldFlag | null = null;
  let value: string | null = null;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const [, name = '', joined] = /^-*([^=:]+)(?:[=:](.+))?$/s.exec(word.text) ?? [];
    const typed = name.toLowerCase();
    const meant = word.quoted ? null : meaningOf(typed, word.text.startsWith('-'));
    if (meant === 'origin') {
      origin ??= joined ?? words[index + 1]?.text ?? null;
      if (joined === undefined) index += 1;
    } else if (meant !== null) {
      flag ??= meant;
      value ??= joined === undefined ? null : secondsOf(joined);
    } else if (secondsOf(word.text) !== null) value ??= secondsOf(word.text);
    else target ??= targetOf(word, names);
  }
  if (target === null) return null;
  const chosen = flag ?? '--read-timeout';
  const options = [...(origin === null ? [] : ['--origin', origin]), chosen];
  const example = chosen === '--connection-attempts' ? '2' : '60';
  return (
    [value ?? example, example]
      .map((last) => ['propose', target, ...options, last].map((part) => (/\s/.test(part ?? '') ? `"${part}"` : part)))
      .map((parts) => parts.join(' '))
      .find(parses) ?? null
  );
}

function meaningOf(typed: string, isOption: boolean): FieldFlag | 'origin' | null {
  if (typed === 'origin' || typed === 'origin-id') return 'origin';
  if (Object.hasOwn(fieldNames, typed)) return fieldNames[typed] ?? null;
  if (!isOption) return null;
  const near = closest(typed, ['origin', ...Object.keys(fieldNames)]);
  return near === 'origin' ? 'origin' : (fieldNames[near ?? ''] ?? null);
}

/** A number with whatever unit, in seconds; words such as `none` as they are. */
function secondsOf(text: string): string | null {
  if (text.toLowerCase() === 'none') return 'none';
  const [, digits, unit = ''] = /^(\d{1,5})(ms|s|sec|secs|seconds?|m|min|minutes?)?[.,;]?$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  if (unit.toLowerCase() === 'ms') return String(Math.max(1, Math.round(Number(digits) / 1000)));
  return String(unit.toLowerCase().startsWith('m') ? Number(digits) * 60 : Number(digits));
}

function targetOf(word: CommandWord, names: DistributionNames): string | null {
  const parsed = parseTarget(word.text, names);
  if (parsed.ok && parsed.target.kind === 'distribution-id') return parsed.asked;
  return closest(word.text.toLowerCase(), Object.keys(names));
}

function refuse(problem: string): ProposeParse {
  return { ok: false, problem };
}
