/** What the item redundant-targets says of a distribution. */
import { redundantTargets } from '../../src/audit/redundant-targets.js';
import type { TargetHealth } from '../../src/diagnosis/evidence.js';
import { balancersOf, unseen } from '../builders/audit.js';
import { aBalancer, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

function target(id: string, zone: string | null, state = 'healthy'): TargetHealth {
  return { id, port: 80, zone, state, reason: null, description: null };
}
function targets(list: readonly TargetHealth[], targetType: string | null = 'instance') {
  const balancer = aBalancer();
  const targetGroups = balancer.targetGroups.map((group) => ({ ...group, targets: list, targetType }));
  return { 'load-balancers': balancersOf({ ...balancer, targetGroups }) };
}

describeItem(redundantTargets, [
  ['two in two zones', { 'load-balancers': balancersOf(aBalancer()) }, 'in-place', /several healthy targets/],
  ['a single one', targets([target('i-1', 'a')]), 'at-risk', /has a single healthy target\.$/, /min_size/],
  [
    'one healthy of two',
    targets([target('i-1', 'a'), target('i-2', 'b', 'unhealthy')]),
    'at-risk',
    /single healthy target of 2/,
  ],
  [
    'two in one zone',
    targets([target('i-1', 'eu-central-1a'), target('i-2', 'eu-central-1a')]),
    'at-risk',
    /all its healthy targets in eu-central-1a/,
  ],
  ['none healthy', targets([target('i-1', 'a', 'unhealthy')]), 'at-risk', /none healthy of 1 target/],
  [
    'addresses outside the zones',
    targets([target('10.0.0.1', 'all'), target('10.0.0.2', 'all')], 'ip'),
    'in-place',
    /several/,
  ],
  ['a function', targets([target('arn:aws:lambda:x', null)], 'lambda'), 'in-place', /several/],
  ['a server of one’s own', {}, 'unknown', /stands behind origin\.example\.com could not be seen/, /Ask the owners/],
  ['a balancer that may not be read', { 'load-balancers': unseen('api') }, 'unknown', /could not be seen/, /Allow it/],
  [
    'API Gateway',
    { distribution: aDistribution({ origins: [anOrigin({ kind: 'api-gateway' })] }) },
    'in-place',
    /AWS runs in several zones/,
  ],
]);
