import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeProof } from '../../src/remediation/judge-proof.js';
import { planRollbackTest } from '../../src/remediation/judge-rollback.js';
import type { ProofSamples } from '../../src/remediation/proof-samples.js';
import type { Change, Forecast, ProofResult } from '../../src/remediation/proposal.js';
import { planSuccessTest, proofWindow } from '../../src/remediation/success-test.js';
import { requestsToShow, wilsonInterval } from '../../src/remediation/wilson.js';
import { aBag, aBehaviour, aDistribution, anOrigin, someLogs, someMetrics, unavailable } from '../builders/evidence.js';
import { proposal } from '../builders/proposal.js';

const policy = { proofWindowMinutes: 15 };
const change: Change = {
  target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' },
  field: 'read-timeout',
  before: 30,
  after: 60,
};
const forecast: Forecast = { stance: 'supports', sentences: ['x.'], touched: { count: 400, of: 500 } };
const distribution = aDistribution({
  origins: [anOrigin(), anOrigin({ id: 'web' })],
  behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
});
const base = someLogs({ requests: 60_000 });
const logs = {
  ...base,
  dimensions: {
    ...base.dimensions,
    behaviour: [
      { value: '/api/*', requests: 20_000, failures: 100 },
      { value: '*', requests: 40_000, failures: 10 },
    ],
  },
  serverErrorDurations: [
    { behaviour: '/api/*', status: '504', detailedResult: 'OriginCommError', tenthsOfSecond: 300, count: 400 },
    { behaviour: '/api/*', status: '503', detailedResult: 'OriginError', tenthsOfSecond: 1, count: 7 },
    { behaviour: '*', status: '504', detailedResult: 'OriginCommError', tenthsOfSecond: 300, count: 10 },
  ],
} as const;

