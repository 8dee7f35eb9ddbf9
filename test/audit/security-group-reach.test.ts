/** What the item security-group-reach says of a distribution. */
import { securityGroupReach } from '../../src/audit/security-group-reach.js';
import { balancersOf, probesOf, unseen } from '../builders/audit.js';
import { aBalancer, aDeadAddress, aDistribution, anAddress, anOrigin, aProbe } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

describeItem(securityGroupReach, [
  ['an origin that lets everybody in', { 'origin-probes': probesOf(aProbe()) }, 'in-place', /let(s)? a stranger in/],
  [
    'an origin that answers nobody here',
    { 'origin-probes': probesOf(aProbe({ addresses: [aDeadAddress('timed-out')] })) },
    'unknown',
    /did not let us in/,
    /describe-managed-prefix-lists/,
  ],
  [
    'an origin of which one address answers',
    { 'origin-probes': probesOf(aProbe({ addresses: [anAddress(), aDeadAddress('timed-out', '192.0.2.11')] })) },
    'unknown',
    /did not let us in/,
  ],
  [
    'a balancer whose groups are known',
    {
      'origin-probes': unseen('api'),
      'load-balancers': balancersOf(aBalancer({ securityGroupIds: ['sg-0123456789abcdef0'] })),
    },
    'unknown',
    /did not let us in/,
    /--group-ids sg-0123456789abcdef0/,
  ],
  [
    'S3',
    { distribution: aDistribution({ origins: [anOrigin({ kind: 's3' })] }) },
    'in-place',
    /without security groups/,
  ],
]);
