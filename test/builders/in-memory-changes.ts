/** The changes as the bot sees them, held in memory and judged by the real rules: the queue can be away or hang, and a decision can be held back. */
import { EventEmitter, once } from 'node:events';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import { Failure } from '../../src/failure.js';
import type { Changes, DecisionResult, ProposalDraft } from '../../src/queue/changes.js';
import { proposalDraftSchema } from '../../src/queue/changes.js';
import { judgeDecision } from '../../src/remediation/approval.js';
import type { ChangePolicy } from '../../src/remediation/change-policy.js';
import { type Decision, isTrialDecision } from '../../src/remediation/decision.js';
import { statesInFlight, statesInForce } from '../../src/remediation/life.js';
import type { Offer } from '../../src/remediation/offer.js';
import type { Proposal } from '../../src/remediation/proposal.js';

export interface InMemoryChanges extends Changes {
  readonly drafts: readonly ProposalDraft[];
  /** Every decision that was made, in order. */
  readonly made: readonly Decision[];
  /** Every decision that arrived, whatever became of it. */
  readonly asked: readonly Decision[];
  hold(proposal: Proposal): void;
  offer(checkId: string, offers: readonly Offer[]): void;
  show(distributionId: string, checkId: string, bag: EvidenceBag): void;
  behave(how: 'well' | 'away' | 'hanging'): void;
  release(): void;
  /** Resolves once it is so; asked after every call that changed something. */
  until(isSo: (changes: InMemoryChanges) => boolean): Promise<void>;
}

export function createInMemoryChanges(policy: ChangePolicy | null): InMemoryChanges {
  const proposals = new Map<string, Proposal>();
  const offers = new Map<string, readonly Offer[]>();
  const evidence = new Map<string, { readonly checkId: string; readonly bag: EvidenceBag }>();
  const drafts: ProposalDraft[] = [];
  const made: Decision[] = [];
  const asked: Decision[] = [];
  let how: 'well' | 'away' | 'hanging' = 'well';
  let waiting: (() => void)[] = [];
  const happenings = new EventEmitter();

  const reach = async (): Promise<void> => {
    if (how === 'away') throw new Failure('service-down', 'Redis is not reachable.');
    if (how === 'hanging') await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const changes: InMemoryChanges = {
    drafts,
    made,
    asked,
    hold: (proposal) => {
      proposals.set(proposal.id, proposal);
    },
    offer: (checkId, given) => {
      offers.set(checkId, given);
    },
    show: (distributionId, checkId, bag) => {
      evidence.set(distributionId, { checkId, bag });
    },
    behave: (next) => {
      how = next;
    },
    release: () => {
      how = 'well';
      for (const go of waiting) go();
      waiting = [];
    },
    async until(isSo) {
      while (!isSo(changes)) await once(happenings, 'happening', { signal: AbortSignal.timeout(60_000) });
    },
    async propose(draft) {
      await reach();
      proposalDraftSchema.parse(draft);
      if (drafts.some(({ proposalId }) => proposalId === draft.proposalId)) return;
      drafts.push(draft);
      happenings.emit('happening');
    },
    async decide(proposalId, decision, now): Promise<DecisionResult> {
      await reach();
      const proposal = proposals.get(proposalId);
      if (isTrialDecision(decision)) return { state: 'refused', because: 'No trials here.', proposal: null };
      asked.push(decision);
      if (proposal === undefined) return { state: 'refused', because: 'It is no longer known.', proposal: null };
      const judged = judgeDecision(proposal, decision, policy, now);
      happenings.emit('happening');
      if (!judged.ok) return { state: 'refused', because: judged.because, proposal };
      proposals.set(proposalId, judged.proposal);
      made.push(decision);
      happenings.emit('happening');
      return { state: 'done', proposal: judged.proposal };
    },
    async read(proposalId) {
      await reach();
      return proposals.get(proposalId) ?? null;
    },
    async offers(checkId) {
      await reach();
      return offers.get(checkId) ?? [];
    },
    async live() {
      await reach();
      return [...proposals.values()].filter(
        ({ state }) => statesInFlight.includes(state) || statesInForce.includes(state),
      );
    },
    async newestEvidence(distributionId) {
      await reach();
      return evidence.get(distributionId) ?? null;
    },
  };
  return changes;
}
