import { describe, expect, it } from '@jest/globals';
import type { AccessLogEvidence, EvidenceBag, ServerErrorDuration } from '../../src/diagnosis/evidence.js';
import { forecastChange } from '../../src/remediation/forecast.js';
import type { Change, ChangeField, ChangeValue, Forecast } from '../../src/remediation/proposal.js';
import {
  aBag,
  aBalancer,
  aCell,
  aConnection,
  aDeadAddress,
  aDistribution,
  aHeldConnection,
  aLab,
  anAddress,
  anOrigin,
  aProbe,
  blindVantage,
  collected,
  someLogs,
  someMetrics,
  someTraffic,
  unavailable,
} from '../builders/evidence.js';

function aWish(field: ChangeField, before: ChangeValue, after: ChangeValue): Change {
  return { target: { kind: 'origin', distributionId: 'E1A2B3C4D5E6F7', originId: 'api' }, field, before, after };
}
function aDuration(
  count: number,
  seconds: number,
  detailedResult = 'OriginCommError',
  status: ServerErrorDuration['status'] = '504',
): ServerErrorDuration {
  return { behaviour: '*', status, detailedResult, tenthsOfSecond: Math.floor(seconds * 10), count };
}
const timed = (...durations: readonly ServerErrorDuration[]): AccessLogEvidence => ({
  ...someLogs({ requests: 10_000 }),
  serverErrorDurations: durations,
});
const said = ({ sentences }: Forecast): string => sentences.join(' ');

/** 412 sat at 30 s, 118 failed in the handshake. */
const incident = timed(aDuration(400, 30.04), aDuration(12, 90.9), aDuration(118, 0.2, 'OriginConnectError', '502'));
/** 5 s × 3 of connecting take no read time-out's time. */
const quickConnect = aDistribution({ origins: [anOrigin({ connectionTimeoutSeconds: 5 })] });
const longer = aWish('read-timeout', 30, 45);

