import { describe, expect, it } from '@jest/globals';
import { judgeBounds } from '../../src/remediation/bounds.js';
import type { ChangePolicy } from '../../src/remediation/change-policy.js';
import type { Change, ChangeField, ChangeValue } from '../../src/remediation/proposal.js';
import type { Surroundings } from '../../src/remediation/surroundings.js';
import { aBalancer, anOrigin } from '../builders/evidence.js';

function aWish(field: ChangeField, before: ChangeValue, after: ChangeValue): Change {
  return { target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' }, field, before, after };
}
const alone: Surroundings = { origins: [anOrigin()], balancer: null, hasContinuousDeployment: false };
const behindBalancer: Surroundings = { ...alone, balancer: aBalancer({ idleTimeoutSeconds: 60 }) };
const wide: Pick<ChangePolicy, 'bounds'> = {
  bounds: {
    'read-timeout': { min: 1, max: 180, largestStep: 180 },
    'keep-alive-timeout': { min: 1, max: 300, largestStep: 300 },
    'connection-timeout': { min: 0, max: 60 },
  },
};
const narrow: Pick<ChangePolicy, 'bounds'> = { bounds: { 'read-timeout': { min: 10, max: 60, largestStep: 10 } } };
const none: Pick<ChangePolicy, 'bounds'> = { bounds: {} };

describe('within bounds', () => {
  it.each<[string, Change, Surroundings | null, Pick<ChangePolicy, 'bounds'>]>([
    ['a read time-out doubled', aWish('read-timeout', 30, 60), alone, none],
    ['a keep-alive lowered', aWish('keep-alive-timeout', 5, 3), alone, none],
    ['one attempt', aWish('connection-attempts', 3, 1), alone, none],
    ['a short connection time-out', aWish('connection-timeout', 10, 1), alone, none],
    ['a first limit', aWish('response-completion-timeout', null, 3_000), alone, none],
    ['no limit any more', aWish('response-completion-timeout', 60, null), alone, none],
    ['a keep-alive below the balancer’s', aWish('keep-alive-timeout', 5, 59), behindBalancer, none],
    ['nothing known around it', aWish('read-timeout', 30, 60), null, none],
  ])('%s', (_what, change, around, policy) => {
    expect(judgeBounds(change, around, policy)).toEqual({ problems: [], remarks: [] });
  });
});

describe('out of bounds', () => {
  it.each<[string, Change, Surroundings | null, Pick<ChangePolicy, 'bounds'>, RegExp]>([
    ['nothing to change', aWish('read-timeout', 30, 30), alone, none, /30 s already/],
    ['no number', aWish('read-timeout', 30, null), alone, none, /needs a number/],
    ['half a second', aWish('read-timeout', 30, 30.5), alone, none, /whole number/],
    [
      'past the default',
      aWish('read-timeout', 90, 121),
      alone,
      none,
      /this installation allows 1 to 120 s.*changes\.bounds\.read-timeout/,
    ],
    ['past the policy', aWish('read-timeout', 55, 61), alone, narrow, /10 to 60 s/],
    ['below the policy', aWish('read-timeout', 15, 9), alone, narrow, /10 to 60 s/],
    [
      'too much at once',
      aWish('read-timeout', 30, 60),
      alone,
      narrow,
      /more than .* at once, which is 10\. Ask for 40 s first/,
    ],
    ['too much at once, downwards', aWish('keep-alive-timeout', 100, 5), alone, none, /Ask for 40 s first/],
    ['past AWS, whatever the policy', aWish('connection-timeout', 10, 11), alone, wide, /AWS takes 1 to 10/],
    ['below AWS', aWish('connection-timeout', 10, 0), alone, wide, /AWS takes 1 to 10/],
    ['four attempts', aWish('connection-attempts', 3, 4), alone, none, /AWS takes 1 to 3/],
    ['no attempt', aWish('connection-attempts', 3, 0), alone, none, /AWS takes 1 to 3/],
    [
      'a read time-out past the completion limit',
      aWish('read-timeout', 30, 60),
      { ...alone, origins: [anOrigin({ responseCompletionTimeoutSeconds: 45 })] },
      none,
      /completion time-out .* is 45 s.*Raise that one first/,
    ],
    [
      'a completion limit below the read time-out',
      aWish('response-completion-timeout', null, 29),
      alone,
      none,
      /Ask for 30 s or more/,
    ],
    [
      'a completion limit beside continuous deployment',
      aWish('response-completion-timeout', null, 60),
      { ...alone, hasContinuousDeployment: true },
      none,
      /continuous-deployment policy/,
    ],
    [
      'a keep-alive as long as the balancer’s',
      aWish('keep-alive-timeout', 5, 60),
      behindBalancer,
      none,
      /drops idle connections after 60 s/,
    ],
    [
      'the keep-alive of a bucket',
      aWish('keep-alive-timeout', 5, 4),
      { ...alone, origins: [anOrigin({ kind: 's3', keepAliveTimeoutSeconds: null })] },
      none,
      /no keep-alive/,
    ],
    [
      'a balancer below CloudFront’s keep-alive',
      aWish('balancer-idle-timeout', 60, 30),
      { ...behindBalancer, origins: [anOrigin({ keepAliveTimeoutSeconds: 30 })] },
      none,
      /Ask for more than 30 s/,
    ],
    ['a balancer past AWS', aWish('balancer-idle-timeout', 3_900, 4_001), behindBalancer, none, /AWS takes 1 to 4000/],
  ])('%s', (_what, change, around, policy, problem) => {
    const { problems } = judgeBounds(change, around, policy);
    expect(problems.join(' ')).toMatch(problem);
    for (const sentence of problems) expect(sentence).toMatch(/^[A-Z0-9].*\.$/s);
  });
});

describe('is remarked on', () => {
  it.each<[string, Change, Surroundings, RegExp]>([
    [
      'a read time-out that a quota decides on',
      aWish('read-timeout', 100, 150),
      alone,
      /AWS accepts 150 s depends on its quotas.*will be told/,
    ],
    ['a keep-alive on which AWS’s documents differ', aWish('keep-alive-timeout', 100, 200), alone, /documents differ/],
    ['a read time-out past the balancer’s', aWish('read-timeout', 30, 90), behindBalancer, /gives up after 60 s/],
    ['targets that must outlast the balancer', aWish('balancer-idle-timeout', 60, 90), behindBalancer, /targets too/],
    [
      'a balancer that gives up before CloudFront',
      aWish('balancer-idle-timeout', 60, 20),
      behindBalancer,
      /CloudFront waits 30 s/,
    ],
  ])('%s', (_what, change, around, remark) => {
    const { problems, remarks } = judgeBounds(change, around, wide);
    expect(problems).toEqual([]);
    expect(remarks.join(' ')).toMatch(remark);
  });
});
