import { emptyObject } from '../../src/checks/empty-object.js';
import { aCell, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

describeCheck(emptyObject, {
  found: [
    [
      'rows in which CloudFront says so',
      {
        'access-logs': someLogs({
          cells: [aCell({ detailedResult: 'OriginZeroSizeObjectError', count: 40 }), aCell({ count: 2 })],
        }),
      },
      /^CloudFront logged OriginZeroSizeObjectError for 40 502s/,
      { strength: 'supported', explains: { detailedResults: ['OriginZeroSizeObjectError'] } },
    ],
  ],
  ruledOut: [['other rows', { 'access-logs': someLogs({ cells: [aCell({ count: 9 })] }) }, /^No logged 502 names/]],
  inconclusive: [],
});
