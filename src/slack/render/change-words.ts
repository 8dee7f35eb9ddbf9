/** Words for a change: what each setting is called by AWS and by people, and its values. Pure. */
import { fieldNames, sayValue } from '../../remediation/field-names.js';
import type { Change, ChangeField, ChangeTarget, ChangeValue, ProposalState } from '../../remediation/proposal.js';
import { cleanText, code, type Piece } from './text.js';

/** The name in AWS's API, which people search their code for, and the option of `/cf502 propose`. */
export const fieldWords: Readonly<Record<ChangeField, { readonly api: string; readonly flag: string }>> = {
  'connection-attempts': { api: 'ConnectionAttempts', flag: '--connection-attempts' },
  'connection-timeout': { api: 'ConnectionTimeout', flag: '--connection-timeout' },
  'read-timeout': { api: 'OriginReadTimeout', flag: '--read-timeout' },
  'keep-alive-timeout': { api: 'OriginKeepaliveTimeout', flag: '--keep-alive-timeout' },
  'response-completion-timeout': { api: 'ResponseCompletionTimeout', flag: '--response-completion-timeout' },
  'balancer-idle-timeout': { api: 'idle_timeout.timeout_seconds', flag: '--balancer-idle-timeout' },
};

/** The value as it is typed. */
export function valueTyped(value: ChangeValue): string {
  return value === null ? 'none' : String(value);
}

/** `30 s → 60 s`. */
export function stepWords({ field, before, after }: Pick<Change, 'field' | 'before' | 'after'>): string {
  return `${sayValue(field, before)} → ${sayValue(field, after)}`;
}

/** The same for screen readers and notifications, where an arrow is not read. */
export function stepSpoken({ field, before, after }: Pick<Change, 'field' | 'before' | 'after'>): string {
  return `from ${sayValue(field, before)} to ${sayValue(field, after)}`;
}

/** Name of the origin or balancer, cut; untrusted text. */
export function targetName(target: ChangeTarget, max = 60): string {
  return cleanText(target.kind === 'origin' ? target.originId : target.name, max);
}

/** `OriginReadTimeout of origin api of E2EXAMPLE1ABCD`, in pieces. */
export function subjectPieces({ target, field }: Pick<Change, 'target' | 'field'>): Piece[] {
  const what: Piece[] = [`${fieldNames[field]} (`, code(fieldWords[field].api), ') of '];
  return target.kind === 'origin'
    ? [
        ...what,
        'origin ',
        code(targetName(target, 128)),
        ' of distribution ',
        code(cleanText(target.distributionId, 64)),
      ]
    : [
        ...what,
        code(targetName(target, 128)),
        ` in ${cleanText(target.region, 40)}, behind distribution `,
        code(cleanText(target.distributionId, 64)),
      ];
}

/** `the response timeout of origin api of E2EXAMPLE1ABCD`: for sentences of plain text. */
export function subjectSpoken({ target, field }: Pick<Change, 'target' | 'field'>, max = 60): string {
  const what = fieldNames[field];
  return target.kind === 'origin'
    ? `the ${what} of origin ${targetName(target, max)} of ${cleanText(target.distributionId, 24)}`
    : `the ${what} ${targetName(target, max)} behind ${cleanText(target.distributionId, 24)}`;
}

/** The line that proposes this change again. */
export function proposeLine({ target, field, after }: Pick<Change, 'target' | 'field' | 'after'>): string {
  const words = [
    'propose',
    cleanText(target.distributionId, 64),
    ...(target.kind === 'origin' ? ['--origin', spell(cleanText(target.originId, 128))] : []),
    fieldWords[field].flag,
    valueTyped(after),
  ];
  return words.join(' ');
}

function spell(word: string): string {
  return /[\s"'“”„]/.test(word) ? `"${word}"` : word;
}

/** Each state in a word or two, for lists. */
export const stateWords: Readonly<Record<ProposalState, string>> = {
  pending: 'waits for approval',
  approved: 'approved, about to be applied',
  trying: 'on trial',
  applying: 'being applied',
  applied: 'applied, not yet proven',
  verified: 'applied and verified',
  'not-verified': 'applied, not verified',
  'rolled-back': 'rolled back',
  rehearsed: 'dry run, over',
  rejected: 'rejected',
  expired: 'expired',
  revoked: 'revoked',
  failed: 'failed',
};
