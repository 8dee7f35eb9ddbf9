/** The comparisons of a trial: by requests of its own, and by what CloudWatch counts of both distributions over the same minutes. */

import { collectCloudFrontMetrics } from '../src/collectors/cloudfront-metrics.js';
import type { CollectContext } from '../src/collectors/collector.js';
import { collectEdgeTwin } from '../src/collectors/edge-twin.js';
import type { EdgeTwinEvidence, TimeWindow } from '../src/diagnosis/evidence.js';
import type { ReadDistribution } from '../src/platform/trial-reads.js';
import type { Sample } from '../src/remediation/proposal.js';
import { compareTrial } from '../src/remediation/trial.js';
import type { NextStep } from './change-steps.js';
import { readPrimary } from './read-trial.js';
import { collectContext } from './services.js';
import { again, failTrial, nowOf, soon, type TrialRun, takeTrialEvent } from './trial-steps.js';

const minuteMs = 60_000;
/** Of each kind; a few are enough to see that the staging distribution answers at all. */
const requestsEach = 2;

export interface HeaderComparison {
  readonly isWorse: boolean;
  /** For a person. */
  readonly sentence: string;
}

/** A few harmless requests through the edge, with the header of the trial and without it. */
export async function compareByHeader(run: TrialRun, primary: ReadDistribution): Promise<HeaderComparison> {
  const { services, trial } = run;
  if (!services.policy.probes.throughTheEdge)
    return {
      isWorse: false,
      sentence: 'No requests of its own were sent: probes.throughTheEdge is off in the policy file.',
    };
  const context = contextOf(run);
  const alias = (primary.config.Aliases?.Items ?? []).find((name) => !name.includes('*'));
  const task = {
    kind: 'edge-twin',
    domainName: primary.domainName,
    host: alias ?? primary.domainName,
    port: 443,
    path: '/',
  } as const;
  const without: EdgeTwinEvidence[] = [];
  const withHeader: EdgeTwinEvidence[] = [];
  for (let sent = 0; sent < requestsEach; sent += 1) {
    without.push(await collectEdgeTwin(context, task));
    withHeader.push(await collectEdgeTwin(context, { ...task, header: trial.terms.header }));
  }
  return judgeHeaderCheck(without, withHeader);
}

/** Worse: the staging distribution answers with a 5xx, or not at all, where the live one does not. Pure. */
export function judgeHeaderCheck(
  without: readonly EdgeTwinEvidence[],
  withHeader: readonly EdgeTwinEvidence[],
): HeaderComparison {
  const figures = `with the header ${describeAnswers(withHeader)}; without it ${describeAnswers(without)}`;
  if (without.every(({ outcome }) => outcome !== 'response'))
    return {
      isWorse: false,
      sentence: `Its own requests tell nothing, since cf502 does not reach the distribution: ${figures}.`,
    };
  const isWorse = withHeader.some(isBad) && !without.some(isBad);
  return {
    isWorse,
    sentence: `${isWorse ? 'The staging distribution answers worse' : 'Its own requests'}: ${figures}.`,
  };
}

function isBad({ outcome, status }: EdgeTwinEvidence): boolean {
  return outcome !== 'response' || (status ?? 500) >= 500;
}

function describeAnswers(answers: readonly EdgeTwinEvidence[]): string {
  return answers.map(({ status, error }) => (status === null ? (error ?? 'no answer') : String(status))).join(', ');
}

/** `by-weight` -> `compared`, and again while nobody decides. */
export async function compareStep(run: TrialRun): Promise<NextStep> {
  const { services, trial, proposal } = run;
  const { pace } = services.changes;
  const primary = await readPrimary(run, trial.remains.policyId ?? '');
  if (typeof primary === 'string') return failTrial(run, primary);
  if (trial.observedFrom === null) {
    if (!primary.isDeployed) return soon(run);
    await takeTrialEvent(services, proposal.id, { name: 'observed', at: nowOf(run) });
    return again;
  }
  const windowMs = trial.terms.windowMinutes * minuteMs;
  const lastAt = trial.history.findLast(({ event }) => event === 'compared')?.at ?? trial.observedFrom;
  // CloudWatch is some minutes late; so is what is compared again.
  const dueMs = Date.parse(lastAt) + windowMs + (pace.proofDelaysMs[0] ?? 0);
  if (run.now.getTime() < dueMs) return soon(run);
  const window: TimeWindow = {
    // The first minute holds what came before.
    from: new Date(Math.ceil(Date.parse(trial.observedFrom) / minuteMs) * minuteMs).toISOString(),
    to: new Date(run.now.getTime() - (pace.proofDelaysMs[0] ?? 0)).toISOString(),
  };
  const context = contextOf(run);
  const [live, staging] = [
    await count(context, proposal.change.target.distributionId, window),
    await count(context, trial.remains.stagingDistributionId ?? '', window),
  ];
  const comparison = compareTrial(live, staging, trial.terms.minRequests);
  const event = { name: 'compared', at: nowOf(run), primary: live, staging, comparison } as const;
  await takeTrialEvent(services, proposal.id, event);
  if (comparison.outcome === 'worse') {
    const because = comparison.sentence;
    await takeTrialEvent(services, proposal.id, { name: 'abort', at: nowOf(run), by: null, because });
  }
  return again;
}

/** All 5xx: the paid metrics that tell them apart are off for a distribution that was just made. */
async function count(context: CollectContext, distributionId: string, window: TimeWindow): Promise<Sample> {
  const metrics = await collectCloudFrontMetrics(context, { kind: 'cloudfront-metrics', distributionId, window });
  const requests = Math.round(metrics.requestsTotal);
  return { requests, failures: Math.min(requests, metrics.estimated5xx) };
}

function contextOf({ services, proposal, signal, reader }: TrialRun): CollectContext {
  const log = services.log.child({ proposalId: proposal.id });
  const context = collectContext(services, proposal.requester.userId, signal, () => undefined, log);
  context.aws.destroy();
  return { ...context, aws: reader };
}