describe('the success test', () => {
  it('counts the behaviours of the origin, and watches the others', () => {
    const test = planSuccessTest(change, aBag({ distribution, logs }), forecast, policy);
    expect(test).toMatchObject({
      source: 'access-logs',
      statuses: [502, 504],
      behaviours: ['/api/*'],
      controlBehaviours: ['*'],
      controlBefore: { requests: 40_000, failures: 20 },
      before: { requests: 20_000, failures: 500 },
      startsAfterSeconds: 10,
      windowMinutes: 15,
    });
    // Four fifths of 2.5 % are touched: half-way there is 1.5 %.
    expect(test.maxShare).toBeCloseTo(0.015, 6);
    expect(test.sentence).toMatch(
      /^Passed if fewer than 1\.5 % of the requests for “\/api\/\*” end in 502 or 504, by the access logs of 15 minutes \(before: 500 of 20,000 requests, 2\.5 %\)\. Counting begins 10 s after the deployment.*“\*” must not get worse \(before: 20 of 40,000 requests\)\.$/,
    );
  });

  it('starts after the longest time that such an error is kept', () => {
    const kept = {
      ...distribution,
      customErrorResponses: [{ errorCode: 504, responseCode: null, cachingMinTtlSeconds: 300 }],
    };
    const test = planSuccessTest(change, aBag({ distribution: kept, logs }), forecast, policy);
    expect(proofWindow(test, '2026-11-22T22:00:00.000Z')).toEqual({
      from: '2026-11-22T22:05:00.000Z',
      to: '2026-11-22T22:20:00.000Z',
    });
  });

  it('says where errors are kept for longer than it waits, and starts on a whole minute', () => {
    const kept = {
      ...distribution,
      customErrorResponses: [{ errorCode: 504, responseCode: null, cachingMinTtlSeconds: 86_400 }],
    };
    const test = planSuccessTest(change, aBag({ distribution: kept, logs }), forecast, policy);
    expect(test).toMatchObject({ startsAfterSeconds: 3_600, cachedForSeconds: 86_400 });
    expect(test.sentence).toContain(
      'Counting begins 3,600 s after the deployment. CloudFront keeps errors for 86,400 s here, which is not waited for: old ones may be counted.',
    );
    expect(proofWindow(test, '2026-11-22T22:00:01.000Z').from).toBe('2026-11-22T23:01:00.000Z');
  });

  it('does not promise to watch paths of which nothing was counted', () => {
    const own = { ...logs, dimensions: { ...logs.dimensions, behaviour: logs.dimensions.behaviour.slice(0, 1) } };
    const test = planSuccessTest(change, aBag({ distribution, logs: { ...own, byBehaviour: [] } }), forecast, policy);
    expect(test.controlBefore).toBeNull();
    expect(test.sentence).toMatch(/Whether “\*” gets worse cannot be judged: nothing was counted there before\.$/);
  });

  it('takes the whole distribution where the logs do not tell 504s of a behaviour apart', () => {
    const { serverErrorDurations: _, ...older } = logs;
    const counted = {
      ...older,
      byStatus: [
        { status: '502', count: 110 },
        { status: '504', count: 410 },
      ],
    };
    expect(planSuccessTest(change, aBag({ distribution, logs: counted }), forecast, policy)).toMatchObject({
      behaviours: [],
      controlBehaviours: [],
      before: { requests: 60_000, failures: 520 },
    });
  });

  it('takes CloudWatch where there are no logs', () => {
    const metrics = someMetrics({
      estimated502: 20,
      additional: { estimated503: 0, estimated504: 80, cacheHitRate: null, originLatencyMs: null },
    });
    const test = planSuccessTest(change, aBag({ distribution, logs: unavailable(), metrics }), forecast, policy);
    expect(test).toMatchObject({
      source: 'cloudfront-metrics',
      behaviours: [],
      before: { requests: 10_000, failures: 100 },
    });
  });

  it('looks longer where there are few requests, and not for ever', () => {
    const quiet = {
      ...logs,
      dimensions: { ...logs.dimensions, behaviour: [{ value: '/api/*', requests: 600, failures: 15 }] },
      serverErrorDurations: [],
    };
    const test = planSuccessTest(
      { ...change, field: 'keep-alive-timeout', before: 5, after: 3 },
      aBag({ distribution, logs: quiet }),
      { ...forecast, touched: null },
      policy,
    );
    expect(test.windowMinutes).toBeGreaterThan(15);
    expect(test.windowMinutes).toBeLessThanOrEqual(120);
    expect(test.minRequests).toBeGreaterThanOrEqual(requestsToShow(test.maxShare));

    // They came in half of the time.
    const hours = quiet.hours.map((hour, index) => (index === 0 ? { ...hour, partRead: 0 } : hour));
    const stopped = planSuccessTest(
      { ...change, field: 'keep-alive-timeout', before: 5, after: 3 },
      aBag({ distribution, logs: { ...quiet, hours } }),
      { ...forecast, touched: null },
      policy,
    );
    expect(stopped.windowMinutes).toBe(Math.max(15, Math.ceil(test.windowMinutes / 2)));

    // A sample, of which a full hour is read to a lesser part than one with few objects: there were thirty times as many.
    const busy = {
      ...quiet,
      dimensions: { ...quiet.dimensions, behaviour: [{ value: '/api/*', requests: 60, failures: 2 }] },
    };
    const sampled = quiet.hours.map((hour, index) =>
      index === 0 ? { ...hour, objects: 87, partRead: 1 / 87 } : { ...hour, objects: 3, partRead: 2 / 3 },
    );
    const windowOf = (counted: typeof quiet) =>
      planSuccessTest(
        { ...change, field: 'keep-alive-timeout', before: 5, after: 3 },
        aBag({ distribution, logs: counted }),
        { ...forecast, touched: null },
        policy,
      ).windowMinutes;
    expect(windowOf(busy)).toBe(120);
    expect(windowOf({ ...busy, hours: sampled })).toBeLessThan(60);
  });

  it('asks for a sound service where nothing is known', () => {
    expect(planSuccessTest(change, null, forecast, policy)).toMatchObject({
      before: { requests: 0, failures: 0 },
      maxShare: 0.01,
      sentence: expect.stringContaining('nothing was counted before'),
    });
  });
});

