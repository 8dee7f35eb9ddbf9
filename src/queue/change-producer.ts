/** The changes as the bot sees them, on BullMQ. Every call fails fast when Redis is away. */
import { Queue } from 'bullmq';
import { isScorecard } from '../diagnosis/scorecard.js';
import { Failure } from '../failure.js';
import { type AuditLog, createAuditLog } from '../platform/audit-log.js';
import { createCheckStore } from '../platform/check-store.js';
import type { Log } from '../platform/log.js';
import { createProposalStore } from '../platform/proposal-store.js';
import { translateRedisError } from '../platform/redis.js';
import { createTrialStore } from '../platform/trial-store.js';
import { judgeDecision } from '../remediation/approval.js';
import type { ChangePolicy } from '../remediation/change-policy.js';
import { isTrialDecision } from '../remediation/decision.js';
import { statesInFlight, statesInForce } from '../remediation/life.js';
import { offerChanges } from '../remediation/offer.js';
import type { Proposal } from '../remediation/proposal.js';
import { judgeTrialDecision } from '../remediation/trial-approval.js';
import { createChangeRequests } from './change-requests.js';
import type { Changes, Decision, DecisionResult, TrialDecision } from './changes.js';
import { checkRequestSchema } from './checks.js';
import { openQueues } from './open-queues.js';
import { type ChangeCardJob, type ChangeJob, queueNames } from './queues.js';

export interface ChangeProducerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /** null: nothing may be changed, and what is still open may only be stopped. */
  readonly policy: ChangePolicy | null;
  readonly log: Log;
}

/** Proposals looked at for the list of those that matter, and listed at most. */
const mostLookedAt = 200;
const mostListed = 20;

const vanished: DecisionResult = {
  state: 'refused',
  because:
    'This proposal is no longer known: it is older than 90 days, or the store of cf502 was emptied. Propose it again.',
  proposal: null,
};

export interface ChangeProducer extends Changes {
  /** The same audit log, on the same connection that fails fast. */
  readonly audit: AuditLog;
  close(): Promise<void>;
}

