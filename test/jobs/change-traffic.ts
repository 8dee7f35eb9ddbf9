/** Traffic around the deployment of a change, as CloudFront logs it and CloudWatch counts it. */
import type { Proposal } from '../../src/remediation/proposal.js';
import { proofWindow } from '../../src/remediation/success-test.js';
import { type AccessLogRow, accessLogRow, uploadAccessLogs } from '../world/access-logs.js';
import { type ChangeWorld, logBucket } from './change-world.js';

const minuteMs = 60_000;

export interface Traffic {
  readonly requests: number;
  /** 504s, the first ones. */
  readonly failures: number;
  /** Rows that have arrived, the last ones; absent: all. */
  readonly logged?: number;
  /** Absent: `/api/report`. */
  readonly path?: string;
}

/** Evenly over the window of the success test. */
export function trafficAfter(world: ChangeWorld, proposal: Proposal, traffic: Traffic): void {
  const deployedAt = proposal.application?.deployedAt ?? '';
  const { from, to } = proofWindow(proposal.successTest, deployedAt);
  putTraffic(world, new Date(from), new Date(to), traffic, `after-${proposal.id}`);
}

/** Everything failed in the hour before the deployment, and is in the logs. */
export function failuresBefore(world: ChangeWorld, proposal: Proposal, count: number): void {
  const end = Date.parse(proposal.application?.deployedAt ?? '') - 5_000;
  putTraffic(world, new Date(end - 60 * minuteMs), new Date(end), { requests: count, failures: count }, 'before');
}

let uploads = 0;

function putTraffic(
  { aws, distributionId }: ChangeWorld,
  from: Date,
  to: Date,
  { requests, failures, logged = requests, path = '/api/report' }: Traffic,
  name: string,
): void {
  const at = (index: number): Date =>
    new Date(from.getTime() + ((index + 0.5) * (to.getTime() - from.getTime())) / requests);
  const rows = Array.from(
    { length: requests },
    (_, index): AccessLogRow =>
      accessLogRow(at(index), {
        'cs-uri-stem': path,
        'x-edge-request-id': `${name}${path}-${index}`.padEnd(54, 'A'),
        ...(index < failures ? { 'sc-status': '504', 'x-edge-detailed-result-type': 'OriginCommError' } : {}),
      }),
  );
  uploads += 1;
  uploadAccessLogs(aws, logBucket, '', distributionId, rows.slice(requests - logged), { seed: uploads });
  aws.putMetric({
    namespace: 'AWS/CloudFront',
    name: 'Requests',
    dimensions: { DistributionId: distributionId, Region: 'Global' },
    points: rows.map((row) => ({ at: row.at, value: 1 })),
  });
}
