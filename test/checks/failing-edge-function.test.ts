import { expect } from '@jest/globals';
import { failingEdgeFunction } from '../../src/checks/failing-edge-function.js';
import type { EdgeFunctionErrors, EdgeFunctionsEvidence } from '../../src/diagnosis/evidence.js';
import { aBehaviour, aCell, aDistribution, anEdgeTwin, someFunctions, someLogs } from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const arn = 'arn:aws:cloudfront::111122223333:function/rewrite';
const lambdaArn = 'arn:aws:lambda:us-east-1:111122223333:function:sign:7';
const distribution = aDistribution({
  behaviours: [
    aBehaviour({
      pathPattern: '/api/*',
      edgeFunctions: [{ event: 'viewer-request', runtime: 'cloudfront-function', arn }],
    }),
    aBehaviour({
      edgeFunctions: [{ event: 'origin-response', runtime: 'lambda-at-edge', arn: lambdaArn }],
    }),
  ],
});
const none = { validationErrors: 0, executionErrors: 0, throttles: 0, validationErrorsPerMinute: [] };
const inMinute = (at: string, validationErrors: number) => ({
  validationErrors,
  validationErrorsPerMinute: [{ at, value: validationErrors }],
});
const ofFunction = (differing: Partial<EdgeFunctionErrors>): EdgeFunctionsEvidence =>
  someFunctions({
    functions: [
      { ...none, arn, name: 'rewrite', invocations: 900, lastModified: '2026-11-20T09:58:00.000Z', ...differing },
    ],
  });
const ofLambda = (differing: Partial<EdgeFunctionErrors>): EdgeFunctionsEvidence =>
  someFunctions({ lambda: { ...none, arns: [lambdaArn], ...differing } });
const logged = (detailedResult: string, behaviour = '/api/*') =>
  someLogs({ cells: [aCell({ behaviour, detailedResult, count: 50 })] });
const at = '2026-11-20T10:00:00.000Z';

describeCheck(failingEdgeFunction, {
  found: [
    [
      'rejected answers in the minutes of the 502s',
      { distribution, 'edge-functions': ofFunction(inMinute(at, 50)), 'access-logs': logged('Error') },
      /^CloudFront rejected 50 answers of the edge function rewrite \(published 2026-11-20 09:58 UTC\)$/,
      {
        strength: 'proven',
        layer: 'edge-function',
        explains: { behaviours: ['/api/*'], detailedResults: expect.arrayContaining(['Error']), atMost: 50 },
      },
    ],
    [
      'the same in other minutes, less surely',
      {
        distribution,
        'edge-functions': ofFunction(inMinute('2026-11-20T09:20:00Z', 50)),
        'access-logs': logged('Error'),
      },
      /rejected 50/,
      { strength: 'supported' },
    ],
    [
      'rejected answers while the 502s are of another kind, less surely',
      { distribution, 'edge-functions': ofFunction(inMinute(at, 50)), 'access-logs': logged('OriginConnectError') },
      /rejected 50/,
      { strength: 'supported' },
    ],
    [
      'Lambda@Edge, whose metrics AWS does not name, never as proven',
      {
        distribution,
        'edge-functions': ofLambda(inMinute(at, 50)),
        'access-logs': logged('LambdaValidationError', '*'),
      },
      /rejected 50 answers of the edge function sign:7$/,
      { strength: 'supported', explains: expect.objectContaining({ behaviours: ['*'] }) },
    ],
    [
      'a name of CloudFront’s own in the log, without the metrics',
      { distribution, 'access-logs': logged('LambdaValidationError', '*') },
      /names an edge function \(rewrite and sign:7\) .* LambdaValidationError$/,
      { strength: 'supported', explains: { behaviours: ['/api/*', '*'], detailedResults: ['LambdaValidationError'] } },
    ],
    [
      'a value that is not on AWS’s list',
      { distribution, 'edge-functions': ofFunction({}), 'access-logs': logged('FunctionValidationFault') },
      /FunctionValidationFault$/,
      { strength: 'supported' },
    ],
    [
      'an answer that the function made on purpose',
      { distribution, 'edge-functions': ofFunction({}), 'access-logs': logged('FunctionGeneratedResponse') },
      /^The edge function itself \(rewrite and sign:7\) answered 50 requests with 502$/,
      {
        strength: 'supported',
        explains: { behaviours: ['/api/*', '*'], detailedResults: ['FunctionGeneratedResponse'] },
        remedy: expect.stringMatching(/^Look at what the function returns/),
      },
    ],
    [
      'the answer to a request through the edge',
      {
        distribution,
        'edge-functions': ofFunction({}),
        'edge-twin': anEdgeTwin({ status: 502, xCache: 'LambdaValidationError from cloudfront' }),
      },
      /LambdaValidationError from cloudfront$/,
      { strength: 'supported' },
    ],
    [
      'a function that throws, as no cause of a 502',
      { distribution, 'edge-functions': ofLambda({ executionErrors: 7 }) },
      /sign:7 failed or was throttled 7 times, which CloudFront answers with 503 rather than 502$/,
      { explains: null },
    ],
  ],
  ruledOut: [
    ['a distribution without functions', { distribution: aDistribution() }, /No function is associated/],
    ['sound functions', { distribution, 'edge-functions': ofFunction({}) }, /rejected no answer/],
    [
      'a 502 of the origin beside a sound function',
      { distribution, 'edge-functions': ofFunction({}), 'access-logs': logged('OriginConnectError') },
      /rejected no answer/,
    ],
  ],
  inconclusive: [['metrics that could not be read', { distribution }, /edge functions could not be read/]],
});
