/** Runs the success test of a change on what was counted after the deployment, again and again while the logs are late, and says how it ended. */
import { collect } from '../src/collectors/collect.js';
import type { CollectContext } from '../src/collectors/collector.js';
import { distributionTaskId, planTasks } from '../src/collectors/tasks.js';
import type { DistributionEvidence, TimeWindow } from '../src/diagnosis/evidence.js';
import { Failure, toFailure } from '../src/failure.js';
import { readIsDeployed } from '../src/platform/live-subject.js';
import { judgeProof, type ProofSamples } from '../src/remediation/judge-proof.js';
import type { ProofResult, Proposal } from '../src/remediation/proposal.js';
import { countInLogs, countInMetrics } from '../src/remediation/samples.js';
import { proofWindow } from '../src/remediation/success-test.js';
import { type NextStep, over, takeChangeStep } from './change-steps.js';
import { collectContext, planOptions, type WorkerServices } from './services.js';

export async function proveChange(services: WorkerServices, id: string, signal: AbortSignal): Promise<NextStep> {
  const { changes } = services;
  const proposal = await changes.proposals.read(id);
  const deployedAt = proposal?.application?.deployedAt ?? null;
  if (proposal === null || proposal.state !== 'applied' || deployedAt === null) return over;
  const window = proofWindow(proposal.successTest, deployedAt);
  const sinceEndMs = services.now().getTime() - Date.parse(window.to);
  const delays = changes.pace.proofDelaysMs;
  if (sinceEndMs < (delays[0] ?? 0)) return { state: 'later', delayMs: (delays[0] ?? 0) - sinceEndMs };
  const next = delays.find((delay) => delay > sinceEndMs);
  const isLastTry = next === undefined;
  const log = services.log.child({ proposalId: id });
  const context = collectContext(services, proposal.requester.userId, signal, () => undefined, log);
  try {
    const samples = await countAfter(services, context, proposal, window);
    const judged = judgeProof(proposal.successTest, samples, isLastTry);
    if (judged.state === 'wait') {
      log.info({ because: judged.because }, 'success test waits');
      return { state: 'later', delayMs: (next ?? sinceEndMs) - sinceEndMs };
    }
    const proof = await withLaterChanges(context, proposal, judged.proof);
    const name = proof.outcome === 'verified' ? 'verify' : 'refute';
    await takeChangeStep(services, id, { name, at: services.now().toISOString(), proof });
    return over;
  } finally {
    context.aws.destroy();
  }
}

/** What could not be counted is no sample: it is waited for, and in the end said. */
async function countAfter(
  services: WorkerServices,
  context: CollectContext,
  proposal: Proposal,
  window: TimeWindow,
): Promise<ProofSamples> {
  const { successTest: test, change } = proposal;
  const nothing: ProofSamples = { after: { requests: 0, failures: 0 }, control: null, window, newestRow: null };
  try {
    const distribution = await readDistribution(context, change.target.distributionId);
    const wanted = test.source === 'access-logs' ? 'access-logs' : 'cloudfront-metrics';
    const options = planOptions(services.policy, {
      window: wanted === 'access-logs' ? window : wholeMinutes(window),
      pathPattern: null,
      purpose: 'check',
    });
    const planned = planTasks(distribution, options).find(({ task }) => task.kind === wanted);
    if (planned === undefined) return nothing;
    const { kind, gathered } = await collect(context, planned.task);
    if (gathered.state !== 'collected') {
      if (gathered.reason.kind === 'throttled' || gathered.reason.kind === 'service-down')
        throw new Failure(gathered.reason.kind, gathered.reason.message);
      return nothing;
    }
    if (kind === 'access-logs') {
      const counted = countInLogs(gathered.data, test);
      if (counted === null) return { ...nothing, newestRow: gathered.data.newestRow };
      return {
        ...nothing,
        after: counted.sample,
        newestRow: gathered.data.newestRow,
        control:
          counted.control === null || proposal.successTest.before.requests === 0
            ? null
            : await controlOf(services, proposal, counted.control),
      };
    }
    if (kind !== 'cloudfront-metrics') return nothing;
    const counted = countInMetrics(gathered.data, test);
    const newestRow = gathered.data.requests.at(-1)?.at ?? null;
    return counted === null ? { ...nothing, newestRow } : { ...nothing, after: counted.sample, newestRow };
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    context.log.warn({ kind: failure.kind, error: failure.message }, 'figures of after the deployment cannot be read');
    return nothing;
  }
}

/** CloudWatch counts by the minute, and the minute in which it was deployed holds requests of before. */
function wholeMinutes({ from, to }: TimeWindow): TimeWindow {
  return { from: new Date(Math.ceil(Date.parse(from) / 60_000) * 60_000).toISOString(), to };
}

/** The control behaviours before, from the evidence that the test was planned with; null where that is no longer kept. */
async function controlOf(
  { store }: WorkerServices,
  { offeredFrom, successTest }: Proposal,
  after: NonNullable<ProofSamples['control']>['after'],
): Promise<ProofSamples['control']> {
  const bag = offeredFrom === null ? null : await store.readBag(offeredFrom.checkId);
  if (bag === null || bag.accessLogs.state !== 'collected') return null;
  const before = countInLogs(bag.accessLogs.data, successTest)?.control ?? null;
  return before === null ? null : { before, after };
}

async function readDistribution(context: CollectContext, id: string): Promise<DistributionEvidence> {
  const { kind, gathered } = await collect(context, { kind: 'distribution', target: { kind: 'distribution-id', id } });
  if (kind !== distributionTaskId || gathered.state !== 'collected')
    throw new Failure('not-found', `Distribution ${id} cannot be read.`);
  return gathered.data;
}

/** Whoever changed the distribution meanwhile may have caused, or spoilt, what was measured. */
async function withLaterChanges(
  { aws, signal, log }: CollectContext,
  { change, application }: Proposal,
  proof: ProofResult,
): Promise<ProofResult> {
  try {
    const { etag } = await readIsDeployed(aws, change.target, signal);
    if (etag === null || application?.etagAfter === null || etag === application?.etagAfter) return proof;
    const sentence = 'The distribution was changed again since, so the figures may show that as well.';
    return { ...proof, sentences: [...proof.sentences, sentence] };
  } catch (thrown) {
    log.debug({ error: toFailure(thrown).message }, 'later changes not looked for');
    return proof;
  }
}
