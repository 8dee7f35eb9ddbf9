import { viewerAborts } from '../../src/checks/viewer-aborts.js';
import { aCell, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

describeCheck(viewerAborts, {
  found: [],
  ruledOut: [
    ['no request that was given up', { 'access-logs': someLogs() }, /^No request was given up by its viewer\.$/],
    [
      'requests without a status',
      { 'access-logs': someLogs({ byStatus: [{ status: '000', count: 1_024 }] }) },
      /^Noise, not a cause: 1,024 requests were given up by the viewer \(status 000\) and are not counted as 502s\.$/,
    ],
    [
      '502s that name the viewer',
      {
        'access-logs': someLogs({
          cells: [aCell({ detailedResult: 'ClientCommError', count: 1 }), aCell({ count: 5 })],
        }),
      },
      /^Noise, not a cause: 1 logged 502 names the viewer rather than the origin/,
    ],
  ],
  inconclusive: [
    [
      '502s that are all of viewers',
      {
        'access-logs': someLogs({
          cells: [
            aCell({ detailedResult: 'ClientHungUpRequest', count: 100 }),
            aCell({ detailedResult: 'SlowReaderOriginError', count: 45 }),
          ],
        }),
      },
      /^Why the viewers left is not in the logs/,
      /^All 145 502s are laid to viewers by CloudFront’s log \(ClientHungUpRequest and SlowReaderOriginError\), not to the origin\.$/,
    ],
    [
      '502s that are mostly of viewers',
      {
        'access-logs': someLogs({
          cells: [aCell({ detailedResult: 'ClientCommError', count: 6 }), aCell({ count: 5 })],
        }),
      },
      /^Why the viewers left/,
      /^6 of 11 502s are laid to viewers/,
    ],
  ],
});
