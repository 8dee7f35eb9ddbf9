/** A verdict, its progress and its bag that are valid by default: a row of a test states only what differs. */
import type { DistributionEvidence, EvidenceBag, Gathered, OriginProbe } from '../../src/diagnosis/evidence.js';
import type { CheckProgress } from '../../src/diagnosis/progress.js';
import type { Cause, Verdict } from '../../src/diagnosis/verdict.js';

const window = { from: '2026-11-22T21:00:00.000Z', to: '2026-11-22T22:00:00.000Z' };
const connectionId = 'api/https/api.example.com';

export function cause(changes: Partial<Cause> = {}): Cause {
  return {
    checkId: 'expired-certificate',
    title: 'Expired certificate',
    why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html',
    claim: 'The certificate of api.example.com expired on 20 November 2026, so CloudFront ends the connection.',
    layer: 'cloudfront-to-origin',
    strength: 'proven',
    originId: 'api',
    connectionId,
    citations: [
      { kind: 'probe', ref: `${connectionId} 192.0.2.10`, fact: 'leaf certificate valid until 2026-11-20 23:59 UTC' },
      { kind: 'access-log', ref: 's3://logs.example/cdn/', fact: '412 rows with OriginConnectError on /api/*' },
    ],
    explains: { behaviours: ['/api/*'] },
    remedy: 'Renew the certificate on the origin and make it serve the new one.',
    explained: { count: 412, of: 530 },
    cappedBecause: null,
    ...changes,
  };
}

export function verdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    format: 'cf502.verdict/1',
    checkId: 'chk_0123456789ab',
    target: { asked: 'shop', distributionId: 'E2EXAMPLE1ABCD', domainName: 'd111111abcdef8.cloudfront.net' },
    window,
    concludedAt: '2026-11-22T22:00:41.000Z',
    outcome: 'cause-found',
    headline: 'The certificate of api.example.com expired two days ago; CloudFront refuses it and answers 502.',
    layer: 'cloudfront-to-origin',
    failures: { count: 530, requests: 120_431, source: 'access-logs' },
    causes: [cause()],
    alsoSeen: [
      cause({
        checkId: 'incomplete-chain',
        title: 'Incomplete certificate chain',
        claim: 'static.example.com does not send the certificate of its issuer.',
        explained: null,
        strength: 'possible',
        remedy: 'Configure the full chain on static.example.com.',
      }),
    ],
    unexplained: 118,
    onset: {
      state: 'began',
      at: '2026-11-22T21:13:00.000Z',
      from: '2026-11-22T21:12:00.000Z',
      to: '2026-11-22T21:15:00.000Z',
      endedAt: null,
    },
    load: { direction: 'falls', shareAtLowLoad: 0.04, shareAtHighLoad: 0.006, minutes: 47 },
    curve: [
      { minute: '2026-11-22T21:00:00.000Z', requests: 60_000, failures: 0 },
      { minute: '2026-11-22T21:30:00.000Z', requests: 60_431, failures: 530 },
    ],
    detailedResults: [
      { value: 'OriginConnectError', count: 420 },
      { value: 'Error', count: 110 },
    ],
    overRepresented: [
      { dimension: 'path', value: '/api/orders/{id}', failures: 398, requests: 4_120, lift: 21.9 },
      { dimension: 'method', value: 'POST', failures: 301, requests: 9_870, lift: 6.9 },
    ],
    changes: [],
    ruledOut: [
      {
        checkId: 'unresolvable-origin',
        title: 'Unresolvable origin',
        because: 'api.example.com resolves to 2 addresses.',
        layer: 'cloudfront-to-origin',
        citations: [],
      },
      {
        checkId: 'refused-connection',
        title: 'Refused connection',
        because: 'Every address of api.example.com takes connections on port 443.',
        layer: 'cloudfront-to-origin',
        citations: [],
      },
    ],
    inconclusive: [
      {
        checkId: 'load-balancer-502',
        title: '502 made by the load balancer',
        subjects: ['api'],
        missing: [
          {
            kind: 'access-denied',
            message: 'The metrics of the load balancer could not be read.',
            remedy: 'cloudwatch:GetMetricData for the read role',
          },
        ],
        lead: null,
      },
    ],
    crashed: [],
    coverage: {
      logs: {
        source: 'standard logging v1, s3://logs.example/cdn/',
        rows: 120_431,
        newestRow: '2026-11-22T21:54:10.000Z',
        shareOfRequests: 0.971,
        notes: ['The hour 21:00 UTC may still receive files.'],
      },
      metrics: { requests: 124_000, estimated5xx: 560, estimated502: 541 },
      probes: [{ connectionId, vantage: 'valid', because: 'The origin is public.' }],
      missing: [
        {
          what: 'load balancer metrics',
          kind: 'access-denied',
          message: 'AccessDenied on cloudwatch:GetMetricData.',
          remedy: 'cloudwatch:GetMetricData for the read role',
        },
      ],
    },
    nextTest: null,
    ...changes,
  };
}

