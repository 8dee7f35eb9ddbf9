import { edgeInternalError } from '../../src/checks/edge-internal-error.js';
import { aCell, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

describeCheck(edgeInternalError, {
  found: [
    [
      'rows in which CloudFront names itself',
      {
        'access-logs': someLogs({
          cells: [aCell({ detailedResult: 'InternalError', count: 40 }), aCell({ count: 2 })],
        }),
      },
      /^CloudFront logged InternalError for 40 502s/,
      { strength: 'supported', layer: 'cloudfront', explains: { detailedResults: ['InternalError'] } },
    ],
  ],
  ruledOut: [
    ['other rows', { 'access-logs': someLogs({ cells: [aCell({ count: 9 })] }) }, /names a fault inside CloudFront/],
  ],
  inconclusive: [],
});
