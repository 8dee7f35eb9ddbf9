/** What the item origin-failover says of a distribution. */
import { originFailover } from '../../src/audit/origin-failover.js';
import { aBehaviour, aDistribution, anOrigin } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const origins = [anOrigin(), anOrigin({ id: 'second', domainName: 'second.example.com' })];
const grouped = (codes: readonly number[], members = ['api', 'second'], methods: readonly string[] = ['GET', 'HEAD']) =>
  aDistribution({
    origins,
    originGroups: [{ id: 'pair', memberOriginIds: members, failoverStatusCodes: codes }],
    behaviours: [aBehaviour({ targetId: 'pair', allowedMethods: methods })],
  });

describeItem(originFailover, [
  ['all the codes', { distribution: grouped([500, 502, 503, 504]) }, 'in-place', /500, 502, 503 and 504\.$/],
  [
    'methods that never fail over',
    { distribution: grouped([500, 502, 503, 504], undefined, ['GET', 'POST', 'OPTIONS']) },
    'in-place',
    /Requests by POST never fail over/,
  ],
  [
    '502 alone',
    { distribution: grouped([502]) },
    'at-risk',
    /misses failed connections and time-outs/,
    /\[500, 502, 503, 504\]/,
  ],
  [
    'time-outs left out',
    { distribution: grouped([500, 502, 503]) },
    'at-risk',
    /not fail over on 504, so it misses time-outs/,
  ],
  [
    'the same origin twice',
    { distribution: grouped([500, 502, 503, 504], ['api', 'api']) },
    'at-risk',
    /both origins/i,
  ],
  [
    'one behaviour left out',
    {
      distribution: {
        ...grouped([500, 502, 503, 504]),
        behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'pair' })],
      },
    },
    'at-risk',
    /There is a single origin behind \/api\/\*/,
  ],
  ['no group', {}, 'missing', /has no origin group/, /failover_criteria/],
  [
    'a group that nothing uses',
    { distribution: { ...grouped([502]), behaviours: [aBehaviour()] } },
    'missing',
    /No behaviour uses the origin group pair/,
  ],
]);