export function progress(changes: Partial<CheckProgress> = {}): CheckProgress {
  return {
    purpose: 'check',
    checkId: 'chk_0123456789ab',
    asked: 'shop',
    window,
    pathPattern: null,
    requesterId: 'U0ONCALL1',
    acceptedAt: '2026-11-22T22:00:02.000Z',
    phase: 'running',
    cancelledBy: null,
    guess: null,
    tasks: [
      {
        id: 'distribution',
        kind: 'distribution',
        title: 'Configuration of the distribution',
        state: 'done',
        phrase: '2 origins, 3 behaviours',
      },
      {
        id: 'access-logs',
        kind: 'access-logs',
        title: 'Access logs',
        state: 'running',
        phrase: '12 of 40 log objects',
      },
      { id: 'origin-probe-1', kind: 'origin-probe', title: 'Probe api.example.com:443', state: 'waiting', phrase: '' },
      {
        id: 'load-balancer-1',
        kind: 'load-balancer',
        title: 'Load balancer of api',
        state: 'unavailable',
        phrase: 'no permission for elasticloadbalancing:DescribeTargetHealth',
      },
    ],
    ...changes,
  };
}

export function originProbe(changes: Partial<OriginProbe> = {}): OriginProbe {
  return {
    connection: {
      id: connectionId,
      originId: 'api',
      behaviours: ['/api/*'],
      scheme: 'https',
      port: 443,
      domainName: 'api.example.com',
      sni: 'api.example.com',
      host: 'api.example.com',
      hostIsForwarded: false,
    },
    vantage: { class: 'valid', because: 'The origin is public.' },
    dns: {
      outcome: 'resolved',
      name: 'api.example.com',
      resolvers: ['192.0.2.53'],
      cnames: [],
      addresses: [{ address: '192.0.2.10', family: 4, ttlSeconds: 60 }],
      answers: [],
      authority: null,
      elapsedMs: 12,
    },
    refusedAddresses: [{ address: '198.51.100.7', because: 'the policy allows no more than 8 addresses' }],
    addresses: [
      {
        address: '192.0.2.10',
        port: 443,
        tcp: { outcome: 'connected', errorCode: null, elapsedMs: 21, attempts: [{ outcome: 'connected', count: 2 }] },
        blindBecause: null,
        otherProtocol: null,
        tls: {
          outcome: 'completed',
          sni: 'api.example.com',
          error: null,
          protocol: 'TLSv1.2',
          cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
          curve: 'X25519',
          chain: [
            {
              subject: 'CN=api.example.com',
              issuer: 'CN=Example Issuing CA',
              names: ['api.example.com'],
              validFrom: '2025-11-20T00:00:00.000Z',
              validTo: '2026-11-20T23:59:59.000Z',
              keyType: 'rsa',
              keyBits: 2048,
              selfSigned: false,
              fingerprint256: 'AB:CD',
            },
          ],
          chainAsServed: true,
          trustProblems: ['expired'],
          missingIssuer: null,
          remarks: [],
          matchesOriginDomain: true,
          matchesHost: true,
          exploration: null,
          withoutSni: null,
          elapsedMs: 44,
        },
        http: [
          {
            method: 'GET',
            path: '/',
            outcome: 'response',
            status: 200,
            headBytes: 512,
            headerBytes: [],
            server: 'nginx',
            via: null,
            contentLengths: [0],
            transferEncoding: null,
            location: null,
            problem: null,
            body: null,
            firstByteMs: 30,
            longestGapMs: null,
            elapsedMs: 35,
          },
        ],
      },
    ],
    trace: [],
    ...changes,
  };
}

export function collected<T>(data: T): Gathered<T> {
  return { state: 'collected', at: window.to, elapsedMs: 100, data };
}

function unavailable(message: string): Gathered<never> {
  return {
    state: 'unavailable',
    at: window.to,
    elapsedMs: 100,
    reason: { kind: 'access-denied', message },
    tried: [],
  };
}

export function evidenceBag(changes: Partial<EvidenceBag> = {}): EvidenceBag {
  const distribution: Gathered<DistributionEvidence> = unavailable('not part of this test');
  return {
    format: 'cf502.evidence/1',
    checkId: 'chk_0123456789ab',
    target: 'shop',
    window,
    distribution,
    accessLogs: unavailable('not part of this test'),
    cloudFrontMetrics: unavailable('not part of this test'),
    originProbes: { [connectionId]: collected(originProbe()) },
    loadBalancers: {},
    ...changes,
  };
}
