import { expect } from '@jest/globals';
import { hidden502 } from '../../src/checks/hidden-502.js';
import { aDistribution, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const mapped = (responseCode: number | null) =>
  aDistribution({ customErrorResponses: [{ errorCode: 502, responseCode, cachingMinTtlSeconds: 10 }] });

describeCheck(hidden502, {
  found: [
    [
      'a 502 that is answered as 200, with the rows that tell',
      { distribution: mapped(200), 'access-logs': someLogs({ hiddenOriginErrors: 1_412 }) },
      /turns every 502 into 200/,
      {
        explains: null,
        citations: [
          expect.objectContaining({ fact: 'response code 200 for 502' }),
          expect.objectContaining({ fact: '1,412 rows blame the origin under a status that is no 5xx' }),
        ],
      },
    ],
    ['the setting alone, without logs', { distribution: mapped(404) }, /turns every 502 into 404/, { explains: null }],
  ],
  ruledOut: [
    ['no custom error response', { distribution: aDistribution() }, /as a 502/],
    ['one that keeps the status', { distribution: mapped(502) }, /as a 502/],
    ['one that only sets a time to live', { distribution: mapped(null) }, /as a 502/],
  ],
  inconclusive: [],
});
