/** From evidence to verdict with the real checks: outcome, headline, ranking, what is left over, and what would settle it. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import type { Check } from '../../src/diagnosis/check.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EdgeFunctionAssociation, EvidenceBag } from '../../src/diagnosis/evidence.js';
import type { Verdict } from '../../src/diagnosis/verdict.js';
import {
  aBag,
  aBalancer,
  aBehaviour,
  aCell,
  aCertificate,
  aConnection,
  aDeadAddress,
  aDistribution,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  aResolution,
  aTls,
  blindVantage,
  misleadingVantage,
  now,
  someLogs,
  someMetrics,
  unavailable,
} from '../builders/evidence.js';

const conclude = (bag: EvidenceBag, list: readonly Check[] = checks): Verdict =>
  concludeVerdict(bag, evaluateEvidence(list, bag, now), now);

const expiredTls = aTls({
  chain: [aCertificate({ validTo: '2026-11-20T00:00:00.000Z' })],
  trustProblems: ['expired'],
});
const expired = (connection = aConnection()) => aProbe({ connection, addresses: [anAddress({ tls: expiredTls })] });
const noLogs = unavailable({ message: 'Standard logging is off.', remedy: 'Turn on standard logging.' });
const noMetrics = unavailable({ remedy: 'Allow cloudwatch:GetMetricData.' });

describe('a cause', () => {
  it('is proven where it was seen and logged 502s fit; what remains is counted', () => {
    const logs = someLogs({
      cells: [aCell({ count: 412 }), aCell({ detailedResult: 'OriginReadError', count: 118 })],
    });
    const verdict = conclude(aBag({ logs, probes: [expired()] }));
    expect(verdict).toMatchObject({
      outcome: 'cause-found',
      layer: 'cloudfront-to-origin',
      headline:
        'The certificate that origin.example.com presents expired on 2026-11-20, so CloudFront answers 502: explains 412 of 530.',
      failures: { count: 530, requests: 10_000, source: 'access-logs' },
      causes: [
        {
          checkId: 'expired-certificate',
          strength: 'proven',
          explained: { count: 412, of: 530 },
          cappedBecause: null,
          originId: 'api',
        },
      ],
      alsoSeen: [],
      unexplained: 118,
      nextTest: expect.stringContaining('118 are OriginReadError on behaviour *'),
    });
  });

  it('is no more than supported without rows, though CloudWatch counts 502s', () => {
    const metrics = someMetrics({ estimated502: 120.4, estimated5xx: 130 });
    const verdict = conclude(aBag({ logs: noLogs, metrics, probes: [expired()] }));
    expect(verdict).toMatchObject({
      outcome: 'cause-found',
      headline: expect.stringMatching(
        /^Most likely the certificate .* expired on 2026-11-20: about 120 502s by CloudWatch, none seen row by row\.$/,
      ),
      causes: [{ strength: 'supported', explained: null, cappedBecause: expect.stringContaining('CloudWatch') }],
      unexplained: null,
    });
  });

  it('is no more than supported where nothing counts 502s', () => {
    const verdict = conclude(aBag({ logs: noLogs, metrics: noMetrics, probes: [expired()] }));
    expect(verdict).toMatchObject({
      outcome: 'cause-found',
      failures: null,
      headline: expect.stringContaining('could not be counted'),
      causes: [{ strength: 'supported' }],
    });
  });

  it('is said to be coming where it is not certain yet that there were none', () => {
    const logs = someLogs({ newestRow: '2026-11-20T09:30:00.000Z' });
    const tls = { ...expiredTls, chain: [aCertificate({ validTo: '2026-11-20T09:40:00.000Z' })] };
    const probe = aProbe({ addresses: [anAddress({ tls })] });
    expect(conclude(aBag({ logs, metrics: noMetrics, probes: [probe] }))).toMatchObject({
      outcome: 'cause-found',
      headline: expect.stringMatching(/^No 502s counted yet, but requests will fail: the certificate/),
      causes: [{ strength: 'supported', explained: null }],
      unexplained: 0,
    });
  });

  it('of 502s that a custom error response hides fails now', () => {
    const customErrorResponses = [{ errorCode: 502, responseCode: 200, cachingMinTtlSeconds: 10 }];
    const distribution = aDistribution({ customErrorResponses });
    const logs = someLogs({ hiddenOriginErrors: 1_412 });
    expect(conclude(aBag({ distribution, logs, probes: [expired()] }))).toMatchObject({
      outcome: 'cause-found',
      headline:
        'Most likely the certificate that origin.example.com presents expired on 2026-11-20: 1,412 origin errors logged under another status.',
    });
  });

  it('is never found as proven from a misleading vantage', () => {
    const probe = { ...expired(), vantage: misleadingVantage };
    expect(conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }), probes: [probe] })).causes).toMatchObject(
      [{ strength: 'supported', cappedBecause: expect.stringContaining('client certificate') }],
    );
  });

  it('that is merely possible is the lead of an inconclusive verdict', () => {
    const probe = { ...expired(), vantage: misleadingVantage };
    expect(conclude(aBag({ logs: noLogs, metrics: noMetrics, probes: [probe] }))).toMatchObject({
      outcome: 'inconclusive',
      layer: null,
      headline: expect.stringContaining('strongest lead: expired certificate'),
      causes: [{ strength: 'possible' }],
      nextTest: expect.stringContaining('Settle whether it is this'),
    });
  });
});

describe('the same cause in several places', () => {
  const forwarded = ['www.example.com', 'shop.example.com'].map((host) => aConnection({ host }));
  const distribution = aDistribution({ aliases: ['www.example.com', 'shop.example.com'], connections: forwarded });
  const cells = [aCell({ count: 100 })];

  it('is one cause with all citations', () => {
    const verdict = conclude(aBag({ distribution, logs: someLogs({ cells }), probes: forwarded.map(expired) }));
    expect(verdict.causes).toHaveLength(1);
    expect(verdict.causes[0]).toMatchObject({
      claim: expect.stringMatching(
        /for www\.example\.com expired .* \(and likewise over api\/https\/shop\.example\.com\)$/,
      ),
      connectionId: null,
      explained: { count: 100, of: 100 },
      explains: { hosts: ['www.example.com', 'shop.example.com'] },
    });
    expect(verdict.causes[0]?.citations.map(({ ref }) => ref)).toEqual([
      'api/https/www.example.com at 192.0.2.10:443',
      'api/https/shop.example.com at 192.0.2.10:443',
    ]);
  });

  it('explains the 502s of the one host that it concerns', () => {
    const base = someLogs({ cells });
    const logs = someLogs({
      cells,
      dimensions: {
        ...base.dimensions,
        host: [
          { value: 'www.example.com', requests: 5_000, failures: 30 },
          { value: 'shop.example.com', requests: 5_000, failures: 70 },
        ],
      },
    });
    const [www = aConnection(), shop = aConnection()] = forwarded;
    const verdict = conclude(aBag({ distribution, logs, probes: [aProbe({ connection: www }), expired(shop)] }));
    expect(verdict).toMatchObject({ causes: [{ explained: { count: 70, of: 100 } }], unexplained: 30 });
  });

  it('stays two causes at two origins', () => {
    const connections = [aConnection(), aConnection({ originId: 'web', domainName: 'web.example.com' })];
    const verdict = conclude(
      aBag({
        distribution: aDistribution({ origins: [anOrigin(), anOrigin({ id: 'web' })], connections }),
        logs: someLogs({ cells }),
        probes: connections.map(expired),
      }),
    );
    expect(verdict.causes.map(({ originId }) => originId)).toEqual(['api', 'web']);
  });
});

describe('several causes', () => {
  const api = aConnection({ behaviours: ['/api/*'] });
  const web = aConnection({ originId: 'web', domainName: 'web.example.com', behaviours: ['*'] });
  const distribution = aDistribution({
    origins: [anOrigin(), anOrigin({ id: 'web', domainName: 'web.example.com' })],
    behaviours: [aBehaviour({ pathPattern: '/api/*' }), aBehaviour({ targetId: 'web' })],
    connections: [api, web],
  });
  const refused = aProbe({ connection: web, addresses: [aDeadAddress('refused')] });

  it('are ranked by how much they explain, and the union is what they explain together', () => {
    const logs = someLogs({
      cells: [
        aCell({ behaviour: '/api/*', count: 60 }),
        aCell({ count: 300 }),
        aCell({ detailedResult: 'OriginReadError', count: 40 }),
      ],
    });
    const verdict = conclude(aBag({ distribution, logs, probes: [expired(api), refused] }));
    expect(verdict.causes.map(({ checkId, explained }) => [checkId, explained?.count])).toEqual([
      ['refused-connection', 300],
      ['expired-certificate', 60],
    ]);
    expect(verdict.unexplained).toBe(40);
    expect(verdict.headline).toContain(': explains 300; with 1 more cause, 360 of 400.');
  });

  it('that explain the same rows count them once', () => {
    const both = aProbe({
      addresses: [
        anAddress({ tls: { ...expiredTls, trustProblems: ['expired', 'incomplete-chain'], missingIssuer: 'CN=X' } }),
      ],
    });
    const verdict = conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }), probes: [both] }));
    expect(verdict.causes.map(({ explained }) => explained?.count)).toEqual([50, 50]);
    expect(verdict.unexplained).toBe(0);
    expect(verdict.headline).toContain(': explains 50 of 50, with 1 more cause.');
  });

  it('keep apart what explains none of the 502s seen: worth mending, not the cause', () => {
    const logs = someLogs({ cells: [aCell({ count: 300 })] });
    const verdict = conclude(aBag({ distribution, logs, probes: [expired(api), refused] }));
    expect(verdict.causes.map(({ checkId }) => checkId)).toEqual(['refused-connection']);
    expect(verdict.alsoSeen).toMatchObject([
      { checkId: 'expired-certificate', strength: 'supported', explained: { count: 0, of: 300 } },
    ]);
    expect(verdict.unexplained).toBe(0);
  });

  it('say that it is a part where the best explains less than half', () => {
    const logs = someLogs({
      cells: [aCell({ behaviour: '/api/*', count: 60 }), aCell({ detailedResult: 'OriginReadError', count: 340 })],
    });
    const verdict = conclude(aBag({ distribution, logs, probes: [expired(api), aProbe({ connection: web })] }));
    expect(verdict.headline).toMatch(/^The certificate .*: explains 60 of 400\.$/);
  });
});

describe('a load balancer that made the 502s', () => {
  it('is the layer, up to the number that it counted', () => {
    const { metrics } = aBalancer();
    const verdict = conclude(
      aBag({
        logs: someLogs({ cells: [aCell({ detailedResult: 'OriginError', count: 100 })] }),
        balancers: [
          aBalancer({
            metrics: metrics && {
              ...metrics,
              elb502: 90,
              elb502PerMinute: [{ at: '2026-11-20T10:00:00Z', value: 90 }],
            },
          }),
        ],
      }),
    );
    expect(verdict).toMatchObject({
      layer: 'load-balancer',
      headline: 'example-alb counts 90 502s that it made itself in the window: explains 90 of 100.',
      causes: [{ checkId: 'balancer-made-502', strength: 'proven', explained: { count: 90, of: 100 } }],
    });
  });
});

describe('the second origin of a group', () => {
  const [primary, spare] = [
    aConnection({ originId: 'api' }),
    aConnection({ originId: 'spare', domainName: 'spare.example.com' }),
  ];
  const distribution = aDistribution({
    origins: [anOrigin(), anOrigin({ id: 'spare', domainName: 'spare.example.com' })],
    originGroups: [{ id: 'pair', memberOriginIds: ['api', 'spare'], failoverStatusCodes: [502] }],
    behaviours: [aBehaviour({ targetId: 'pair' })],
    connections: [primary, spare],
  });
  const logs = someLogs({ cells: [aCell({ count: 50 })] });

  it('does not take the blame while nothing is wrong with the first', () => {
    const verdict = conclude(aBag({ distribution, logs, probes: [aProbe({ connection: primary }), expired(spare)] }));
    expect(verdict).toMatchObject({
      outcome: 'inconclusive',
      causes: [
        { originId: 'spare', strength: 'possible', cappedBecause: expect.stringContaining('first one of its group') },
      ],
      unexplained: 50,
    });
  });

  it('is no standby where a behaviour leads to it directly', () => {
    const behaviours = [aBehaviour({ pathPattern: '/spare/*', targetId: 'spare' }), aBehaviour({ targetId: 'pair' })];
    const verdict = conclude(
      aBag({
        distribution: { ...distribution, behaviours },
        logs,
        probes: [aProbe({ connection: primary }), expired(spare)],
      }),
    );
    expect(verdict.causes).toMatchObject([{ originId: 'spare', strength: 'proven' }]);
  });

  it('is no standby where it is the first of another group', () => {
    const originGroups = [
      ...distribution.originGroups,
      { id: 'other', memberOriginIds: ['spare', 'api'], failoverStatusCodes: [502] },
    ];
    const verdict = conclude(
      aBag({
        distribution: { ...distribution, originGroups },
        logs,
        probes: [aProbe({ connection: primary }), expired(spare)],
      }),
    );
    expect(verdict.causes).toMatchObject([{ originId: 'spare', strength: 'proven' }]);
  });

  it('shares it when the first fails too', () => {
    const verdict = conclude(aBag({ distribution, logs, probes: [expired(primary), expired(spare)] }));
    expect(verdict.causes.map(({ originId, strength }) => [originId, strength])).toEqual([
      ['api', 'proven'],
      ['spare', 'proven'],
    ]);
  });
});

describe('a cause by configuration', () => {
  const domainName = 'a-1.us-east-1.elb.amazonaws.com';
  const behaviourWith = (...edgeFunctions: readonly EdgeFunctionAssociation[]) =>
    aBag({
      distribution: aDistribution({
        origins: [anOrigin({ domainName })],
        behaviours: [aBehaviour({ edgeFunctions })],
        connections: [aConnection({ domainName })],
      }),
      logs: someLogs({ cells: [aCell({ count: 500 })] }),
      probes: [],
    });
  const lambda = { runtime: 'lambda-at-edge', arn: 'arn:aws:lambda:us-east-1:111122223333:function:f:1' } as const;
  const light = { runtime: 'cloudfront-function', arn: 'arn:aws:cloudfront::111122223333:function/f' } as const;

  it.each([
    ['no edge function', [], 'proven'],
    ['a viewer-request function', [{ event: 'viewer-request', ...light }], 'supported'],
    ['an origin-request Lambda', [{ event: 'origin-request', ...lambda }], 'supported'],
    [
      'an origin-request Lambda among others',
      [
        { event: 'viewer-response', ...light },
        { event: 'origin-request', ...lambda },
      ],
      'supported',
    ],
    ['a viewer-request Lambda, which cannot change the origin', [{ event: 'viewer-request', ...lambda }], 'proven'],
    ['an origin-response Lambda', [{ event: 'origin-response', ...lambda }], 'proven'],
    ['a viewer-response function', [{ event: 'viewer-response', ...light }], 'proven'],
  ] as const)('with %s is %s', (_, edgeFunctions, strength) => {
    expect(conclude(behaviourWith(...edgeFunctions)).causes).toMatchObject([
      {
        checkId: 'unforwarded-host-on-balancer-name',
        strength,
        connectionId: 'api/https/a-1.us-east-1.elb.amazonaws.com',
      },
    ]);
  });
});

describe('no 502s', () => {
  it('is said where logs hold none and nothing is wrong', () => {
    expect(conclude(aBag())).toMatchObject({
      outcome: 'no-502s',
      headline:
        'No 502s seen and nothing wrong: 10,000 requests in the access logs, the newest at 10:14 UTC, none of them a 502.',
      layer: null,
      causes: [],
      unexplained: 0,
      nextTest: null,
    });
  });

  it('is said of a window without any request', () => {
    const metrics = someMetrics({ requestsTotal: 0, estimated502: 0 });
    expect(conclude(aBag({ logs: someLogs({ requests: 0, newestRow: null }), metrics }))).toMatchObject({
      outcome: 'no-502s',
      headline: expect.stringContaining('no request at all'),
    });
  });

  it.each([
    [
      'logs, where a custom error page keeps the status',
      aBag({
        distribution: aDistribution({
          customErrorResponses: [
            { errorCode: 502, responseCode: null, cachingMinTtlSeconds: 10 },
            { errorCode: 502, responseCode: 502, cachingMinTtlSeconds: 10 },
            { errorCode: 404, responseCode: 200, cachingMinTtlSeconds: 10 },
          ],
        }),
      }),
    ],
    ['CloudWatch, without logs', aBag({ logs: noLogs })],
    [
      'CloudWatch without the additional metrics, where there is no 5xx',
      aBag({ logs: noLogs, metrics: someMetrics({ estimated502: null, additionalMetrics: 'off' }) }),
    ],
    ['logs without CloudWatch, when they reach the end of the window', aBag({ metrics: noMetrics })],
    [
      'logs that hold nearly all, though CloudWatch counts other 5xx',
      aBag({ metrics: someMetrics({ estimated502: null, estimated5xx: 12, requestsTotal: 10_500 }) }),
    ],
    [
      'logs with a path asked for, whatever the rest of the distribution does',
      aBag({ logs: someLogs({ pathPattern: '/api/*' }), metrics: someMetrics({ estimated502: 40 }) }),
    ],
  ])('is believed of %s', (_, bag) => {
    expect(conclude(bag)).toMatchObject({ outcome: 'no-502s', failures: { count: 0 } });
  });

  it.each([
    ['nothing that could count', aBag({ logs: noLogs, metrics: noMetrics }), /neither logs nor metrics/],
    [
      '5xx that nobody told apart',
      aBag({ logs: noLogs, metrics: someMetrics({ estimated502: null, estimated5xx: 9 }) }),
      /neither logs nor metrics/,
    ],
    [
      'late logs',
      aBag({ logs: someLogs({ newestRow: '2026-11-20T09:40:00.000Z' }), metrics: noMetrics }),
      /newest log row is from 09:40/,
    ],
    [
      'logs that lack requests, while CloudWatch counts 5xx',
      aBag({ metrics: someMetrics({ estimated502: null, estimated5xx: 90, requestsTotal: 40_000 }) }),
      /about 90 5xx responses/,
    ],
    [
      'log objects that could not be read',
      aBag({ logs: someLogs({ objects: { listed: 2, read: 1, bytes: 1, failed: [], failedCount: 1 } }) }),
      /1 log object could not be read/,
    ],
    [
      'a custom error response that hides them',
      aBag({
        distribution: aDistribution({
          customErrorResponses: [{ errorCode: 502, responseCode: 200, cachingMinTtlSeconds: 10 }],
        }),
      }),
      /turns every 502 into 200/,
    ],
    [
      'CloudWatch saying otherwise, since logs are late',
      aBag({ metrics: someMetrics({ estimated502: 25 }) }),
      /about 25 502s/,
    ],
  ])('is not believed of %s', (_, bag, words) => {
    const verdict = conclude(bag);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.headline).toMatch(words);
    expect(verdict.nextTest).toMatch(/\.$/);
  });
});

describe('when nothing decides', () => {
  it('is inconclusive, with the strongest lead and the next test', () => {
    const probe = aProbe({ vantage: blindVantage, addresses: [aDeadAddress('timed-out')] });
    const verdict = conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }), probes: [probe] }));
    expect(verdict).toMatchObject({
      outcome: 'inconclusive',
      layer: null,
      causes: [],
      unexplained: 50,
      headline: expect.stringMatching(
        /^Inconclusive: 50 502s in 10,000 requests; strongest lead: origin\.example\.com did not answer on port 443 from here\.$/,
      ),
      nextTest: expect.stringContaining('Run cf502 where'),
      coverage: { probes: [{ vantage: 'blind' }] },
    });
    expect(verdict.inconclusive[0]).toMatchObject({
      checkId: 'unreachable-origin',
      subjects: ['api/https/origin.example.com'],
      lead: expect.stringContaining('504'),
    });
  });

  it('leads with a defect of now that the logged 502s do not show yet', () => {
    const probe = aProbe({ dns: aResolution({ outcome: 'nxdomain' }) });
    const verdict = conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }), probes: [probe] }));
    expect(verdict).toMatchObject({
      outcome: 'inconclusive',
      headline: expect.stringContaining('strongest lead: origin.example.com does not exist in public DNS'),
      causes: [],
      alsoSeen: [{ checkId: 'unresolvable-origin', explained: { count: 0, of: 50 } }],
      nextTest: expect.stringMatching(/^Correct the origin’s domain name .* Then run check E1A2B3C4D5E6F7 again/),
    });
  });

  it('does not lead with a defect where no 502 was', () => {
    const [api, web] = [aConnection({ behaviours: ['/api/*'] }), aConnection({ originId: 'web', behaviours: ['*'] })];
    const bag = aBag({
      distribution: aDistribution({ connections: [api, web] }),
      logs: someLogs({ cells: [aCell({ detailedResult: 'OriginReadError', count: 50 })] }),
      probes: [expired(api), aProbe({ connection: web })],
    });
    expect(conclude(bag)).toMatchObject({
      alsoSeen: [{ checkId: 'expired-certificate' }],
      headline: expect.stringMatching(
        /strongest lead: CloudFront logged OriginReadError on 50 rows, yet origin\.example\.com answers from here\.$/,
      ),
    });
  });

  it('points to the commonest 502 where everything looks sound', () => {
    const verdict = conclude(aBag({ logs: someLogs({ cells: [aCell({ detailedResult: 'Error', count: 50 })] }) }));
    expect(verdict).toMatchObject({
      outcome: 'inconclusive',
      nextTest: expect.stringContaining('50 rows, are Error on behaviour *'),
    });
  });
});

describe('the next test', () => {
  const cells = [aCell({ detailedResult: 'OriginReadError', count: 50 })];
  it.each([
    [
      'what would supply the logs',
      aBag({ logs: noLogs, metrics: someMetrics({ estimated502: 9 }) }),
      /^Turn on standard logging\.$/,
    ],
    [
      'another try, where the logs cannot be supplied',
      aBag({ logs: unavailable({ message: 'No.' }), metrics: someMetrics({ estimated502: 9 }) }),
      /^Run check E1A2B3C4D5E6F7 again while 502s are being answered/,
    ],
    [
      'the logs that are still to come, where none of the 502s counted is in them',
      aBag({ logs: someLogs({ newestRow: '2026-11-20T09:40:00.000Z' }), metrics: noMetrics }),
      /^The newest log row .* Run the check again in an hour/,
    ],
    [
      'where CloudFront’s own word points',
      aBag({ logs: someLogs({ cells }) }),
      /^Compare the idle timeout of the origin/,
    ],
  ])('is %s', (_, bag, words) => {
    expect(conclude(bag).nextTest).toMatch(words);
  });
});

describe('every check ends in one of four states', () => {
  it('and is listed once', () => {
    const probe = aProbe({ addresses: [anAddress({ tls: expiredTls }), aDeadAddress('timed-out', '192.0.2.11')] });
    const crashing: Check = {
      ...(checks[0] as Check),
      id: 'crashing',
      evaluate: () => {
        throw new Error('oh');
      },
    };
    const verdict = conclude(aBag({ logs: someLogs({ cells: [aCell({ count: 50 })] }), probes: [probe] }), [
      ...checks,
      crashing,
    ]);
    const listed = [
      ...verdict.causes.map(({ checkId }) => checkId),
      ...verdict.alsoSeen.map(({ checkId }) => checkId),
      ...verdict.ruledOut.map(({ checkId }) => checkId),
      ...verdict.inconclusive.map(({ checkId }) => checkId),
      ...verdict.crashed.map(({ checkId }) => checkId),
    ];
    expect(listed.sort()).toEqual([...checks.map(({ id }) => id), 'crashing'].sort());
    expect(verdict.crashed).toEqual([{ checkId: 'crashing', title: checks[0]?.title, message: 'oh' }]);
  });

  it('and is ruled out only where it is for every connection', () => {
    const connections = [aConnection(), aConnection({ host: 'www.example.com' })];
    const [one = aConnection(), other = aConnection()] = connections;
    const verdict = conclude(
      aBag({
        distribution: aDistribution({ connections }),
        probes: [aProbe({ connection: one }), aProbe({ connection: other, addresses: [aDeadAddress('timed-out')] })],
      }),
    );
    expect(verdict.ruledOut.map(({ checkId }) => checkId)).not.toContain('expired-certificate');
    expect(verdict.inconclusive).toContainEqual(
      expect.objectContaining({ checkId: 'expired-certificate', subjects: [other.id] }),
    );
  });
});

describe('coverage', () => {
  it('says how much of the traffic the logs hold, and what is missing with what would supply it', () => {
    const bag = aBag({
      distribution: aDistribution({ gaps: [{ kind: 'access-denied', message: 'A policy.', remedy: 'Allow it.' }] }),
      logs: someLogs({ requests: 9_000, notes: ['The hour 09:00 has no objects yet.'] }),
      probes: [],
    });
    expect(conclude(bag).coverage).toEqual({
      logs: {
        source: 'standard logging v1, s3://example-logs/cdn/',
        rows: 9_000,
        newestRow: '2026-11-20T10:14:30.000Z',
        shareOfRequests: 0.9,
        notes: ['The hour 09:00 has no objects yet.'],
      },
      metrics: { requests: 10_000, estimated5xx: 0, estimated502: 0 },
      probes: [],
      missing: [
        {
          what: 'part of the configuration of the distribution',
          kind: 'access-denied',
          message: 'A policy.',
          remedy: 'Allow it.',
        },
      ],
    });
  });

  it('names everything that could not be collected', () => {
    const bag = aBag({ logs: noLogs, metrics: noMetrics });
    const verdict = conclude({
      ...bag,
      originProbes: { 'api/https/origin.example.com': unavailable() },
      loadBalancers: { api: unavailable() },
    });
    expect(verdict.coverage.missing.map(({ what }) => what)).toEqual([
      'access logs',
      'CloudFront metrics',
      'probe of api/https/origin.example.com',
      'load balancer of origin api',
    ]);
  });
});

describe('a distribution that could not be read', () => {
  it('fails the check, with the reason and what to do', () => {
    const reason = {
      kind: 'not-found',
      message: 'There is no distribution E123 in this account.',
      remedy: 'Check the id.',
    };
    const verdict = conclude(
      aBag({ distribution: unavailable(reason), logs: unavailable(), metrics: unavailable(), probes: [] }),
    );
    expect(verdict).toMatchObject({
      outcome: 'failed',
      headline:
        'The check could not be done, because the distribution could not be read: There is no distribution E123 in this account.',
      target: { distributionId: null },
      coverage: { missing: [{ what: 'configuration of the distribution', ...reason }] },
      nextTest: 'Check the id.',
    });
  });

  it('was cancelled where that is why', () => {
    const bag = aBag({ distribution: unavailable({ kind: 'cancelled', message: 'It was stopped.' }), probes: [] });
    expect(conclude(bag).outcome).toBe('cancelled');
  });
});

describe('hostile evidence', () => {
  it('leaves a headline of one line that is not too long', () => {
    const name = `x\u202e\u0000\n<!channel> ${'y'.repeat(5_000)}`;
    const probe = aProbe({ dns: aResolution({ outcome: 'nxdomain', name }), connection: aConnection() });
    const { headline } = conclude(aBag({ probes: [probe], logs: someLogs({ cells: [aCell({ count: 9 })] }) }));
    expect(headline.length).toBeLessThanOrEqual(705);
    expect(headline).not.toMatch(/[\p{Cc}\u202e]/u);
    const odd = aProbe({ addresses: [anAddress({ http: [anAnswer({ status: 502, server: name })] })] });
    expect(conclude(aBag({ probes: [odd] })).headline).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
