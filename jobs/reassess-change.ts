/** Looks at a proposal once more as if it were made now: what is live, what it may do by today's policy, and what its card should say. */
import { hashJson } from '../src/remediation/binding.js';
import { findBlastRadius } from '../src/remediation/blast-radius.js';
import { judgeBounds } from '../src/remediation/bounds.js';
import { forecastChange } from '../src/remediation/forecast.js';
import type { EventOf } from '../src/remediation/life-events.js';
import type { Change, Proposal } from '../src/remediation/proposal.js';
import { planSuccessTest } from '../src/remediation/success-test.js';
import { refuseTrial } from '../src/remediation/trial.js';
import { type Evidence, findEvidence } from './propose-change.js';
import { type ChangeScene, readChangeScene } from './read-change-scene.js';
import { collectContext, type WorkerServices } from './services.js';

export interface Reassessment {
  readonly scene: Extract<ChangeScene, { readonly ok: true }>;
  readonly evidence: Evidence | null;
}

/**
 * Reads it with the read role.
 * @returns a sentence where what was proposed to be changed is not there any more.
 * @throws Failure as every reading.
 */
export async function reassess(
  services: WorkerServices,
  proposal: Proposal,
  signal: AbortSignal,
): Promise<Reassessment | string> {
  const { change, requester, offeredFrom } = proposal;
  const { distributionId } = change.target;
  const log = services.log.child({ proposalId: proposal.id });
  const context = collectContext(services, requester.userId, signal, () => undefined, log);
  try {
    const evidence = await findEvidence(services, { checkId: offeredFrom?.checkId ?? null, distributionId });
    const asked = { distributionId, originId: '', field: change.field };
    const scene = await readChangeScene(context, asked, proposal, evidence);
    return scene.ok ? { scene, evidence } : scene.because;
  } finally {
    context.aws.destroy();
  }
}

/** Why this change may not be made in what is live, by the policy of today; null: it may. Pure. */
export function refuseByBounds(services: WorkerServices, change: Change, { scene }: Reassessment): string | null {
  const { changes } = services.policy;
  if (changes === undefined) return null;
  const { problems } = judgeBounds(change, scene.surroundings, changes);
  return problems.length === 0 ? null : problems.join(' ');
}

type Facts = Pick<EventOf<'void'>, 'blastRadius' | 'forecast' | 'successTest' | 'trialRefusal'>;

/** What the card says, of the change as it would be now. A roll-back keeps its forecast and its test: they are of the change that it takes back. */
export function restate(
  services: WorkerServices,
  { rollbackOf }: Proposal,
  change: Change,
  { scene, evidence }: Reassessment,
): Facts {
  const { changes: policy } = services.policy;
  const { distribution, tenants, originsBehindBalancer } = scene;
  const blastRadius = findBlastRadius(distribution, change.target, tenants, originsBehindBalancer);
  const trialRefusal = refuseTrial(change, distribution);
  if (rollbackOf !== null || policy === undefined) return { blastRadius, trialRefusal };
  const bag = evidence?.bag ?? null;
  const forecast = forecastChange(change, bag);
  return { blastRadius, trialRefusal, forecast, successTest: planSuccessTest(change, bag, forecast, policy) };
}

export function evidenceHashOf({ evidence }: Reassessment): string | null {
  return evidence === null ? null : hashJson(evidence.bag);
}
