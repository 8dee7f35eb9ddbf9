/** What is done to each change while people click: one interleaving per run, all from one seed. Pure. */
import { createRandom, type Random } from '../../world/random.js';
import type { Edit } from './subject.js';

/** The calls of one application, in order; each is a point between two steps. */
export const steps = ['read', 'assume', 'read-again', 'write'] as const;
export type StepName = (typeof steps)[number];

export type Trouble =
  | { readonly kind: 'none' }
  /** SIGKILL of the worker while the call is held, before or after AWS has carried it out. */
  | { readonly kind: 'kill'; readonly at: StepName; readonly when: 'before' | 'after' }
  /** SIGKILL while the write is under way to AWS, which gets it late. */
  | { readonly kind: 'late-write'; readonly lateMs: number }
  /** SIGKILL of all workers at some moment after the click. */
  | { readonly kind: 'kill-anywhere'; readonly afterMs: number }
  /** SIGSTOP until another worker has taken the change over, then SIGCONT. */
  | { readonly kind: 'pause'; readonly at: StepName }
  /** Somebody else changes the distribution while the call is held: the write meets a 412, or the approval is void. */
  | { readonly kind: 'edit'; readonly at: StepName; readonly what: Edit }
  /** AWS answers a call badly, once. */
  | { readonly kind: 'answer'; readonly at: StepName; readonly how: BadAnswer }
  /** Redis is killed while the call is held, and started again. */
  | { readonly kind: 'redis'; readonly at: StepName; readonly when: 'before' | 'after' }
  /** Redis is killed at some moment around the click. */
  | { readonly kind: 'redis-anywhere'; readonly afterMs: number };

export const badAnswers = [
  'throttled',
  'server-error',
  'unavailable',
  'access-denied',
  'hang',
  'reset',
  'reset-after',
  'hang-after',
  'cut',
  'IllegalUpdate',
  'InvalidOriginReadTimeout',
  'InvalidConfigurationRequest',
  'PreconditionFailed',
] as const;
export type BadAnswer = (typeof badAnswers)[number];

export interface Click {
  readonly kind: 'approve' | 'break-glass' | 'revoke' | 'reject';
  readonly userId: string;
  /** Which of the clicking processes makes it. */
  readonly desk: number;
  readonly afterMs: number;
}

export interface RunPlan {
  readonly index: number;
  readonly installation: number;
  readonly distributionId: string;
  readonly proposalId: string;
  readonly subject: 'origin' | 'balancer';
  /** What meets the trouble: a change, or the roll-back of one that is deployed everywhere, or of one that is not yet. */
  readonly life: 'change' | 'roll-back' | 'early-roll-back';
  /** Of the change. */
  readonly after: number;
  readonly clicks: readonly Click[];
  readonly trouble: Trouble;
}

export const approvers = ['U0APPROV1', 'U0APPROV2', 'U0APPROV3', 'U0APPROV4', 'U0APPROV5'] as const;
export const requester = 'U0ONCALL1';
export const glassBreaker = 'U0GLASS01';
/** Every second installation wants two people. */
export const quorumOf = (installation: number): number => 1 + (installation % 2);
export const desks = 4;
/** Restarts of Redis meet every change that is under way, so a few are many interleavings. */
const mostRedisRestarts = 12;

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function planRuns(seed: number, count: number, installations: number): readonly RunPlan[] {
  const random = createRandom(seed);
  let restarts = 0;
  return Array.from({ length: count }, (_, index): RunPlan => {
    const forced = grid[index];
    let trouble = forced?.trouble ?? planTrouble(random);
    if (trouble.kind.startsWith('redis')) restarts += 1;
    if (restarts > mostRedisRestarts && trouble.kind.startsWith('redis'))
      trouble = { kind: 'kill', at: random.pick(steps), when: random.pick(['before', 'after']) };
    return {
      index,
      installation: index % installations,
      distributionId: `E${random.text(13, idAlphabet.toUpperCase())}`,
      proposalId: `prp_${random.text(11, idAlphabet)}x`,
      subject: forced?.subject ?? (random.next() < 0.2 ? 'balancer' : 'origin'),
      life: forced?.life ?? random.weighted<{ readonly weight: number; readonly life: RunPlan['life'] }>(lives).life,
      // Of both fields another value than what is there.
      after: random.integer(61, 90),
      clicks: planClicks(random),
      trouble,
    };
  });
}

const lives = [
  { weight: 84, life: 'change' },
  { weight: 10, life: 'roll-back' },
  { weight: 6, life: 'early-roll-back' },
] as const;

type Forced = Pick<RunPlan, 'subject' | 'life' | 'trouble'>;

/** Every kill between two steps happens in any run of this size, whatever the seed: of a change, of a roll-back, of a change of a balancer. */
const grid: readonly Forced[] = (
  [
    { subject: 'origin', life: 'change' },
    { subject: 'origin', life: 'roll-back' },
    { subject: 'balancer', life: 'change' },
  ] as const
).flatMap((of) =>
  steps.flatMap((at) => (['before', 'after'] as const).map((when) => ({ ...of, trouble: { kind: 'kill', at, when } }))),
);

function planTrouble(random: Random): Trouble {
  const { make } = random.weighted<{ readonly weight: number; readonly make: () => Trouble }>([
    { weight: 14, make: () => ({ kind: 'none' }) },
    { weight: 24, make: () => ({ kind: 'kill', at: random.pick(steps), when: random.pick(['before', 'after']) }) },
    { weight: 6, make: () => ({ kind: 'late-write', lateMs: random.integer(50, 1_500) }) },
    { weight: 10, make: () => ({ kind: 'kill-anywhere', afterMs: random.integer(0, 900) }) },
    { weight: 4, make: () => ({ kind: 'pause', at: random.pick(['read', 'assume', 'read-again'] as const) }) },
    {
      weight: 16,
      make: () => ({
        kind: 'edit',
        at: random.pick(['assume', 'write', 'write'] as const),
        what: random.pick(['elsewhere', 'same-origin', 'same-field'] as const),
      }),
    },
    {
      weight: 20,
      make: () => ({
        kind: 'answer',
        at: random.pick(['write', 'write', 'assume', 'read', 'read-again'] as const),
        how: random.pick(badAnswers),
      }),
    },
    { weight: 5, make: () => ({ kind: 'redis', at: random.pick(steps), when: random.pick(['before', 'after']) }) },
    { weight: 3, make: () => ({ kind: 'redis-anywhere', afterMs: random.integer(0, 400) }) },
  ]);
  return make();
}

function planClicks(random: Random): readonly Click[] {
  const people = random.shuffled(approvers).slice(0, random.integer(2, approvers.length));
  const approvals = people.map(
    (userId): Click => ({ kind: 'approve', userId, desk: random.integer(0, desks - 1), afterMs: soon(random) }),
  );
  const other = random.next();
  if (other < 0.12)
    return [
      ...approvals,
      { kind: 'revoke', userId: requester, desk: random.integer(0, desks - 1), afterMs: soon(random) },
    ];
  if (other < 0.18)
    return [
      ...approvals,
      { kind: 'reject', userId: random.pick(approvers), desk: random.integer(0, desks - 1), afterMs: soon(random) },
    ];
  if (other < 0.26)
    return [
      ...approvals,
      { kind: 'break-glass', userId: glassBreaker, desk: random.integer(0, desks - 1), afterMs: soon(random) },
    ];
  return approvals;
}

/** Mostly the same instant. */
function soon(random: Random): number {
  return random.next() < 0.7 ? 0 : random.integer(0, 120);
}
