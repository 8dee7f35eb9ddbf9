import { mismatchedContentRange } from '../../src/checks/mismatched-content-range.js';
import { aCell, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

describeCheck(mismatchedContentRange, {
  found: [
    [
      'rows in which CloudFront says so',
      {
        'access-logs': someLogs({
          cells: [aCell({ detailedResult: 'OriginContentRangeLengthError', count: 40 }), aCell({ count: 2 })],
        }),
      },
      /^CloudFront logged OriginContentRangeLengthError for 40 502s/,
      { strength: 'supported', explains: { detailedResults: ['OriginContentRangeLengthError'] } },
    ],
  ],
  ruledOut: [['other rows', { 'access-logs': someLogs({ cells: [aCell({ count: 9 })] }) }, /^No logged 502 names/]],
  inconclusive: [],
});