describe('the proof', () => {
  const test = planSuccessTest(change, aBag({ distribution, logs }), forecast, policy);
  const window = { from: '2026-11-22T22:00:10.000Z', to: '2026-11-22T22:15:10.000Z' };
  const samples: ProofSamples = {
    after: { requests: 5_000, failures: 20 },
    control: { requests: 10_000, failures: 3 },
    window,
    newestRow: '2026-11-22T22:14:00.000Z',
    coverage: { logged: 15_000, counted: 15_100, newestPoint: '2026-11-22T22:15:00.000Z', isSample: false },
    live: { state: 'ours', value: '60 s' },
  };
  const judge = (differing: Partial<ProofSamples>, isLastTry = false) =>
    judgeProof(test, { ...samples, ...differing }, isLastTry);

  it('is verified where the whole interval is below', () => {
    const judged = judge({});
    expect(judged).toMatchObject({ state: 'judged', proof: { outcome: 'verified', before: test.before, window } });
    if (judged.state !== 'judged') return;
    expect(judged.proof.sentences[0]).toMatch(
      /^Verified: 502s and 504s went from 500 of 20,000 \(2\.5 %\) to 20 of 5,000 \(0\.4 %\) \(95 %: 0\.3 % to 0\.6 %\); below 1\.5 % was asked for\.$/,
    );
  });

  it.each<[string, Partial<ProofSamples>, RegExp]>([
    [
      'the share is as before',
      { after: { requests: 5_000, failures: 125 } },
      /Not verified:.*did not do what it was for/,
    ],
    ['the share is worse', { after: { requests: 5_000, failures: 250 } }, /more failures than before: roll it back/],
    ['chance is left', { after: { requests: 300, failures: 4 } }, /leave room for chance/],
    ['the others got worse', { control: { requests: 10_000, failures: 200 } }, /other origins got worse/],
  ])('is not verified where %s', (_what, differing, sentence) => {
    const judged = judge(differing);
    expect(judged).toMatchObject({ state: 'judged', proof: { outcome: 'not-verified' } });
    expect(judged.state === 'judged' ? judged.proof.sentences.join(' ') : '').toMatch(sentence);
  });

  it.each<[string, Partial<ProofSamples>, RegExp]>([
    ['no row has come', { newestRow: null, after: { requests: 0, failures: 0 } }, /No log row of after the deployment/],
    ['the end of the window is not there', { newestRow: '2026-11-22T22:09:00.000Z' }, /newest log row is of 22:09 UTC/],
    [
      'the logs hold a sliver',
      { coverage: { logged: 9_000, counted: 15_000, newestPoint: '2026-11-22T22:15:00.000Z', isSample: false } },
      /hold 9,000 of the 15,000 requests that CloudWatch counted \(60 %\); at least 90 % are needed \(logs are late\)/,
    ],
    [
      'CloudWatch is later than the logs',
      { coverage: { logged: 9_000, counted: 9_000, newestPoint: '2026-11-22T22:09:00.000Z', isSample: false } },
      /CloudWatch has counted requests until 22:09 UTC only/,
    ],
    ['CloudWatch cannot be read', { coverage: null }, /cannot be read from CloudWatch/],
    ['the live value cannot be read', { live: { state: 'unread', because: 'No.' } }, /^.*No\.$/],
    ['there are too few requests', { after: { requests: 40, failures: 0 } }, /40 requests .* are needed/],
  ])('waits where %s, and says so in the end', (_what, differing, because) => {
    const waiting = judge(differing);
    expect(waiting).toMatchObject({ state: 'wait', because: expect.stringMatching(because) });
    const last = judge(differing, true);
    expect(last).toMatchObject({ state: 'judged', proof: { outcome: 'not-verified' } });
    expect(last.state === 'judged' ? last.proof.sentences.join(' ') : '').toMatch(because);
  });

  it('is not verified on the last try without requests', () => {
    expect(judge({ newestRow: null, after: { requests: 0, failures: 0 } }, true)).toMatchObject({
      proof: {
        outcome: 'not-verified',
        interval: null,
        sentences: [expect.stringMatching(/for lack of requests/), expect.anything()],
      },
    });
  });
});

describe('the live value', () => {
  const test = planSuccessTest(change, aBag({ distribution, logs }), forecast, policy);
  const samples: ProofSamples = {
    after: { requests: 5_000, failures: 20 },
    control: { requests: 10_000, failures: 3 },
    window: { from: '2026-11-22T22:01:00.000Z', to: '2026-11-22T22:16:00.000Z' },
    newestRow: '2026-11-22T22:15:00.000Z',
    coverage: { logged: 15_000, counted: 15_000, newestPoint: '2026-11-22T22:16:00.000Z', isSample: false },
    live: { state: 'ours', value: '60 s' },
  };

  it('that is no longer ours is never verified, and nobody waits for its logs', () => {
    const live = { state: 'not-ours', because: 'The live value is 30 s and no longer 60 s.' } as const;
    for (const newestRow of [samples.newestRow, null]) {
      const judged = judgeProof(test, { ...samples, newestRow, live }, false);
      expect(judged).toMatchObject({
        proof: {
          outcome: 'not-verified',
          sentences: [
            'Not verified: The live value is 30 s and no longer 60 s.',
            expect.stringMatching(/^Not figures/),
          ],
        },
      });
    }
  });

  it('beside which something else was changed caps the word', () => {
    const beside = {
      state: 'ours-beside-others',
      value: '60 s',
      note: 'other settings were changed since (Comment)',
    } as const;
    expect(judgeProof(test, { ...samples, live: beside }, false)).toMatchObject({
      proof: {
        outcome: 'verified',
        sentences: [
          expect.stringMatching(/^Verified, though other settings were changed since \(Comment\): /),
          'The logs hold 15,000 of the 15,000 requests that CloudWatch counted (100 %).',
        ],
      },
    });
    const unclear = { state: 'unclear', value: '60 s', because: 'Origins were changed since as well.' } as const;
    expect(judgeProof(test, { ...samples, live: unclear }, false)).toMatchObject({
      proof: { outcome: 'not-verified', sentences: expect.arrayContaining(['Origins were changed since as well.']) },
    });
  });

  it.each([[null], [{ requests: 0, failures: 0 }]])(
    'does not hide that other paths were not judged (%o)',
    (control) => {
      const judged = judgeProof(test, { ...samples, control }, false);
      const sentences = judged.state === 'judged' ? judged.proof.sentences.join(' ') : '';
      expect(sentences).toMatch(/^Verified, but not for other paths: .*Whether “\*” got worse is not known/);
    },
  );
});

