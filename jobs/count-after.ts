/** Requests and failures of after a deployment, out of the logs or CloudWatch, and how much of the traffic the logs hold. */
import { collect } from '../src/collectors/collect.js';
import type { CollectContext } from '../src/collectors/collector.js';
import { type CollectedTask, planTasks } from '../src/collectors/tasks.js';
import type { AccessLogEvidence, CloudFrontMetricsEvidence, Gathered, TimeWindow } from '../src/diagnosis/evidence.js';
import { Failure, toFailure } from '../src/failure.js';
import type { ProofSamples } from '../src/remediation/proof-samples.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { countInLogs, countInMetrics } from '../src/remediation/samples.js';
import { distributionOf } from './read-change-scene.js';
import { planOptions, type WorkerServices } from './services.js';

type CountedAfter = Omit<ProofSamples, 'live'>;

/** What could not be counted is no sample: it is waited for, and in the end said. @throws Failure where AWS cannot be reached now. */
export async function countAfter(
  services: WorkerServices,
  context: CollectContext,
  { successTest: test, change }: Proposal,
  window: TimeWindow,
): Promise<CountedAfter> {
  const nothing: CountedAfter = {
    after: { requests: 0, failures: 0 },
    control: null,
    window,
    newestRow: null,
    coverage: null,
  };
  try {
    const distribution = await distributionOf(context, change.target.distributionId);
    const planned = planTasks(
      distribution,
      planOptions(services.policy, { window, pathPattern: null, purpose: 'check' }),
    );
    const gather = async (kind: 'access-logs' | 'cloudfront-metrics'): Promise<CollectedTask | null> => {
      const found = planned.find(({ task }) => task.kind === kind);
      return found === undefined ? null : await collect(context, found.task);
    };
    const metrics = metricsOf(await gather('cloudfront-metrics'));
    if (test.source === 'cloudfront-metrics') {
      const counted = metrics === null ? null : countInMetrics(metrics, test);
      const newestRow = endOfNewestPoint(metrics);
      return counted === null ? { ...nothing, newestRow } : { ...nothing, after: counted.sample, newestRow };
    }
    const logs = logsOf(await gather('access-logs'));
    if (logs === null) return nothing;
    const counted = countInLogs(logs, test);
    if (counted === null) return { ...nothing, newestRow: logs.newestRow };
    return {
      ...nothing,
      after: counted.sample,
      control: counted.control,
      newestRow: logs.newestRow,
      coverage:
        metrics === null
          ? null
          : {
              logged: logs.requests,
              counted: Math.round(metrics.requestsTotal),
              newestPoint: endOfNewestPoint(metrics),
              isSample: logs.whole !== undefined,
            },
    };
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    context.log.warn({ kind: failure.kind, error: failure.message }, 'figures of after the deployment cannot be read');
    return nothing;
  }
}

/** A datapoint carries the time at which its period begins. */
function endOfNewestPoint(metrics: CloudFrontMetricsEvidence | null): string | null {
  const at = metrics?.requests.at(-1)?.at;
  return metrics === null || at === undefined
    ? null
    : new Date(Date.parse(at) + metrics.periodSeconds * 1000).toISOString();
}

function metricsOf(result: CollectedTask | null): CloudFrontMetricsEvidence | null {
  return result?.kind === 'cloudfront-metrics' ? dataOrThrow(result.gathered) : null;
}

function logsOf(result: CollectedTask | null): AccessLogEvidence | null {
  return result?.kind === 'access-logs' ? dataOrThrow(result.gathered) : null;
}

function dataOrThrow<Data>(gathered: Gathered<Data>): Data | null {
  if (gathered.state === 'collected') return gathered.data;
  const { kind, message } = gathered.reason;
  if (kind === 'throttled' || kind === 'service-down') throw new Failure(kind, message);
  return null;
}