describe('a longer read time-out', () => {
  it('would have touched what sat at the limit, and nothing else', () => {
    const forecast = forecastChange(longer, aBag({ distribution: quickConnect, logs: incident }));
    expect(forecast).toMatchObject({ stance: 'supports', touched: { count: 412, of: 530 } });
    expect(forecast.sentences[0]).toBe(
      '412 of 530 failures sat at 30 s or a multiple of it (412 504s) and would have had 15 more seconds.',
    );
    expect(forecast.sentences[1]).toBe('118 failed to connect (TCP or TLS): they would still fail.');
  });

  it.each<[string, EvidenceBag, Forecast['stance'], RegExp]>([
    [
      'for failures of TLS and DNS',
      aBag({
        distribution: quickConnect,
        logs: timed(aDuration(300, 0.2, 'OriginConnectError', '502'), aDuration(200, 0.1, 'OriginDnsError', '502')),
      }),
      'against',
      /None of 500 failures ended at 30 s.*300 failed to connect \(TCP or TLS\) and 200 failed to resolve the name: they would still fail/,
    ],
    [
      'for TLS failures that happen to take as long',
      aBag({ distribution: quickConnect, logs: timed(aDuration(300, 30.1, 'OriginConnectError')) }),
      'against',
      /None of 300/,
    ],
    [
      'for an answer of the origin itself at that time',
      aBag({ distribution: quickConnect, logs: timed(aDuration(300, 30.1, 'OriginError')) }),
      'against',
      /origin’s own answer/,
    ],
    [
      'without any failure',
      aBag({ distribution: quickConnect, logs: timed() }),
      'against',
      /nothing that a longer wait would cure/,
    ],
    [
      'for too few to ask for it',
      aBag({ distribution: quickConnect, logs: timed(aDuration(3, 30.1), aDuration(500, 0.1)) }),
      'unknown',
      /3 of 503 failures sat at 30 s/,
    ],
    [
      'behind a balancer that gives up sooner',
      aBag({ distribution: quickConnect, logs: incident, balancers: [aBalancer({ idleTimeoutSeconds: 30 })] }),
      'against',
      /gives up after 30 s and answers 504 itself/,
    ],
    [
      'where connecting takes as long and times out from here',
      aBag({ logs: incident, probes: [aProbe({ addresses: [aDeadAddress('timed-out')] })] }),
      'unknown',
      /3 attempts of 10 s to connect would take as long, and connecting timed out from here as well/,
    ],
    [
      'where connecting takes as long and is quick from here',
      aBag({ logs: incident }),
      'supports',
      /from here it connects at once/,
    ],
    [
      'where connecting takes as long and could not be seen',
      aBag({ logs: incident, probes: [aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] })] }),
      'supports',
      /could not be told apart/,
    ],
    [
      'with answers that are slower still',
      aBag({
        distribution: quickConnect,
        logs: incident,
        metrics: someMetrics({
          additional: {
            estimated503: 0,
            estimated504: 412,
            cacheHitRate: null,
            originLatencyMs: { p50: 1, p90: 2, p99: 3, worstP99: 52_000 },
          },
        }),
      }),
      'supports',
      /52 s in the worst period \(99th percentile\), which is past 45 s too/,
    ],
    [
      'with earlier evidence and no 504',
      aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }) }),
      'against',
      /No 504 was counted.*longest of the 50 502s took 0\.5 s/,
    ],
    [
      'with earlier evidence and 504s',
      aBag({ logs: someLogs({ byStatus: [{ status: '504', count: 412 }] }) }),
      'unknown',
      /412 504s of the whole distribution.*does not say/,
    ],
    [
      'with earlier evidence and 502s that waited',
      aBag({
        logs: someLogs({
          cells: [aCell({ count: 50 })],
          failureTimeTakenSeconds: { p50: 30, p90: 30, p99: 30, max: 30.1 },
        }),
      }),
      'unknown',
      /longest of the 502s took 30\.1 s/,
    ],
    [
      'without logs or metrics that tell 504s apart',
      aBag({ logs: unavailable(), metrics: unavailable() }),
      'unknown',
      /Neither logs nor metrics.*access logs could not be read/,
    ],
    [
      'without logs, no 504 by CloudWatch',
      aBag({
        logs: unavailable(),
        metrics: someMetrics({
          additional: { estimated503: 0, estimated504: 0, cacheHitRate: null, originLatencyMs: null },
        }),
      }),
      'against',
      /No 504 was counted/,
    ],
  ])('%s', (_what, bag, stance, sentence) => {
    const forecast = forecastChange(longer, bag);
    expect(said(forecast)).toMatch(sentence);
    expect(forecast.stance).toBe(stance);
  });

  it('is not known without evidence, or without the origin in it', () => {
    expect(forecastChange(longer, null)).toMatchObject({ stance: 'unknown', touched: null });
    expect(forecastChange(longer, aBag({ distribution: unavailable() })).stance).toBe('unknown');
    expect(forecastChange(longer, aBag({ distribution: aDistribution({ origins: [] }) })).stance).toBe('unknown');
  });

  it('does nothing for an origin without behaviours', () => {
    expect(
      forecastChange(longer, aBag({ distribution: aDistribution({ behaviours: [] }), logs: incident })).stance,
    ).toBe('against');
  });

  it('counts only the behaviours of the origin', () => {
    const elsewhere = timed({ ...aDuration(400, 30.04), behaviour: '/other/*' });
    expect(forecastChange(longer, aBag({ distribution: quickConnect, logs: elsewhere })).stance).toBe('against');
  });
});

const band = (value: string, requests: number): AccessLogEvidence => {
  const logs = timed();
  return {
    ...logs,
    dimensions: {
      ...logs.dimensions,
      'time-taken-band': [
        { value: 'under 0.1 s', requests: 9_000, failures: 0 },
        { value, requests, failures: 0 },
      ],
    },
  };
};

