import { functionRewritesOrigin } from '../../src/checks/function-rewrites-origin.js';
import type { Behaviour, EdgeFunctionAssociation } from '../../src/diagnosis/evidence.js';
import {
  aBehaviour,
  aCell,
  aConnection,
  aDistribution,
  aProbe,
  blindVantage,
  someLogs,
  someMetrics,
} from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const rewriting: EdgeFunctionAssociation = {
  event: 'viewer-request',
  runtime: 'cloudfront-function',
  arn: 'arn:aws:cloudfront::111122223333:function/rewrite',
};
const late: EdgeFunctionAssociation = {
  event: 'origin-response',
  runtime: 'lambda-at-edge',
  arn: 'arn:aws:lambda:us-east-1:111122223333:function:late:7',
};
const distributionOf = (api: Partial<Behaviour>) =>
  aDistribution({
    behaviours: [aBehaviour({ pathPattern: '/api/*', ...api }), aBehaviour()],
    connections: [aConnection({ behaviours: ['/api/*', '*'] })],
  });
const distribution = distributionOf({ edgeFunctions: [rewriting] });
const probe = aProbe({ connection: aConnection({ behaviours: ['/api/*', '*'] }) });
const failed = aCell({ behaviour: '/api/*', detailedResult: 'OriginDnsError', count: 40 });
const logs = someLogs({ cells: [failed] });
const served = {
  ...logs,
  dimensions: {
    ...logs.dimensions,
    behaviour: [...logs.dimensions.behaviour, { value: '*', requests: 900, failures: 0 }],
  },
};

describeCheck(functionRewritesOrigin, {
  found: [
    [
      'a function on a behaviour with 502s, as a reservation',
      {
        distribution,
        'origin-probe': probe,
        'access-logs': someLogs({ cells: [{ ...failed, detailedResult: 'Error' }] }),
      },
      /^rewrite on \/api\/\* may send each request to another origin/,
      { strength: 'possible', explains: null, originId: 'api' },
    ],
    [
      'names that do not resolve only where the function runs',
      { distribution, 'origin-probe': probe, 'access-logs': served },
      /cannot resolve a name on \/api\/\* alone, where rewrite may choose another origin/,
      {
        strength: 'supported',
        explains: { behaviours: ['/api/*'], detailedResults: ['OriginDnsError', 'NonS3OriginDnsError'] },
      },
    ],
    [
      'the same without a valid view, as a reservation',
      { distribution, 'origin-probe': { ...probe, vantage: blindVantage }, 'access-logs': served },
      /may send each request/,
      { strength: 'possible', explains: null },
    ],
    ['a function where nothing counts 502s', { distribution }, /may send each request/, { explains: null }],
  ],
  ruledOut: [
    ['no function at all', { distribution: aDistribution(), 'origin-probe': probe }, /No behaviour has a function/],
    [
      'a function that runs too late to choose',
      { distribution: distributionOf({ edgeFunctions: [late] }), 'origin-probe': probe },
      /No behaviour has a function/,
    ],
    [
      'a function on a behaviour without 502s',
      { distribution, 'origin-probe': probe, 'access-logs': someLogs({ cells: [aCell({ count: 9 })] }) },
      /No 502 was counted/,
    ],
    [
      'metrics that count none',
      { distribution, 'origin-probe': probe, 'cloudfront-metrics': someMetrics() },
      /No 502 was counted/,
    ],
  ],
  inconclusive: [],
});
