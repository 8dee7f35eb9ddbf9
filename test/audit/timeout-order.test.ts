/** What the item timeout-order says of a distribution. */
import { timeoutOrder } from '../../src/audit/timeout-order.js';
import { aLab, balancersOf, labsOf, unseen } from '../builders/audit.js';
import { aBalancer, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const origin = (keepAliveTimeoutSeconds: number, readTimeoutSeconds = 30) => ({
  distribution: aDistribution({ origins: [anOrigin({ keepAliveTimeoutSeconds, readTimeoutSeconds })] }),
});
const balancer = (idleTimeoutSeconds: number | null) => ({
  'load-balancers': balancersOf(aBalancer({ idleTimeoutSeconds })),
});

describeItem(timeoutOrder, [
  ['the defaults', balancer(60), 'in-place', /5 s are below the 60 s of example-alb/],
  [
    'CloudFront keeps longer than the balancer',
    { ...origin(60), ...balancer(60) },
    'at-risk',
    /for 60 s, the balancer drops them after 60 s/,
    /Do not raise/,
  ],
  ['CloudFront waits longer than the balancer', { ...origin(5, 120), ...balancer(60) }, 'at-risk', /a 504 in any case/],
  [
    'a server that closes first',
    { ...origin(5), 'keep-alive-labs': labsOf(aLab('closed', 2)) },
    'at-risk',
    /closed an idle connection after 2\.0 s/,
  ],
  ['an exact tie', { 'keep-alive-labs': labsOf(aLab('reset', 5)) }, 'at-risk', /after 5\.0 s/],
  [
    'a server that keeps longer',
    { 'keep-alive-labs': labsOf(aLab('closed', 7)) },
    'in-place',
    /for 7\.0 s, CloudFront for 5 s/,
  ],
  [
    'a server that outlasts the hold',
    { 'keep-alive-labs': labsOf(aLab('still-open', 8)) },
    'in-place',
    /longer than CloudFront’s 5 s/,
  ],
  ['a hold that was too short', { 'keep-alive-labs': labsOf(aLab('still-open', 3)) }, 'unknown', /could not be seen/],
  ['a server that was not held', {}, 'unknown', /could not be seen/, /above 5 seconds/],
  ['a balancer that may not be read', { 'load-balancers': unseen('api') }, 'unknown', /could not be seen/, /Allow it/],
  ['a network balancer, whose attribute is another', balancer(null), 'unknown', /could not be seen/],
  [
    'S3',
    { distribution: aDistribution({ origins: [anOrigin({ kind: 's3', keepAliveTimeoutSeconds: null })] }) },
    'in-place',
    /AWS keeps/,
  ],
]);