describe('a shorter wait', () => {
  it.each<[string, Change, AccessLogEvidence, Forecast['stance'], RegExp]>([
    [
      'cuts slow answers',
      aWish('read-timeout', 30, 10),
      band('10 to 29.5 s', 40),
      'against',
      /Up to 40 answers took longer than 10 s/,
    ],
    ['cuts nothing', aWish('read-timeout', 60, 40), band('10 to 29.5 s', 40), 'against', /cures nothing by itself/],
    ['cannot be judged without bands', aWish('read-timeout', 30, 10), timed(), 'unknown', /was not counted/],
    [
      'cuts whole requests',
      aWish('response-completion-timeout', null, 31),
      band('61 s and more', 4),
      'against',
      /Up to 4 requests took longer than 31 s/,
    ],
    [
      'cuts no request',
      aWish('response-completion-timeout', null, 90),
      band('10 to 29.5 s', 4),
      'against',
      /cures nothing by itself/,
    ],
  ])('%s', (_what, change, logs, stance, sentence) => {
    const forecast = forecastChange(change, aBag({ logs }));
    expect(forecast.stance).toBe(stance);
    expect(said(forecast)).toMatch(sentence);
  });
});

it.each<[string, Change, AccessLogEvidence, Forecast['stance'], RegExp]>([
  [
    'taken away where requests end at it',
    aWish('response-completion-timeout', 40, null),
    timed(aDuration(50, 40.2)),
    'supports',
    /50 of 50 failures sat at 40 s .* would have had no limit/,
  ],
  [
    'raised where none do',
    aWish('response-completion-timeout', 40, 60),
    timed(aDuration(50, 3)),
    'against',
    /None of 50/,
  ],
  [
    'raised with earlier evidence',
    aWish('response-completion-timeout', 40, 60),
    someLogs(),
    'unknown',
    /not in the evidence/,
  ],
])('a completion limit %s', (_what, change, logs, stance, sentence) => {
  const forecast = forecastChange(change, aBag({ logs }));
  expect(forecast.stance).toBe(stance);
  expect(said(forecast)).toMatch(sentence);
});

/** The logs of a race: 240 fast 502s, most of them POSTs, and fewer when it is busier. */
const load = (index: number): number => Math.round(250 + 200 * Math.sin(index / 6));
const raceCell = (method: string, count: number) =>
  aCell({ method, count, detailedResult: 'OriginReadError', underTenMs: count, underOneSecond: count });
const raceBase = someLogs({
  requests: 15_000,
  cells: [raceCell('POST', 220), raceCell('GET', 20)],
  byBehaviour: [
    someTraffic({
      minutes: (index) => ({
        requests: load(index),
        failures: 4,
        unrepeatable: Math.round(load(index) / 4),
        unrepeatableFailures: 4,
      }),
      repeatable: { requests: 11_250, failures: 20 },
      unrepeatable: { requests: 3_750, failures: 220 },
    }),
  ],
});
const raceLogs: AccessLogEvidence = {
  ...raceBase,
  dimensions: { ...raceBase.dimensions, path: [{ value: '/', requests: 15_000, failures: 240 }] },
};
function raceBag(idleMs: number | null, keepAlive: number, logs = raceLogs, balancer?: number): EvidenceBag {
  const held =
    idleMs === null
      ? [aHeldConnection({ idleMs: (keepAlive + 2) * 1000 })]
      : [aHeldConnection({ outcome: 'closed', idleMs })];
  const lab = aLab({ keepAliveTimeoutSeconds: keepAlive, holdMs: (keepAlive + 2) * 1000, held });
  const distribution = aDistribution({ origins: [anOrigin({ keepAliveTimeoutSeconds: keepAlive })] });
  const balancers = balancer === undefined ? [] : [aBalancer({ idleTimeoutSeconds: balancer })];
  return { ...aBag({ distribution, logs, balancers }), keepAliveLabs: { [aConnection().id]: collected(lab) } };
}

