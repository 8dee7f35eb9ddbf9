/** Plays one run to its end: proposed, clicked, met by its trouble, approved again where it was sent back; a roll-back after the change that it takes back. */
import type { Redis } from 'ioredis';
import type { LocalAws } from '../../world/aws/local-aws.js';
import { makeTrouble } from './make-trouble.js';
import { approvers, type Click, desks, quorumOf, type RunPlan, requester, type Trouble } from './plan-runs.js';
import type { DeskProcess, WorkerSlot } from './processes.js';
import { type ClickResult, inForce, isAtRest, type StoredRecord } from './referee.js';
import { putSubject, type Subject } from './subject.js';

export interface RunContext {
  readonly aws: LocalAws;
  readonly redis: Redis;
  readonly desks: readonly DeskProcess[];
  readonly prefix: string;
  readonly workers: readonly WorkerSlot[];
  readonly restartRedis: () => Promise<void>;
}

/** One proposal from its asking to its end. */
export interface Play {
  readonly proposalId: string;
  readonly rollbackOf: string | null;
  readonly after: number;
  readonly clicks: readonly ClickResult[];
  /** What the field held before, after what others have done. */
  readonly before: number;
  /** How many requests and writes of the subject there were before it was asked for. */
  readonly from: { readonly requests: number; readonly writes: number };
}

export interface FinishedRun {
  readonly plan: RunPlan;
  readonly subject: Subject;
  /** In order; the last is what met the trouble. */
  readonly plays: readonly Play[];
}

interface Wish {
  readonly proposalId: string;
  readonly rollbackOf: string | null;
  readonly after: number;
  readonly before: number;
  readonly clicks: readonly Click[];
  readonly trouble: Trouble;
  /** Left as soon as it is applied, before CloudFront has it everywhere. */
  readonly isLeftEarly?: boolean;
}

const runLimitMs = 120_000;
const pollMs = 150;
const mostReapprovals = 12;
/** What happens to other runs may end a change that is only to be taken back. */
const mostOriginals = 6;

export async function playRun(context: RunContext, plan: RunPlan): Promise<FinishedRun> {
  const subject = putSubject(context.aws, plan);
  const plays: Play[] = [];
  const play = async (wish: Wish): Promise<StoredRecord | null> => {
    plays.push(await playWish(context, plan, subject, wish));
    return readRecord(context, wish.proposalId);
  };
  const { initial } = subject;
  const { proposalId, after, clicks, trouble } = plan;
  if (plan.life === 'change') {
    await play({ proposalId, rollbackOf: null, after, before: initial, clicks, trouble });
    return { plan, subject, plays };
  }
  for (let tried = 0; tried < mostOriginals; tried += 1) {
    const original: Wish = {
      // The id of a plan ends in a letter.
      proposalId: `${proposalId.slice(0, -1)}${tried}`,
      rollbackOf: null,
      after,
      before: initial,
      clicks: approvers
        .slice(0, quorumOf(plan.installation))
        .map((userId, desk) => ({ kind: 'approve', userId, desk, afterMs: 0 })),
      trouble: { kind: 'none' },
      isLeftEarly: plan.life === 'early-roll-back',
    };
    const ended = await play(original);
    if (ended === null || !inForce.includes(ended.state)) continue;
    const rollbackOf = original.proposalId;
    await play({ proposalId, rollbackOf, after: initial, before: after, clicks, trouble });
    break;
  }
  return { plan, subject, plays };
}

async function playWish(context: RunContext, plan: RunPlan, subject: Subject, wish: Wish): Promise<Play> {
  const { aws, workers, restartRedis } = context;
  const { proposalId, rollbackOf, after, clicks: planned } = wish;
  let { before } = wish;
  const from = { requests: subject.requests().length, writes: subject.writes().length };
  await propose(context, plan, subject, wish);
  const endsAt = Date.now() + runLimitMs;
  const end = makeTrouble(
    {
      aws,
      subject,
      workers,
      restartRedis,
      isAtRest: () => untilRest(context, proposalId, Date.now() + 40_000),
      onEdited: (seconds) => {
        before = seconds;
      },
    },
    wish.trouble,
  );
  const clicks = [...(await Promise.all(planned.map((click) => makeClick(context, proposalId, click))))];
  // What was sent back, or never arrived, is approved again, as people do.
  for (let again = 0; Date.now() < endsAt; ) {
    const record = await readRecord(context, proposalId);
    if (wish.isLeftEarly === true && record?.state === 'applied') break;
    deployIfWritten(aws, plan.distributionId);
    if (isAtRest(record) && (rollbackOf === null || isAtRest(await readRecord(context, rollbackOf)))) break;
    if (record?.state === 'pending' && again < mostReapprovals) {
      again += 1;
      const userId = approvers[again % approvers.length] ?? approvers[0];
      const click: Click = { kind: 'approve', userId, desk: again % desks, afterMs: 100 * again };
      clicks.push(await makeClick(context, proposalId, click));
    }
    await pause(pollMs);
  }
  end();
  return { proposalId, rollbackOf, after, clicks, before, from };
}

async function propose(context: RunContext, plan: RunPlan, subject: Subject, wish: Wish): Promise<void> {
  const desk = context.desks[plan.index % desks];
  const ask = () =>
    desk?.ask({
      kind: 'propose',
      prefix: context.prefix,
      draft: {
        v: 1,
        proposalId: wish.proposalId,
        distributionId: plan.distributionId,
        originId: wish.rollbackOf === null ? 'api' : '',
        field: subject.field,
        after: wish.after,
        requester: { userId: requester, teamId: 'T0LOCAL01' },
        reason: wish.rollbackOf === null ? 'An interleaving of the bench.' : null,
        checkId: null,
        place: { channelId: 'C0INCIDEN', threadTs: null },
        rollbackOf: wish.rollbackOf,
        askedAt: new Date().toISOString(),
      },
    });
  for (const endsAt = Date.now() + 60_000; Date.now() < endsAt; ) {
    const answer = await ask();
    for (let look = 0; answer?.state === 'done' && look < 200; look += 1) {
      if ((await readRecord(context, wish.proposalId)) !== null) return;
      await pause(pollMs);
    }
    await pause(500);
  }
}

async function makeClick(context: RunContext, proposalId: string, click: Click): Promise<ClickResult> {
  await pause(click.afterMs);
  const { kind, userId } = click;
  const sentAt = Date.now();
  const decision =
    kind === 'reject' || kind === 'break-glass'
      ? ({ kind, userId, groups: [], reason: 'An interleaving of the bench.' } as const)
      : ({ kind, userId, groups: [] } as const);
  const { prefix } = context;
  const answer = await context.desks[click.desk]?.ask({ kind: 'decide', prefix, proposalId, decision });
  const [state, proposalState] = [answer?.state ?? 'unknown', answer?.proposalState ?? null];
  return { kind, userId, state, proposalState, sentAt, answeredAt: Date.now() };
}

export async function readRecord({ redis, prefix }: RunContext, proposalId: string): Promise<StoredRecord | null> {
  const stored = await redis.hget(`${prefix}:proposal:${proposalId}`, 'proposal');
  return stored === null ? null : (JSON.parse(stored) as StoredRecord);
}

async function untilRest(context: RunContext, proposalId: string, endsAt: number): Promise<void> {
  while (Date.now() < endsAt && !isAtRest(await readRecord(context, proposalId))) await pause(pollMs);
}

function deployIfWritten(aws: LocalAws, id: string): void {
  if (aws.distribution(id).status === 'InProgress') aws.deploy(id);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
