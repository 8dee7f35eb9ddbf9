/** Asking for the next step of a change. Each is asked for as often as anybody likes: while one waits or runs, no second one is added. */
import type { Queue } from 'bullmq';
import type { ProposalDraft } from './changes.js';
import { type ChangeCardJob, type ChangeJob, keepFinished } from './queues.js';

export interface ChangeQueues {
  readonly changes: Queue<ChangeJob, void, string>;
  readonly changeCards: Queue<ChangeCardJob, void, string>;
}

export interface ChangeRequests {
  propose(draft: ProposalDraft): Promise<void>;
  apply(proposalId: string): Promise<void>;
  watch(proposalId: string, delayMs: number): Promise<void>;
  prove(proposalId: string, delayMs: number): Promise<void>;
  /** The next step of the trial that it was approved as. */
  trial(proposalId: string, delayMs: number): Promise<void>;
  /** Whether what was given up as not carried out was carried out late. */
  lookAgain(proposalId: string, delayMs: number): Promise<void>;
  /** Card, thread and audit log follow what has become of the proposal. */
  card(proposalId: string): Promise<void>;
}

/** A step that fails is taken up again by the sweep, so the tries here are few. */
const retries = { attempts: 3, backoff: { type: 'exponential', delay: 1_000, jitter: 0.3 } } as const;
/** Slack may be away for a while; the sweep asks again after that. */
const cardRetries = { attempts: 10, backoff: { type: 'exponential', delay: 1_000, jitter: 0.3 } } as const;

export function createChangeRequests({ changes, changeCards }: ChangeQueues): ChangeRequests {
  const step = async (
    kind: 'apply' | 'watch' | 'prove' | 'trial' | 'look-again',
    proposalId: string,
    delay: number,
  ): Promise<void> => {
    await changes.add(
      kind,
      { v: 1, kind, proposalId },
      {
        ...retries,
        ...keepFinished,
        delay,
        // What is asked for while a step is being taken is taken after it: it may have come too late for the one under way.
        deduplication: { id: `${kind}:${proposalId}`, keepLastIfActive: true },
      },
    );
  };
  return {
    async propose(draft) {
      await changes.add(
        'propose',
        { v: 1, kind: 'propose', draft },
        { ...retries, ...keepFinished, jobId: draft.proposalId },
      );
    },
    apply: (proposalId) => step('apply', proposalId, 0),
    watch: (proposalId, delayMs) => step('watch', proposalId, delayMs),
    prove: (proposalId, delayMs) => step('prove', proposalId, delayMs),
    trial: (proposalId, delayMs) => step('trial', proposalId, delayMs),
    lookAgain: (proposalId, delayMs) => step('look-again', proposalId, delayMs),
    async card(proposalId) {
      await changeCards.add(
        'card',
        { v: 1, proposalId },
        { ...cardRetries, ...keepFinished, deduplication: { id: `card:${proposalId}`, keepLastIfActive: true } },
      );
    },
  };
}
