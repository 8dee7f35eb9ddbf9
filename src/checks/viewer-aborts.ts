/** Requests that their viewers gave up: noise beside the 502s, never the cause of one. */
import { defineCheck } from '../diagnosis/check.js';
import type { Outcome } from '../diagnosis/finding.js';
import { isOfViewer } from '../diagnosis/log-results.js';
import { countOf } from '../diagnosis/wording.js';

export const viewerAborts = defineCheck({
  id: 'viewer-aborts',
  title: 'Viewers that gave up',
  layer: 'viewer',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
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
    return {
      state: 'ruled-out',
      because: said.length === 0 ? 'No request was given up by its viewer.' : `Noise, not a cause: ${said.join('; ')}.`,
      citations: [
        { kind: 'access-log', ref: logs.source, fact: `${left} × status 000, ${counted} × 502 by the viewer` },
      ],
    };
  },
});
