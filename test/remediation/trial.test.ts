import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change } from '../../src/remediation/proposal.js';
import { compareTrial, maxTrialWeight, planTrial, refuseTrial, trialStepNames } from '../../src/remediation/trial.js';
import { listRemains, planned, takeTrialStep, trialTable } from '../../src/remediation/trial-life.js';
import { type Trial, type TrialEvent, trialStates } from '../../src/remediation/trial-record.js';
import { aBalancer, aDistribution, anOrigin } from '../builders/evidence.js';

const change: Change = {
  target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' },
  field: 'read-timeout',
  before: 30,
  after: 60,
};
const at = '2026-11-22T22:05:00.000Z';

describe('a trial', () => {
  it('is possible for an ordinary distribution', () => {
    expect(refuseTrial(change, aDistribution())).toBeNull();
  });

  const { arn, region, name } = aBalancer();
  it.each<[string, Change, Parameters<typeof aDistribution>[0], RegExp]>([
    ['HTTP/3', change, { httpVersion: 'http2and3' }, /HTTP\/3/],
    ['HTTP/3 alone', change, { httpVersion: 'HTTP3' }, /HTTP\/3/],
    ['tenants', change, { connectionMode: 'tenant-only' }, /multi-tenant/],
    ['a staging distribution', change, { staging: true }, /staging distribution itself/],
    [
      'a completion limit on any origin',
      change,
      { origins: [anOrigin(), anOrigin({ id: 'b', responseCompletionTimeoutSeconds: 60 })] },
      /origin has a response completion time-out/,
    ],
    [
      'a completion limit to be set',
      { ...change, field: 'response-completion-timeout', before: null },
      {},
      /cannot be set/,
    ],
    [
      'a policy that is there',
      change,
      { continuousDeployment: { policyId: 'p', enabled: false, stagingDomainNames: [], weight: 0.1, header: null } },
      /attached already/,
    ],
    [
      'a balancer',
      {
        target: { kind: 'balancer', distributionId: 'E1A2B3C4D5E6F7', arn, region, name },
        field: 'balancer-idle-timeout',
        before: 60,
        after: 90,
      },
      {},
      /one idle time-out/,
    ],
    ['a disabled distribution', change, { enabled: false }, /disabled/],
    ['a deployment under way', change, { status: 'InProgress' }, /still being deployed/],
  ])('is refused for %s', (_what, wish, differing, because) => {
    expect(refuseTrial(wish, aDistribution(differing))).toMatch(because);
  });

  it('is planned by its header first, then by weight, and never past what AWS allows', () => {
    const plan = planTrial('prp_0123456789ab', { requests: 10_000, failures: 200 }, 0.9);
    expect(plan.header).toEqual({ name: 'aws-cf-cd-cf502', value: 'prp0123456789ab' });
    expect(plan.weight).toBe(maxTrialWeight);
    expect(plan.steps.map((step) => step.name)).toEqual(trialStepNames);
    expect(plan.minRequests).toBeGreaterThan(300);
    for (const step of plan.steps) expect(step.does).toMatch(/\.$/);
  });
});

describe('the comparison', () => {
  it.each([
    [
      'better',
      { requests: 10_000, failures: 250 },
      { requests: 1_000, failures: 4 },
      /^Better: 4 of 1,000 requests \(0\.4 %\) failed with the change/,
    ],
    ['worse', { requests: 10_000, failures: 50 }, { requests: 1_000, failures: 40 }, /End the trial/],
    ['no-worse', { requests: 10_000, failures: 250 }, { requests: 1_000, failures: 22 }, /could not be chance/],
    [
      'too-few',
      { requests: 10_000, failures: 250 },
      { requests: 20, failures: 0 },
      /500 requests with the change are needed/,
    ],
    ['too-few', { requests: 10_000, failures: 250 }, { requests: 0, failures: 0 }, /no request failed with the change/],
  ] as const)('is %s', (outcome, primary, staging, sentence) => {
    expect(compareTrial(primary, staging, 500)).toEqual({ outcome, sentence: expect.stringMatching(sentence) });
  });
});

