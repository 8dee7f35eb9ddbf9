/** Which recorded changes stand beside a verdict, and in which order. */
import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/diagnosis/evidence.js';
import { describeChange, listChanges } from '../../src/diagnosis/list-changes.js';
import type { Onset } from '../../src/diagnosis/onset.js';
import { aBag, aBalancer, aChange, collected, someChanges, unavailable } from '../builders/evidence.js';

const onset: Onset = { state: 'began', at: '2026-11-20T10:00:00.000Z', from: null, to: null, endedAt: null };
const [group] = aBalancer().targetGroups;
const groupArn = group?.arn ?? '';
const otherArn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/9999';

function list(changes: readonly Change[], began: Onset | null = onset, balancers = [aBalancer()]) {
  const bag = { ...aBag({ balancers }), changes: collected(someChanges({ changes })) };
  return listChanges(bag, began);
}

describe('listChanges', () => {
  it('puts the nearest to the onset first, and says how far away it is', () => {
    const changes = [
      aChange({ at: '2026-11-20T10:40:00.000Z', name: 'ModifyRule' }),
      aChange({ at: '2026-11-20T09:56:00.000Z' }),
      aChange({ at: '2026-11-20T07:50:00.000Z', name: 'PublishFunction', by: null, errorCode: 'AccessDenied' }),
    ];
    expect(list(changes).map(describeChange)).toEqual([
      'UpdateDistribution by deploy, 4 min before the 502s began',
      'ModifyRule by deploy, 40 min after the 502s began',
      'PublishFunction (refused: AccessDenied), 2 h before the 502s began',
    ]);
  });

  it('is newest first where nobody knows when it began', () => {
    const changes = [aChange({ at: '2026-11-20T09:00:00.000Z' }), aChange({ at: '2026-11-20T09:30:00.000Z' })];
    expect(list(changes, null).map(({ at, minutesBefore }) => [at, minutesBefore])).toEqual([
      ['2026-11-20T09:30:00.000Z', null],
      ['2026-11-20T09:00:00.000Z', null],
    ]);
  });

  it('leaves out target groups of balancers that this distribution does not use', () => {
    const changes = [aChange({ resources: [groupArn] }), aChange({ resources: [otherArn] })];
    expect(list(changes).map(({ resources }) => resources)).toEqual([[groupArn]]);
    expect(list(changes, onset, [])).toHaveLength(0);
  });

  it('keeps them where the balancer could not be read', () => {
    const bag = {
      ...aBag(),
      loadBalancers: { api: unavailable() },
      changes: collected(someChanges({ changes: [aChange({ resources: [otherArn] })] })),
    };
    expect(listChanges(bag, onset)).toHaveLength(1);
  });

  it('has nothing to show of a bag without them', () => {
    expect(listChanges(aBag(), onset)).toEqual([]);
    expect(listChanges({ ...aBag(), changes: unavailable() }, onset)).toEqual([]);
  });

  it('shows ten at most', () => {
    expect(list(Array.from({ length: 30 }, () => aChange()))).toHaveLength(10);
  });
});
