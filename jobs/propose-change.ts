/**
 * Makes a proposal of what somebody asked for: reads the live configuration with the read role, judges bounds, forecasts, states the success test, and
 * stores it. Where there can be none, the thread is told why.
 */
import type { CollectContext } from '../src/collectors/collector.js';
import type { EvidenceBag } from '../src/diagnosis/evidence.js';
import { isScorecard } from '../src/diagnosis/scorecard.js';
import { toFailure } from '../src/failure.js';
import { describeUnkept } from '../src/platform/whole-config.js';
import type { ProposalDraft } from '../src/queue/changes.js';
import { hashJson } from '../src/remediation/binding.js';
import { findBlastRadius } from '../src/remediation/blast-radius.js';
import { judgeBounds } from '../src/remediation/bounds.js';
import type { ChangePolicy } from '../src/remediation/change-policy.js';
import { forecastChange } from '../src/remediation/forecast.js';
import { planRollbackTest } from '../src/remediation/judge-rollback.js';
import { statesInFlight, statesInForce } from '../src/remediation/life.js';
import { offerChanges } from '../src/remediation/offer.js';
import type { Change, Forecast, Proposal } from '../src/remediation/proposal.js';
import { planSuccessTest } from '../src/remediation/success-test.js';
import { refuseTrial } from '../src/remediation/trial.js';
import { bindLive, liveValueOf } from './live-value.js';
import { type ChangeScene, readChangeScene } from './read-change-scene.js';
import { collectContext, type WorkerServices } from './services.js';

const minuteMs = 60_000;
/** Proposals of the distribution among which the same wish is looked for. */
const mostLookedAt = 50;

type Made =
  | { readonly ok: true; readonly proposal: Proposal }
  /** Sentences for the thread. */
  | { readonly ok: false; readonly because: string };

/** @throws Failure where AWS, Redis or Slack cannot be reached now; the job is tried again. */
export async function proposeChange(
  services: WorkerServices,
  draft: ProposalDraft,
  signal: AbortSignal,
): Promise<void> {
  const { proposals, requests, audit } = services.changes;
  if ((await proposals.read(draft.proposalId)) !== null) return requests.card(draft.proposalId);
  const log = services.log.child({ proposalId: draft.proposalId });
  const context = collectContext(services, draft.requester.userId, signal, () => undefined, log);
  try {
    const made = await make(services, context, draft);
    if (!made.ok) {
      await audit.append({
        actor: draft.requester.userId,
        action: 'proposal.refused',
        subject: draft.proposalId,
        facts: { distribution: draft.distributionId, because: made.because },
      });
      return await tell(services, draft, made.because);
    }
    await proposals.create(made.proposal);
    await requests.card(draft.proposalId);
    log.info({ distribution: draft.distributionId, field: draft.field }, 'proposal made');
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    log.error({ kind: failure.kind, error: failure.message }, 'proposal not made');
    const remedy = failure.details['remedy'];
    const what = failure.kind === 'bug' ? 'cf502 failed while it was making this proposal.' : failure.message;
    await tell(services, draft, `${what}${typeof remedy === 'string' ? ` ${remedy}` : ''} Nothing was proposed.`);
  } finally {
    context.aws.destroy();
  }
}

async function make(services: WorkerServices, context: CollectContext, draft: ProposalDraft): Promise<Made> {
  const policy = services.policy.changes;
  const refusal = refuseDraft(services, draft);
  if (policy === undefined || refusal !== null)
    return { ok: false, because: refusal ?? 'The policy file lets cf502 change nothing.' };
  const original = draft.rollbackOf === null ? null : await services.changes.proposals.read(draft.rollbackOf);
  const unreturnable = draft.rollbackOf === null ? null : refuseRollback(original);
  if (unreturnable !== null) return { ok: false, because: unreturnable };
  const bag = await findEvidence(services, draft);
  const scene = await readChangeScene(context, draft, original, bag);
  if (!scene.ok) return scene;
  const unkept = scene.live.kind === 'distribution' ? describeUnkept(scene.live.unkept) : null;
  if (unkept !== null) return { ok: false, because: unkept };
  const found = liveValueOf(scene.live, { target: scene.target, field: draft.field });
  if (!found.ok) return found;
  const wished = original === null ? draft.after : original.change.before;
  const change: Change = { target: scene.target, field: draft.field, before: found.value, after: wished };
  if (original !== null && found.value !== original.change.after)
    return {
      ok: false,
      because: `There is nothing to take back: the live configuration no longer holds what ${original.id} had set. Somebody else has changed it.`,
    };
  const same = await findSame(services, change);
  if (same !== null)
    return { ok: false, because: `The same change is proposed already (${same}). Nothing new was proposed.` };
  const { problems } = judgeBounds(change, scene.surroundings, policy);
  // A value that was in force before may be put back however far it is.
  if (problems.length > 0 && original === null) return { ok: false, because: problems.join(' ') };
  const forecast = original === null ? forecastChange(change, bag?.bag ?? null) : takeBack(original);
  const isOffered = draft.reason === null && original === null;
  if (isOffered && forecast.stance !== 'supports')
    return { ok: false, because: `${forecastChanged(forecast)} ${forecast.sentences.join(' ')}` };
  return { ok: true, proposal: assemble(services, { draft, policy, scene, change, forecast, bag, original }) };
}

function forecastChanged({ stance, touched }: Forecast): string {
  return stance === 'unknown' && touched === null
    ? 'This can no longer be held against evidence.'
    : 'The evidence does not support this any more.';
}