const terms = {
  header: { name: 'aws-cf-cd-cf502', value: 'prp0123456789ab' },
  weight: 0.05,
  minRequests: 500,
  windowMinutes: 30,
  startedAt: at,
  endsAt: '2026-11-23T06:05:00.000Z',
};
const primary = { requests: 10_000, failures: 250 };
const staging = { requests: 1_000, failures: 4 };
const comparison = compareTrial(primary, staging, 500);
const events: { readonly [Name in TrialEvent['name']]: TrialEvent & { readonly name: Name } } = {
  claim: { name: 'claim', at, write: 'copy' },
  copied: { name: 'copied', at, stagingDistributionId: 'E9STAGING', stagingDomainName: 'd1.cloudfront.net' },
  changed: { name: 'changed', at },
  'policy-made': { name: 'policy-made', at, policyId: 'policy-1' },
  attached: { name: 'attached', at },
  'header-compared': { name: 'header-compared', at, sentence: 'Both answered 200.' },
  weighted: { name: 'weighted', at },
  observed: { name: 'observed', at },
  compared: { name: 'compared', at, primary, staging, comparison },
  promote: { name: 'promote', at, by: 'U0APPROVE' },
  promoted: { name: 'promoted', at },
  abort: { name: 'abort', at, by: null, because: 'It is too old.' },
  found: {
    name: 'found',
    at,
    remains: { stagingDistributionId: null, policyId: null, isPolicyAttached: false },
    stagingDomainName: null,
  },
  detached: { name: 'detached', at, etag: 'E9AFTER' },
  'policy-gone': { name: 'policy-gone', at },
  'staging-gone': { name: 'staging-gone', at },
  ended: { name: 'ended', at },
  fail: { name: 'fail', at, because: 'AWS did not allow it.' },
};
const names = Object.keys(events) as readonly TrialEvent['name'][];

function run(...wanted: readonly TrialEvent['name'][]): Trial {
  return wanted.reduce(
    (trial, name) => {
      const result = takeTrialStep(trial, events[name]);
      if (!result.ok) throw new Error(`${name}: ${result.because}`);
      return result.trial;
    },
    planned('prp_0123456789ab', terms),
  );
}

describe('the life of a trial', () => {
  const pairs = trialStates.flatMap((state) => names.map((name) => [state, name] as const));
  it.each(pairs)('%s, %s', (state, name) => {
    const remains =
      name === 'ended' || name === 'staging-gone' || name === 'policy-gone'
        ? { stagingDistributionId: null, policyId: null, isPolicyAttached: false }
        : { stagingDistributionId: 'E9STAGING', policyId: 'policy-1', isPolicyAttached: false };
    const result = takeTrialStep({ ...planned('prp_0123456789ab', terms), state, remains, comparison }, events[name]);
    const to = trialTable[state][name];
    if (to === undefined) expect(result).toEqual({ ok: false, because: expect.stringMatching(/not possible now\.$/) });
    else expect(result).toMatchObject({ ok: true, trial: { state: to, revision: 2 } });
  });

  it('leads to the end, with nothing left', () => {
    const trial = run(
      'copied',
      'changed',
      'policy-made',
      'attached',
      'weighted',
      'compared',
      'promote',
      'promoted',
      'detached',
      'policy-gone',
      'staging-gone',
    );
    expect(trial).toMatchObject({ state: 'promoted', comparison: { outcome: 'better' } });
    expect(listRemains(trial.remains)).toEqual([]);
  });

  it('is ended without leaving anything behind', () => {
    const trial = run('copied', 'changed', 'policy-made', 'attached', 'abort');
    expect(takeTrialStep(trial, events.ended)).toMatchObject({
      ok: false,
      because: expect.stringMatching(/^Still there: the policy attached/),
    });
    expect(takeTrialStep(trial, events['policy-gone'])).toMatchObject({ ok: false });
    expect(
      run('copied', 'changed', 'policy-made', 'attached', 'abort', 'detached', 'policy-gone', 'staging-gone', 'ended')
        .state,
    ).toBe('aborted');
  });

  it.each<[string, Partial<Trial>, TrialEvent, RegExp]>([
    ['attached without a policy', { state: 'changed' }, events.attached, /no policy/],
    ['promoted without a comparison', { state: 'compared' }, events.promote, /Too little/],
    [
      'promoted although it is worse',
      { state: 'compared', comparison: { outcome: 'worse', sentence: 'Worse.' } },
      events.promote,
      /is worse/,
    ],
  ])('is not %s', (_what, differing, event, because) => {
    const result = takeTrialStep({ ...planned('prp_0123456789ab', terms), ...differing }, event);
    expect(result.ok ? 'was allowed' : result.because).toMatch(because);
  });

  it('never ends, and is never promoted, without a comparison, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 40 }), (sequence) => {
        let trial = planned('prp_0123456789ab', terms);
        let isCompared = false;
        for (const name of sequence) {
          const result = takeTrialStep(trial, events[name]);
          if (!result.ok) continue;
          if (name === 'compared') isCompared = true;
          if (name === 'promote') expect(isCompared).toBe(true);
          expect(result.trial.revision).toBe(trial.revision + 1);
          trial = result.trial;
        }
        if (trial.state === 'aborted') expect(listRemains(trial.remains)).toEqual([]);
      }),
    );
  });
});
