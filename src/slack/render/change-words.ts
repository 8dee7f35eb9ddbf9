/** Words for a change: what each setting is called by AWS and by people, and its values. Pure. */
import type { Change, ChangeField, ChangeTarget, ChangeValue, ProposalState } from '../../remediation/proposal.js';
import { formatCount } from './limits.js';
import { cleanText, code, type Piece } from './text.js';

interface FieldWords {
  /** In a sentence, after “the”. */
  readonly name: string;
  /** The name in AWS's API, which people search their code for. */
  readonly api: string;
  /** The option of `/cf502 propose`. */
  readonly flag: string;
}

export const fieldWords: Readonly<Record<ChangeField, FieldWords>> = {
  'connection-attempts': {
    name: 'connection attempts',
    api: 'ConnectionAttempts',
    flag: '--connection-attempts',
  },
  'connection-timeout': { name: 'connection timeout', api: 'ConnectionTimeout', flag: '--connection-timeout' },
  'read-timeout': { name: 'response timeout', api: 'OriginReadTimeout', flag: '--read-timeout' },
  'keep-alive-timeout': { name: 'keep-alive timeout', api: 'OriginKeepaliveTimeout', flag: '--keep-alive-timeout' },
  'response-completion-timeout': {
    name: 'response completion timeout',
    api: 'ResponseCompletionTimeout',
    flag: '--response-completion-timeout',
  },
  'balancer-idle-timeout': {
    name: 'idle timeout of the load balancer',
    api: 'idle_timeout.timeout_seconds',
    flag: '--balancer-idle-timeout',
  },
};

/** `60 s`, `3 attempts`, `no limit`. */
export function valueWords(field: ChangeField, value: ChangeValue): string {
  if (value === null) return 'no limit';
  if (field === 'connection-attempts') return value === 1 ? '1 attempt' : `${formatCount(value)} attempts`;
  return `${formatCount(value)} s`;
}

/** The value as it is typed. */
export function valueTyped(value: ChangeValue): string {
  return value === null ? 'none' : String(value);
}

/** `30 s → 60 s`. */
export function stepWords({ field, before, after }: Pick<Change, 'field' | 'before' | 'after'>): string {
  return `${valueWords(field, before)} → ${valueWords(field, after)}`;
}

/** The same for screen readers and notifications, where an arrow is not read. */
export function stepSpoken({ field, before, after }: Pick<Change, 'field' | 'before' | 'after'>): string {
  return `from ${valueWords(field, before)} to ${valueWords(field, after)}`;
}

/** Name of the origin or balancer, cut; untrusted text. */
export function targetName(target: ChangeTarget, max = 60): string {
  return cleanText(target.kind === 'origin' ? target.originId : target.name, max);
}

/** `OriginReadTimeout of origin api of E2EXAMPLE1ABCD`, in pieces. */
export function subjectPieces({ target, field }: Pick<Change, 'target' | 'field'>): Piece[] {
  const { api, name } = fieldWords[field];
  const what: Piece[] = [`${name} (`, code(api), ') of '];
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
  const what = fieldWords[field].name;
  return target.kind === 'origin'
    ? `the ${what} of origin ${targetName(target, max)} of ${cleanText(target.distributionId, 64)}`
    : `the ${what} ${targetName(target, max)} behind ${cleanText(target.distributionId, 64)}`;
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