interface Parts {
  readonly draft: ProposalDraft;
  readonly policy: ChangePolicy;
  readonly scene: Extract<ChangeScene, { readonly ok: true }>;
  readonly change: Change;
  readonly forecast: Forecast;
  readonly bag: Evidence | null;
  readonly original: Proposal | null;
}

function assemble(services: WorkerServices, parts: Parts): Proposal {
  const { draft, policy, scene, change, forecast, bag, original } = parts;
  const now = services.now();
  const { users, groups, quorum, selfApproval } = policy.approvers;
  return {
    format: 'cf502.proposal/1',
    id: draft.proposalId,
    revision: 1,
    state: 'pending',
    change,
    binding: bindLive(scene.live, change, bag === null ? null : hashJson(bag.bag)),
    blastRadius: findBlastRadius(scene.distribution, change.target, scene.tenants, scene.originsBehindBalancer),
    forecast,
    offeredFrom: draft.reason === null && bag !== null && original === null ? claimOf(services, bag, change) : null,
    successTest:
      original === null ? planSuccessTest(change, bag?.bag ?? null, forecast, policy) : planRollbackTest(original),
    requester: draft.requester,
    reason: draft.reason,
    approvers: { users, groups, quorum, selfApproval },
    approvals: [],
    trialRefusal: refuseTrial(change, scene.distribution),
    breakGlass: null,
    dryRun: policy.mode === 'dry-run',
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + policy.expiresAfterMinutes * minuteMs).toISOString(),
    place: draft.place,
    message: null,
    application: null,
    proof: null,
    rollbackOf: draft.rollbackOf,
    failure: null,
    history: [],
  };
}

function refuseDraft({ policy }: WorkerServices, { distributionId, requester, rollbackOf, reason }: ProposalDraft) {
  const { changes } = policy;
  if (changes === undefined) return 'The policy file lets cf502 change nothing.';
  if (!changes.distributions.includes(distributionId))
    return `The policy file does not let cf502 change distribution ${distributionId}; changes.distributions lists those that it may.`;
  if (changes.mode === 'apply' && changes.roleArn === undefined)
    return 'The policy file names no changes.roleArn, so cf502 has no role to make changes with.';
  if (requester.userId === '') return 'It is not known who asked for this.';
  if (rollbackOf === null && reason !== null && reason.trim() === '')
    return 'A change that nothing has offered needs a reason.';
  return null;
}

function refuseRollback(original: Proposal | null): string | null {
  if (original === null)
    return 'The change to be taken back is no longer known to cf502. Propose the old value yourself.';
  return statesInForce.includes(original.state)
    ? null
    : `${original.id} cannot be taken back: it is not in force (${original.state}).`;
}

export interface Evidence {
  readonly checkId: string;
  readonly bag: EvidenceBag;
  readonly verdict: Parameters<typeof offerChanges>[0] | null;
}

/** Evidence of another distribution says nothing of this one, whatever the button carried. */
export async function findEvidence(
  { store }: WorkerServices,
  draft: Pick<ProposalDraft, 'checkId' | 'distributionId'>,
): Promise<Evidence | null> {
  const checkId = draft.checkId ?? (await store.newestCheckOf(draft.distributionId));
  if (checkId === null) return null;
  const bag = await store.readBag(checkId);
  if (bag === null || bag.distribution.state !== 'collected') return null;
  if (bag.distribution.data.id !== draft.distributionId) return null;
  const conclusion = (await store.read(checkId))?.verdict ?? null;
  return { checkId, bag, verdict: conclusion === null || isScorecard(conclusion) ? null : conclusion };
}

function claimOf(services: WorkerServices, evidence: Evidence, change: Change): Proposal['offeredFrom'] {
  const { checkId, bag, verdict } = evidence;
  if (verdict === null) return null;
  const offer = offerChanges(verdict, bag, services.policy.changes ?? null).offers.find(
    (one) => one.change.field === change.field && hashJson(one.change.target) === hashJson(change.target),
  );
  return offer === undefined ? null : { checkId, claim: offer.claim };
}

function takeBack({ id, proof }: Proposal): Forecast {
  const seen =
    proof === null
      ? 'Its success test has not ended yet.'
      : `Its success test had said: ${proof.sentences[0] ?? 'nothing'}`;
  return {
    stance: 'supports',
    sentences: [`This takes ${id} back: the value from before it is restored, and nothing else. ${seen}`.trim()],
    touched: null,
  };
}

async function findSame({ changes }: WorkerServices, change: Change): Promise<string | null> {
  for (const id of await changes.proposals.listOf(change.target.distributionId, mostLookedAt)) {
    const other = await changes.proposals.read(id);
    if (other === null || !statesInFlight.includes(other.state) || other.change.field !== change.field) continue;
    const isSame = other.change.after === change.after && hashJson(other.change.target) === hashJson(change.target);
    if (isSame) return id;
  }
  return null;
}

/** Left with the id for the job of the card, which posts: a Slack that asks to wait must not keep changes from being applied. */
async function tell({ changes }: WorkerServices, draft: ProposalDraft, because: string): Promise<void> {
  const refusal: StoredRefusal = { place: draft.place, because: `There is no proposal. ${because}` };
  await changes.proposals.note(draft.proposalId, refusalNote, JSON.stringify(refusal));
  await changes.requests.card(draft.proposalId);
}

/** Why there is no proposal, kept in its place. */
export const refusalNote = 'refusal';
export interface StoredRefusal {
  readonly place: ProposalDraft['place'];
  readonly because: string;
}