export async function createChanges(options: ChangeProducerOptions): Promise<ChangeProducer> {
  const { log, prefix, policy } = options;
  const { redis, queues } = await openQueues(options.redisUrl, log, (connection) => ({
    changes: new Queue<ChangeJob, void, string>(queueNames.changes, { connection, prefix }),
    changeCards: new Queue<ChangeCardJob, void, string>(queueNames.changeCards, { connection, prefix }),
  }));
  const proposals = createProposalStore(redis, prefix);
  const trials = createTrialStore(redis, prefix);
  const audit = createAuditLog(redis, prefix);
  const checks = createCheckStore(redis, prefix, (value) => checkRequestSchema.parse(value));
  const requests = createChangeRequests(queues);

  const ask = async <T>(run: () => Promise<T>): Promise<T> => {
    // With the offline queue off a command on a broken connection throws at once; a connecting one would wait inside BullMQ.
    if (redis.status !== 'ready') throw new Failure('service-down', 'Redis is not reachable.');
    try {
      return await run();
    } catch (error) {
      throw translateRedisError(error);
    }
  };

  const refuse = async (
    proposal: Proposal,
    decision: Decision | TrialDecision,
    because: string,
  ): Promise<DecisionResult> => {
    await audit.append({
      actor: decision.userId,
      action: 'decision.refused',
      subject: proposal.id,
      facts: { kind: decision.kind, state: proposal.state, because },
    });
    return { state: 'refused', because, proposal };
  };

  const refuseVanished = async (proposalId: string, decision: Decision | TrialDecision): Promise<DecisionResult> => {
    await audit.append({
      actor: decision.userId,
      action: 'decision.refused',
      subject: proposalId.slice(0, 40),
      facts: { kind: decision.kind, state: null, because: 'The proposal is no longer known.' },
    });
    return vanished;
  };

  /** What follows from a step is asked for at once; where that fails, the sweep does it. */
  const follow = async (proposal: Proposal): Promise<void> => {
    try {
      await requests.card(proposal.id);
      if (proposal.state === 'approved') await requests.apply(proposal.id);
      if (proposal.state === 'trying') await requests.trial(proposal.id, 0);
    } catch (error) {
      log.warn({ proposalId: proposal.id, error: String(error) }, 'what follows from a decision is left to the sweep');
    }
  };

  /** The proposal stays as it is: what is decided about is its trial. */
  const decideTrial = async (proposal: Proposal, decision: TrialDecision, now: Date): Promise<DecisionResult> => {
    const outcome = await trials.step(proposal.id, (trial) =>
      judgeTrialDecision(proposal, trial, decision, policy, now),
    );
    if (outcome.state === 'gone') return refuse(proposal, decision, 'This proposal is not on trial.');
    if (outcome.state === 'refused') return refuse(proposal, decision, outcome.because);
    await follow(proposal);
    return { state: 'done', proposal };
  };

  return {
    audit,

    propose: (draft) =>
      ask(async () => {
        await audit.append({
          actor: draft.requester.userId,
          action: 'proposal.asked',
          subject: draft.proposalId,
          facts: {
            distribution: draft.distributionId,
            origin: draft.originId,
            field: draft.field,
            after: draft.after,
            reason: draft.reason,
            check: draft.checkId,
            rollbackOf: draft.rollbackOf,
          },
        });
        await requests.propose(draft);
      }),

    decide: (proposalId, decision, now) =>
      ask(async () => {
        const known = await proposals.read(proposalId);
        if (known === null) return refuseVanished(proposalId, decision);
        // Before the step: what cannot be recorded is not done.
        await audit.append({
          actor: decision.userId,
          action: `decision.${decision.kind}`,
          subject: proposalId,
          facts: {
            revision: known.revision,
            distribution: known.change.target.distributionId,
            reason: 'reason' in decision ? decision.reason : null,
            ...('asTrial' in decision && decision.asTrial === true ? { asTrial: true } : {}),
          },
        });
        if (isTrialDecision(decision)) return decideTrial(known, decision, now);
        const outcome = await proposals.step(proposalId, (proposal) => judgeDecision(proposal, decision, policy, now));
        switch (outcome.state) {
          case 'gone':
            return refuseVanished(proposalId, decision);
          case 'refused':
            return refuse(outcome.proposal, decision, outcome.because);
          case 'held':
            return refuse(outcome.proposal, decision, await describeHolder(outcome.by));
          case 'done':
            await follow(outcome.proposal);
            return { state: 'done', proposal: outcome.proposal };
        }
      }),

    read: (proposalId) => ask(() => proposals.read(proposalId)),

    offers: (checkId) =>
      ask(async () => {
        const [record, bag] = await Promise.all([checks.read(checkId), checks.readBag(checkId)]);
        const verdict = record?.verdict ?? null;
        if (bag === null || verdict === null || isScorecard(verdict)) return [];
        return offerChanges(verdict, bag, policy).offers;
      }),

    live: () =>
      ask(async () => {
        const found: Proposal[] = [];
        for (const id of await proposals.listRecent(mostLookedAt)) {
          const proposal = await proposals.read(id);
          if (proposal !== null && isLive(proposal)) found.push(proposal);
          if (found.length === mostListed) break;
        }
        return found;
      }),

    newestEvidence: (distributionId) =>
      ask(async () => {
        const checkId = await checks.newestCheckOf(distributionId);
        const bag = checkId === null ? null : await checks.readBag(checkId);
        return checkId === null || bag === null ? null : { checkId, bag };
      }),

    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      redis.disconnect();
    },
  };

  async function describeHolder(id: string): Promise<string> {
    const holder = await proposals.read(id);
    const what =
      holder === null || holder.state === 'approved'
        ? 'is approved and about to be applied'
        : holder.state === 'applying'
          ? 'is being applied'
          : holder.state === 'trying'
            ? 'is on trial'
            : 'has been applied and is not deployed everywhere yet';
    return `One change at a time: proposal ${id} of the same distribution ${what}, and the effects of two could not be told apart. Approve this one after that.`;
  }
}

/** Something can still be done about it: it is not over, or its value is in force and can be taken back. */
function isLive({ state, rollbackOf }: Proposal): boolean {
  return (
    statesInFlight.includes(state) || (statesInForce.includes(state) && (rollbackOf === null || state === 'applied'))
  );
}