describe('CloudFront’s keep-alive', () => {
  it.each<[string, Change, EvidenceBag, Forecast['stance'], RegExp]>([
    [
      'lowered below the measured end of a race',
      aWish('keep-alive-timeout', 5, 3),
      raceBag(4_900, 5),
      'supports',
      /closes idle connections after 4\.9 s; with 3 s in place of 5 s CloudFront closes first\. 240 502s of 240 look like that race.*Raising the idle time-out of the origin/,
    ],
    ['lowered too little', aWish('keep-alive-timeout', 5, 4), raceBag(4_900, 5), 'against', /still race.*3 s or less/],
    [
      'lowered where nothing is low enough',
      aWish('keep-alive-timeout', 5, 1),
      raceBag(1_500, 5),
      'against',
      /No value is low enough/,
    ],
    [
      'lowered below the end, without the signs',
      aWish('keep-alive-timeout', 5, 3),
      raceBag(4_900, 5, someLogs()),
      'unknown',
      /do not look like a keep-alive race/,
    ],
    [
      'lowered where the end is not known',
      aWish('keep-alive-timeout', 5, 3),
      raceBag(null, 5),
      'unknown',
      /could not be measured/,
    ],
    [
      'lowered where nothing asks for it',
      aWish('keep-alive-timeout', 5, 3),
      raceBag(null, 5, someLogs()),
      'against',
      /only costs handshakes/,
    ],
    ['raised in a race', aWish('keep-alive-timeout', 5, 30), raceBag(4_900, 5), 'against', /more 502s, not fewer/],
    [
      'raised past an end that is later than today’s',
      aWish('keep-alive-timeout', 5, 30),
      raceBag(20_000, 5, someLogs()),
      'against',
      /after 20 s\. CloudFront would keep connections for 30 s/,
    ],
    [
      'raised past the balancer’s',
      aWish('keep-alive-timeout', 5, 60),
      raceBag(null, 5, someLogs(), 60),
      'against',
      /load balancer that closes idle connections after 60 s/,
    ],
    [
      'raised in what looks like a race',
      aWish('keep-alive-timeout', 5, 30),
      raceBag(null, 5),
      'against',
      /makes worse/,
    ],
    [
      'raised where nothing is known',
      aWish('keep-alive-timeout', 5, 30),
      raceBag(null, 5, someLogs()),
      'against',
      /cures no error/,
    ],
  ])('%s', (_what, change, bag, stance, sentence) => {
    const forecast = forecastChange(change, bag);
    expect(said(forecast)).toMatch(sentence);
    expect(forecast.stance).toBe(stance);
  });
});

describe('connecting', () => {
  const stuck = timed(aDuration(80, 30.2, 'OriginConnectError'), aDuration(20, 0.1, 'OriginDnsError', '502'));
  const mixed = aProbe({
    addresses: [
      anAddress({
        tcp: {
          outcome: 'connected',
          errorCode: null,
          elapsedMs: 8,
          attempts: [
            { outcome: 'connected', count: 2 },
            { outcome: 'refused', count: 1 },
          ],
        },
      }),
    ],
  });
  it.each<[string, Change, EvidenceBag, Forecast['stance'], RegExp]>([
    [
      'longer, where failures wait for it',
      aWish('connection-timeout', 8, 10),
      aBag({
        distribution: aDistribution({ origins: [anOrigin({ connectionTimeoutSeconds: 8 })] }),
        logs: timed(aDuration(80, 24.3, 'OriginConnectError')),
      }),
      'unknown',
      /80 of 80 failures sat at 24 s .* 6 more seconds.*seldom helps/,
    ],
    [
      'longer, where none does',
      aWish('connection-timeout', 8, 10),
      aBag({ logs: stuck }),
      'against',
      /3 attempts of 8 s are over/,
    ],
    [
      'shorter than it takes from here',
      aWish('connection-timeout', 10, 1),
      aBag({
        logs: stuck,
        probes: [
          aProbe({
            addresses: [anAddress({ tcp: { outcome: 'connected', errorCode: null, elapsedMs: 1_400, attempts: [] } })],
          }),
        ],
      }),
      'against',
      /given up/,
    ],
    [
      'shorter, for failures that only come sooner',
      aWish('connection-timeout', 10, 2),
      aBag({ logs: stuck }),
      'unknown',
      /80 failures at 30 s would have come 24 s sooner/,
    ],
    [
      'more often, where some attempts succeed',
      aWish('connection-attempts', 1, 3),
      aBag({ logs: stuck, probes: [mixed] }),
      'supports',
      /80 of 100 failures failed to connect and would have been tried 2 times more.*trying again helps/,
    ],
    [
      'more often, where all fail alike',
      aWish('connection-attempts', 1, 3),
      aBag({ logs: stuck, probes: [aProbe({ addresses: [aDeadAddress('refused')] })] }),
      'unknown',
      /fails every time fails again/,
    ],
    [
      'more often, where nothing fails to connect',
      aWish('connection-attempts', 1, 3),
      aBag({ logs: timed(aDuration(20, 30)) }),
      'against',
      /None of 20 failures was of connecting/,
    ],
    [
      'less often',
      aWish('connection-attempts', 3, 1),
      aBag({ logs: stuck }),
      'unknown',
      /from 30 s to 10 s.*there may be more errors/,
    ],
  ])('%s', (_what, change, bag, stance, sentence) => {
    const forecast = forecastChange(change, bag);
    expect(said(forecast)).toMatch(sentence);
    expect(forecast.stance).toBe(stance);
  });
});

