/** What the item circuit-breaker says of a distribution. */
import { circuitBreaker } from '../../src/audit/circuit-breaker.js';
import { balancersOf } from '../builders/audit.js';
import { aBalancer, aBehaviour, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const balancer = aBalancer();
const [group] = balancer.targetGroups;
const script = {
  event: 'viewer-request',
  runtime: 'cloudfront-function',
  arn: 'arn:aws:cloudfront::1:function/f',
} as const;

describeItem(circuitBreaker, [
  ['a server of one’s own', {}, 'unknown', /Nothing in the configuration hints/, /quick refusal/],
  [
    'a function that may pick the origin',
    { distribution: aDistribution({ behaviours: [aBehaviour({ edgeFunctions: [script] })] }) },
    'unknown',
    /may pick the origin/,
  ],
  [
    'several target groups',
    { 'load-balancers': balancersOf({ ...balancer, targetGroups: group === undefined ? [] : [group, group] }) },
    'unknown',
    /example-alb has several target groups/,
  ],
  ['S3', { distribution: aDistribution({ origins: [anOrigin({ kind: 's3' })] }) }, 'in-place', /AWS runs/],
]);