describe('a roll-back', () => {
  const test = planSuccessTest(change, aBag({ distribution, logs }), forecast, policy);
  const proof: ProofResult = {
    outcome: 'not-verified',
    before: test.before,
    after: { requests: 600, failures: 90 },
    interval: null,
    control: null,
    window: { from: '2026-11-22T22:01:00.000Z', to: '2026-11-22T22:16:00.000Z' },
    sentences: ['x.'],
  };
  const back = planRollbackTest(proposal({ change, successTest: test, proof }));
  const samples: ProofSamples = {
    after: { requests: 600, failures: 80 },
    control: null,
    window: proof.window,
    newestRow: '2026-11-22T22:15:00.000Z',
    coverage: { logged: 1_000, counted: 1_000, newestPoint: '2026-11-22T22:16:00.000Z', isSample: false },
    live: { state: 'ours', value: '30 s' },
  };
  const judge = (differing: Partial<ProofSamples>, isLastTry = false): string => {
    const judged = judgeProof(back, { ...samples, ...differing }, isLastTry);
    return judged.state === 'wait' ? 'wait' : `${judged.proof.outcome}: ${judged.proof.sentences.join(' ')}`;
  };

  it('is asked for the old value and for no more failures, not for a cure', () => {
    expect(back.sentence).toMatch(
      /^The live value must be 30 s again\. .* must be no worse than with the change in force \(90 of 600 requests, 15 %\), over at least 100 requests\.$/,
    );
    expect(judge({})).toMatch(
      /^verified: Roll-back verified: the value is 30 s again; failures are no worse than with the change in force: .* from 90 of 600 \(15 %\) to 80 of 600/,
    );
  });

  it.each<[string, Partial<ProofSamples>, RegExp]>([
    [
      'failures are more',
      { after: { requests: 600, failures: 200 } },
      /^not-verified: .*more failures than with the change/,
    ],
    ['the value has moved', { live: { state: 'not-ours', because: 'It is 5 s.' } }, /^not-verified: .*It is 5 s\./],
    [
      'other settings bear on it',
      { live: { state: 'unclear', value: '30 s', because: 'Who knows.' } },
      /^not-verified: .*Who knows\./,
    ],
    [
      'nothing has arrived',
      { newestRow: null, after: { requests: 0, failures: 0 } },
      /^not-verified: .*The value is 30 s again\. No log row/,
    ],
  ])('is not verified where %s, and never says to roll it back', (_what, differing, told) => {
    expect(judge(differing, true)).toMatch(told);
    expect(judge(differing, true)).not.toMatch(/roll it back/);
  });

  it('is compared with what was before the change where that has no figures of its own', () => {
    const early = planRollbackTest(proposal({ change, successTest: test, proof: null }));
    expect(early).toMatchObject({ rollback: { comparedWith: 'before-change' }, before: test.before });
    const nothing = { ...test, before: { requests: 0, failures: 0 } };
    const blind = planRollbackTest(proposal({ change, successTest: nothing, proof: null }));
    expect(blind.sentence).toContain('is shown but not judged, since nothing was counted before');
  });
});

describe('the interval', () => {
  it.each([
    [{ requests: 100, failures: 0 }, 0, 0.037],
    [{ requests: 10, failures: 5 }, 0.2366, 0.7634],
    [{ requests: 1_000, failures: 20 }, 0.013, 0.0307],
    [{ requests: 5, failures: 5 }, 0.5655, 1],
  ])('of %o', (sample, low, high) => {
    expect(wilsonInterval(sample)?.low).toBeCloseTo(low, 4);
    expect(wilsonInterval(sample)?.high).toBeCloseTo(high, 4);
  });

  it('is none without requests', () => expect(wilsonInterval({ requests: 0, failures: 0 })).toBeNull());

  it('holds the share, and shows it below a bound with as many sound requests as are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (requests, part) => {
        const failures = Math.round(requests * part);
        const { low, high } = wilsonInterval({ requests, failures }) ?? { low: 2, high: -1 };
        expect(low).toBeLessThanOrEqual(failures / requests + 1e-12);
        expect(high).toBeGreaterThanOrEqual(failures / requests - 1e-12);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 0.99, noNaN: true }), (share) => {
        expect(wilsonInterval({ requests: requestsToShow(share), failures: 0 })?.high).toBeLessThan(share);
      }),
    );
  });
});
