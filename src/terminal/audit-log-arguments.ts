/** What was typed after `cf502 audit-log` in a terminal. Pure. */

export type AuditLogCommand =
  | {
      readonly kind: 'verify';
      /** An export to look at in place of the log itself. */
      readonly file: string | null;
      /** The copy to compare with: a file, or a place in S3. */
      readonly against: string | null;
      /** Beginnings of the hashes of earlier chains that somebody has looked into. */
      readonly knownChains: readonly string[];
      readonly json: boolean;
    }
  /** `to` null: stdout. */
  | { readonly kind: 'export'; readonly to: string | null }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string };

export const auditLogHelp = `cf502 audit-log reads what cf502 has recorded of itself: commands, proposals, decisions, refusals, writes.

  cf502 audit-log verify [--against <copy>] [--known-chain <chain>] [--json]
  cf502 audit-log verify --file audit.jsonl [--against <copy>] [--json]
  cf502 audit-log export [--to audit.jsonl]

  --against      the shipped copy, s3://bucket/prefix/ or a file: shows what was cut off or rewritten since
  --file         look at an export instead of at the log itself
  --known-chain  an earlier chain in the copy whose end somebody has looked into; may be given again
  --to           write to this new file instead of to stdout

The log is found where cf502 keeps it: REDIS_URL, or the private Redis in CF502_DATA_FOLDER. Each reading of it is recorded in it.
Exit code: 0 whole, 1 not whole, 2 it could not be read.
`;

type Option = '--file' | '--against' | '--known-chain' | '--to';
const optionsOf: Readonly<Record<'verify' | 'export', readonly Option[]>> = {
  verify: ['--file', '--against', '--known-chain'],
  export: ['--to'],
};

/** @param words what follows `audit-log`. */
export function parseAuditLogCommand(words: readonly string[]): AuditLogCommand {
  const [verb, ...rest] = words.filter((word) => word !== '--json');
  const json = words.includes('--json');
  if (verb === undefined || verb === 'help' || words.includes('--help') || words.includes('-h'))
    return { kind: 'help' };
  if (verb !== 'verify' && verb !== 'export')
    return { kind: 'wrong', problem: 'After audit-log there is verify or export.' };
  const values = readOptions(rest, optionsOf[verb]);
  if (typeof values === 'string') return { kind: 'wrong', problem: `${verb}: ${values}` };
  const one = (option: Option): string | null => values.find(([name]) => name === option)?.[1] ?? null;
  if (verb === 'export') return { kind: 'export', to: one('--to') };
  const knownChains = values.filter(([name]) => name === '--known-chain').map(([, value]) => value.toLowerCase());
  if (knownChains.some((chain) => !/^[0-9a-f]{8,64}$/.test(chain)))
    return { kind: 'wrong', problem: 'verify: --known-chain takes the beginning of a hash, eight digits or more.' };
  return { kind: 'verify', file: one('--file'), against: one('--against'), knownChains, json };
}

/** A string is the problem. */
function readOptions(
  words: readonly string[],
  known: readonly Option[],
): readonly (readonly [Option, string])[] | string {
  const values: (readonly [Option, string])[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [typed = '', ...after] = word.split('=');
    const option = known.find((each) => each === typed);
    if (option === undefined) return `I do not know what ${word} is for.`;
    const value = word.includes('=') ? after.join('=') : words[++index];
    if (value === undefined || value === '' || value.startsWith('--')) return `${option} needs a value after it.`;
    if (option !== '--known-chain' && values.some(([name]) => name === option)) return `${option} was given twice.`;
    values.push([option, value]);
  }
  return values;
}

/** `s3://bucket/prefix`; null where it is not one, hence a file. */
export function parseS3Place(text: string): { readonly bucket: string; readonly prefix: string } | null {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text);
  return match === null ? null : { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}
