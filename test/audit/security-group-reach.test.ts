/** What the item security-group-reach says of a distribution. */
import { securityGroupReach } from '../../src/audit/security-group-reach.js';
import { balancersOf, probesOf, unseen } from '../builders/audit.js';
import {
  aBalancer,
  aDeadAddress,
  aDistribution,
  anAddress,
  anOrigin,
  aProbe,
  misleadingVantage,
} from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

describeItem(securityGroupReach, [
  [
    'an origin that lets everybody in',
    { 'origin-probes': probesOf(aProbe()) },
    'in-place',
    /from here to origin\.example\.com are accepted/,
  ],
  [
    'an origin that answers nobody here',
    { 'origin-probes': probesOf(aProbe({ addresses: [aDeadAddress('timed-out')] })) },
    'unknown',
    /not to be told from here/,
    /describe-managed-prefix-lists/,
  ],
  [
    'an origin of which one address answers',
    { 'origin-probes': probesOf(aProbe({ addresses: [anAddress(), aDeadAddress('timed-out', '192.0.2.11')] })) },
    'unknown',
    /not to be told from here/,
  ],
  [
    'a balancer whose groups are known',
    {
      'origin-probes': unseen('api'),
      'load-balancers': balancersOf(aBalancer({ securityGroupIds: ['sg-0123456789abcdef0'] })),
    },
    'unknown',
    /not to be told from here/,
    /--group-ids sg-0123456789abcdef0/,
  ],
  [
    'S3',
    { distribution: aDistribution({ origins: [anOrigin({ kind: 's3' })] }) },
    'in-place',
    /without security groups/,
  ],
  [
    'an origin reached from a place that CloudFront does not share',
    { 'origin-probes': probesOf(aProbe({ vantage: misleadingVantage })) },
    'unknown',
    /not to be told from here/,
  ],
]);