describe('the balancer’s idle time-out', () => {
  const { arn, region, name } = aBalancer();
  const wish = (before: number, after: number): Change => ({
    target: { kind: 'balancer', distributionId: 'E1A2B3C4D5E6F7', arn, region, name },
    field: 'balancer-idle-timeout',
    before,
    after,
  });
  const made = (elb504: number) => {
    const { metrics, ...rest } = aBalancer();
    return { ...rest, metrics: metrics === null ? null : { ...metrics, elb504 } };
  };
  const at60 = timed(aDuration(90, 60.1, 'OriginError'), aDuration(10, 0.1, 'OriginConnectError', '502'));
  it.each<[string, Change, EvidenceBag, Forecast['stance'], RegExp]>([
    [
      'longer, where it made 504s',
      wish(60, 90),
      aBag({ logs: at60, balancers: [made(90)] }),
      'supports',
      /90 of 100 failures sat at 60 s .* 30 more seconds.*CloudFront gives up after 30 s/,
    ],
    ['longer, where it made none', wish(60, 90), aBag({ logs: at60, balancers: [made(0)] }), 'against', /None of 100/],
    [
      'longer than CloudFront keeps, in a race',
      wish(5, 65),
      raceBag(null, 5, raceLogs, 5),
      'supports',
      /closes idle connections after 5 s and CloudFront keeps them for 5 s; with 65 s CloudFront closes first\. 240 502s/,
    ],
    [
      'longer than CloudFront keeps, without signs',
      wish(5, 65),
      raceBag(null, 5, someLogs(), 5),
      'unknown',
      /do not look like/,
    ],
    [
      'shorter than CloudFront keeps',
      wish(60, 5),
      aBag({ balancers: [aBalancer()] }),
      'against',
      /would close them first/,
    ],
    [
      'shorter than answers take',
      wish(60, 10),
      aBag({ logs: band('10 to 29.5 s', 12), balancers: [aBalancer()] }),
      'against',
      /12 answers took longer than 10 s/,
    ],
    ['of a balancer that was not seen', wish(60, 90), aBag(), 'unknown', /did not see/],
  ])('%s', (_what, change, bag, stance, sentence) => {
    const forecast = forecastChange(change, bag);
    expect(said(forecast)).toMatch(sentence);
    expect(forecast.stance).toBe(stance);
  });
});

it('says what its counts are of', () => {
  expect(said(forecastChange(longer, { ...aBag({ logs: incident }), pathPattern: '/api/*' }))).toMatch(
    /The counts are of 09:15 to 10:15 UTC on 2026-11-20, and only of the path/,
  );
});
