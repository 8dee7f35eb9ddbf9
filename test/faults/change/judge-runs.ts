/** Puts what the local AWS and Redis hold at the end of a run before the referee: each proposal of it with the requests and writes of its own time. */
import { type FinishedRun, type RunContext, readRecord } from './play-run.js';
import { inForce, judgeRun, type Verdict } from './referee.js';

export interface JudgedRun extends Verdict {
  /** State of what met the trouble. */
  readonly ended: string;
}

export async function judgeRuns(context: RunContext, { plan, subject, plays }: FinishedRun): Promise<JudgedRun> {
  const { redis, prefix } = context;
  const [requests, writes] = [subject.requests(), subject.writes()];
  const holder = await redis.get(`${prefix}:change-of:${plan.distributionId}`);
  const records = await Promise.all(plays.map(({ proposalId }) => readRecord(context, proposalId)));
  const verdicts = plays.map((play, index) => {
    const next = plays[index + 1];
    const { proposalId, after, clicks, before, from } = play;
    const record = records[index] ?? null;
    const back = plays.findIndex(({ rollbackOf }) => rollbackOf === proposalId);
    const verdict = judgeRun({
      after,
      clicks,
      requests: requests.slice(from.requests, next?.from.requests),
      writes: writes.slice(from.writes, next?.from.writes),
      record,
      isAsked: (change) => subject.isAsked(change, after),
      // What a later proposal has to do with it.
      isTakenBack: back !== -1 && inForce.includes(records[back]?.state ?? ''),
      live: next === undefined ? subject.live() : null,
      before,
      holder: next === undefined ? holder : null,
    });
    const events = (record?.history ?? []).map(({ event }) => event).join(' ');
    const what = play.rollbackOf === null ? plan.subject : `roll-back of ${plan.subject}`;
    const told = `run ${plan.index}, ${proposalId}, ${what} (${JSON.stringify(plan.trouble)}; ${events})`;
    return { ...verdict, problems: verdict.problems.map((problem) => `${told}: ${problem}`) };
  });
  const isComplete = plan.life === 'change' || plays.some(({ rollbackOf }) => rollbackOf !== null);
  const total = (pick: (verdict: Verdict) => number) => verdicts.reduce((sum, verdict) => sum + pick(verdict), 0);
  return {
    doubleWrites: total(({ doubleWrites }) => doubleWrites),
    unapprovedWrites: total(({ unapprovedWrites }) => unapprovedWrites),
    unresolved: Math.min(1, total(({ unresolved }) => unresolved) + (isComplete ? 0 : 1)),
    problems: [
      ...verdicts.flatMap(({ problems }) => problems),
      ...(isComplete ? [] : [`run ${plan.index}: no change was applied that could be taken back`]),
    ],
    ended: records.at(-1)?.state ?? 'nothing',
  };
}
