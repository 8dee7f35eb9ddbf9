/** What the item response-validation says of a distribution. */
import { responseValidation } from '../../src/audit/response-validation.js';
import { aBehaviour, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const lambda = {
  event: 'origin-response',
  runtime: 'lambda-at-edge',
  arn: 'arn:aws:lambda:us-east-1:1:function:f:1',
} as const;
const script = {
  event: 'viewer-response',
  runtime: 'cloudfront-function',
  arn: 'arn:aws:cloudfront::1:function/f',
} as const;
const withBehaviours = (...behaviours: ReturnType<typeof aBehaviour>[]) => ({
  distribution: aDistribution({ behaviours }),
});

describeItem(responseValidation, [
  [
    'Lambda@Edge at origin-response',
    withBehaviours(aBehaviour({ edgeFunctions: [lambda] })),
    'in-place',
    /before it is kept/,
  ],
  ['nothing kept', withBehaviours(aBehaviour({ caching: 'off' })), 'in-place', /No behaviour keeps/],
  [
    'nobody looks',
    withBehaviours(aBehaviour({ caching: 'on' })),
    'missing',
    /the default behaviour are kept unseen/,
    /origin-response/,
  ],
  [
    'a CloudFront function, which cannot',
    withBehaviours(aBehaviour({ edgeFunctions: [script] })),
    'missing',
    /runs after the cache and cannot/,
  ],
  [
    'some looked at',
    withBehaviours(aBehaviour({ pathPattern: '/a/*' }), aBehaviour({ edgeFunctions: [lambda] })),
    'at-risk',
    /\/a\/\* are kept unseen/,
  ],
  [
    'a VPC origin, where it cannot be used',
    { distribution: aDistribution({ origins: [anOrigin({ kind: 'vpc' })] }) },
    'missing',
    /cannot be used \(VPC origin/,
  ],
]);
