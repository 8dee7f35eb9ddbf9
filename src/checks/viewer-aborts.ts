/** Requests that their viewers gave up: noise beside the 502s, or what CloudFront itself has for most of them; never a cause. */
import { defineCheck } from '../diagnosis/check.js';
import type { AccessLogEvidence } from '../diagnosis/evidence.js';
import type { Outcome } from '../diagnosis/finding.js';
import { isOfViewer } from '../diagnosis/log-results.js';
import { countOf, formatCount, listOf } from '../diagnosis/wording.js';

export const viewerAborts = defineCheck({
  id: 'viewer-aborts',
  title: 'Viewers that gave up',
  layer: 'viewer',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  role: 'lead',
  needs: ['access-logs'],
  evaluate: ({ 'access-logs': logs }): Outcome => {
    // CloudFront logs status 000 where the viewer left before there was one.
    const left = logs.byStatus.find(({ status }) => status === '000')?.count ?? 0;
    const counted = logs.failureCells
      .filter(({ detailedResult }) => isOfViewer(detailedResult))
      .reduce((sum, { count }) => sum + count, 0);
    const leftAside = `${countOf(left, 'request was', 'requests were')} given up by the viewer (status 000) and ${left === 1 ? 'is' : 'are'} not counted as 502s`;
    const among = `${countOf(counted, 'logged 502 names', 'logged 502s name')} the viewer rather than the origin`;
    const said = [
      ...(left > 0 ? [leftAside] : []),
      ...(counted > 0 ? [`${among}, which no fault of the origin explains`] : []),
    ];
    const citations = [
      { kind: 'access-log', ref: logs.source, fact: `${left} × status 000, ${counted} × 502 by the viewer` },
    ] as const;
    if (counted > logs.failures / 2) return layToViewers(logs, counted);
    return {
      state: 'ruled-out',
      because: said.length === 0 ? 'No request was given up by its viewer.' : `Noise, not a cause: ${said.join('; ')}.`,
      citations,
    };
  },
});

/** A 502 that was logged so met no fault of the origin: the viewer was gone, or too slow, before an answer could be given. */
function layToViewers({ failureCells, failures }: AccessLogEvidence, counted: number): Outcome {
  const values = new Set(
    failureCells.flatMap(({ detailedResult }) => (isOfViewer(detailedResult) ? [detailedResult] : [])),
  );
  const all =
    counted === failures
      ? `All ${countOf(counted, '502')} are`
      : `${formatCount(counted)} of ${countOf(failures, '502')} are`;
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: 'Why the viewers left is not in the logs: they may have lost patience with slow answers.',
        remedy:
          'Look at which clients these requests come from and how long they took (time-taken): a health check or an app with a short time-out gives up on what is slow. Nothing needs mending for clients that merely went away.',
      },
    ],
    lead: `${all} laid to viewers by CloudFront’s log (${listOf([...values], 3)}), not to the origin.`,
  };
}
