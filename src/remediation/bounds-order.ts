/** Which values must stay in order with which: whoever sends requests closes idle connections first, and nobody waits longer than who is behind. Pure. */
import type { Origin } from '../diagnosis/evidence.js';
import { quoteForPeople } from '../diagnosis/wording.js';
import type { Change } from './proposal.js';
import type { Surroundings } from './surroundings.js';

export interface BoundsJudgement {
  /** Sentences, each with what to do next. Empty: it may be proposed. */
  readonly problems: readonly string[];
  /** What does not forbid it and should be known before it is approved. */
  readonly remarks: readonly string[];
}

export const noProblem: BoundsJudgement = { problems: [], remarks: [] };

export function problem(sentence: string): BoundsJudgement {
  return { problems: [sentence], remarks: [] };
}

export function remark(sentence: string): BoundsJudgement {
  return { problems: [], remarks: [sentence] };
}

export function judgeOrder(change: Change, surroundings: Surroundings): BoundsJudgement {
  const judged = surroundings.origins.map((origin) => judgeBeside(change, origin, surroundings));
  const own = change.field === 'balancer-idle-timeout' ? [targetsMustOutlast] : [];
  const all = [...judged, ...own];
  return { problems: all.flatMap(({ problems }) => problems), remarks: all.flatMap(({ remarks }) => remarks) };
}

const targetsMustOutlast = remark(
  'The balancer uses it towards its targets too: their own keep-alive time-out must be longer, or the race moves there.',
);

function judgeBeside(
  { field, after }: Change,
  origin: Origin,
  { balancer, hasContinuousDeployment }: Surroundings,
): BoundsJudgement {
  const idle = balancer?.idleTimeoutSeconds ?? null;
  const { readTimeoutSeconds: read, responseCompletionTimeoutSeconds: completion } = origin;
  const keepAlive = origin.keepAliveTimeoutSeconds;
  const of = `origin ${quoteForPeople(origin.id)}`;
  switch (field) {
    case 'read-timeout':
      if (after === null) return noProblem;
      if (completion !== null && after > completion)
        return problem(
          `The response completion time-out of ${of} is ${completion} s and must not be below the read time-out. Raise that one first.`,
        );
      return idle !== null && after > idle
        ? remark(
            `The load balancer gives up after ${idle} s, so past that the longer read time-out has no effect: raise its idle time-out too.`,
          )
        : noProblem;
    case 'keep-alive-timeout':
      if (after !== null && idle !== null && after >= idle)
        return problem(
          `The load balancer drops idle connections after ${idle} s, and CloudFront must drop them first. Ask for less than ${idle} s, or raise the balancer's idle time-out first.`,
        );
      return keepAlive === null
        ? problem(`The connections to ${of} are kept by AWS itself; it has no keep-alive time-out.`)
        : noProblem;
    case 'response-completion-timeout':
      if (after !== null && read !== null && after < read)
        return problem(
          `The read time-out of ${of} is ${read} s, and AWS takes no response completion time-out below that. Ask for ${read} s or more.`,
        );
      return after !== null && hasContinuousDeployment
        ? problem(
            'This distribution has a continuous-deployment policy, with which AWS does not take a response completion time-out. Remove the policy first.',
          )
        : noProblem;
    case 'balancer-idle-timeout':
      if (after !== null && keepAlive !== null && after <= keepAlive)
        return problem(
          `CloudFront keeps idle connections to ${of} for ${keepAlive} s, and the balancer must keep them longer. Ask for more than ${keepAlive} s, or lower CloudFront's keep-alive time-out first.`,
        );
      return after !== null && read !== null && after < read
        ? remark(
            `CloudFront waits ${read} s for an answer of ${of}; the balancer would give up after ${after} s, which is a 504 in any case.`,
          )
        : noProblem;
    case 'connection-attempts':
    case 'connection-timeout':
      return noProblem;
  }
}
