/** What is not as it should be in a distribution without a 502: other server errors, and its own state. Pure. */
import type { EvidenceBag } from './evidence.js';
import { dataOf } from './observed.js';
import { countOf, formatCount } from './wording.js';

/** From this share of the requests on, other server errors are worth a word. */
const shareThatCounts = 0.01;

/** Phrases to follow the count of requests; empty where all is well. */
export function listShortOfWell(bag: EvidenceBag): readonly string[] {
  const distribution = dataOf(bag.distribution);
  return [
    ...listOtherErrors(bag),
    ...(distribution?.enabled === false ? ['the distribution is disabled'] : []),
    ...(distribution?.status === 'InProgress' ? ['a change of it is still being deployed'] : []),
  ];
}

function listOtherErrors(bag: EvidenceBag): readonly string[] {
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  const errors = (logs?.byStatus ?? []).filter(({ status }) => /^5/.test(status) && status !== '502');
  const [worst] = [...errors].sort((a, b) => b.count - a.count);
  const logged = errors.reduce((sum, { count }) => sum + count, 0);
  if (logs !== null && worst !== undefined && logged >= logs.requests * shareThatCounts)
    return [`${formatCount(worst.count)} of them a ${worst.status}`];
  const counted = Math.round(metrics?.estimated5xx ?? 0);
  const isMuch = counted > 0 && counted >= (metrics?.requestsTotal ?? 0) * shareThatCounts;
  return isMuch && (logs?.pathPattern ?? null) === null
    ? [`CloudWatch counts about ${countOf(counted, '5xx response')}`]
    : [];
}
