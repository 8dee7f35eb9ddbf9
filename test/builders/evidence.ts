/** Evidence that is sound by default, so that a test says only what differs. Shared by all tests. */
import type {
  AccessLogEvidence,
  AddressProbe,
  Behaviour,
  BehaviourTraffic,
  Certificate,
  Change,
  ChangesEvidence,
  CloudFrontMetricsEvidence,
  DimensionCount,
  DistributionEvidence,
  DnsProbe,
  EdgeFunctionsEvidence,
  EdgeTwinEvidence,
  EvidenceBag,
  FailureCell,
  Gathered,
  HeldConnection,
  HttpProbe,
  KeepAliveLab,
  LoadBalancerEvidence,
  LogDimension,
  Origin,
  OriginConnection,
  OriginProbe,
  TimeWindow,
  TlsProbe,
  Unavailability,
} from '../../src/diagnosis/evidence.js';
import type { TlsExploration } from '../../src/diagnosis/probe-depth.js';

export const at = '2026-11-20T10:15:00.000Z';
export const now = new Date(at);
export const aWindow: TimeWindow = { from: '2026-11-20T09:15:00.000Z', to: at };

export function collected<T>(data: T): Gathered<T> {
  return { state: 'collected', at, elapsedMs: 12, data };
}

export function unavailable(reason: Partial<Unavailability> = {}): Gathered<never> {
  return {
    state: 'unavailable',
    at,
    elapsedMs: 12,
    reason: { kind: 'access-denied', message: 'AWS did not allow it.', ...reason },
    tried: [],
  };
}

export function anOrigin(differing: Partial<Origin> = {}): Origin {
  return {
    id: 'api',
    domainName: 'origin.example.com',
    originPath: '',
    kind: 'custom',
    protocolPolicy: 'https-only',
    httpPort: 80,
    httpsPort: 443,
    sslProtocols: ['TLSv1.2'],
    ipAddressType: 'ipv4',
    connectionAttempts: 3,
    connectionTimeoutSeconds: 10,
    readTimeoutSeconds: 30,
    keepAliveTimeoutSeconds: 5,
    responseCompletionTimeoutSeconds: null,
    vpcOriginId: null,
    usesMutualTls: false,
    customHeaderNames: [],
    originShieldRegion: null,
    ...differing,
  };
}

export function aBehaviour(differing: Partial<Behaviour> = {}): Behaviour {
  return {
    pathPattern: '*',
    precedence: 0,
    isDefault: (differing.pathPattern ?? '*') === '*',
    targetId: 'api',
    viewerProtocolPolicy: 'redirect-to-https',
    allowedMethods: ['GET', 'HEAD'],
    forwardsHost: 'no',
    forwardsHostBecause: 'no origin request policy',
    edgeFunctions: [],
    ...differing,
  };
}

export function aConnection(differing: Partial<OriginConnection> = {}): OriginConnection {
  const domainName = differing.domainName ?? 'origin.example.com';
  const scheme = differing.scheme ?? 'https';
  const host = differing.host ?? domainName;
  const originId = differing.originId ?? 'api';
  return {
    id: `${originId}/${scheme}/${host}`,
    originId,
    behaviours: ['*'],
    scheme,
    port: scheme === 'https' ? 443 : 80,
    domainName,
    sni: scheme === 'https' ? host : null,
    host,
    hostIsForwarded: host !== domainName,
    ...differing,
  };
}

export function aDistribution(differing: Partial<DistributionEvidence> = {}): DistributionEvidence {
  return {
    id: 'E1A2B3C4D5E6F7',
    arn: 'arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5E6F7',
    accountId: '111122223333',
    domainName: 'd111111abcdef8.cloudfront.net',
    aliases: ['www.example.com'],
    status: 'Deployed',
    enabled: true,
    staging: false,
    etag: 'ETAG1',
    lastModified: '2026-11-01T00:00:00.000Z',
    httpVersion: 'http2',
    origins: [anOrigin()],
    originGroups: [],
    behaviours: [aBehaviour()],
    connections: [aConnection()],
    legacyLogging: { enabled: true, bucket: 'example-logs', prefix: 'cdn/' },
    customErrorResponses: [],
    gaps: [],
    ...differing,
  };
}

export function aCell(differing: Partial<FailureCell> = {}): FailureCell {
  return { behaviour: '*', path: '/', method: 'GET', detailedResult: 'OriginConnectError', count: 1, ...differing };
}

/** Logs whose totals follow from the cells: `requests` in all, of which the cells failed. */
export function someLogs(
  differing: Partial<AccessLogEvidence> & { readonly cells?: readonly FailureCell[] } = {},
): AccessLogEvidence {
  const { cells = [], ...rest } = differing;
  const failures = cells.reduce((sum, cell) => sum + cell.count, 0);
  const requests = rest.requests ?? 10_000;
  const dimensionOf = (value: (cell: FailureCell) => string): readonly DimensionCount[] => {
    const counts = new Map<string, number>();
    for (const cell of cells) counts.set(value(cell), (counts.get(value(cell)) ?? 0) + cell.count);
    return [...counts].map(([name, count]) => ({ value: name, failures: count, requests: count }));
  };
  const dimensions: Record<LogDimension, readonly DimensionCount[]> = {
    behaviour: dimensionOf(({ behaviour }) => behaviour),
    path: dimensionOf(({ path }) => path),
    method: dimensionOf(({ method }) => method),
    'edge-location': [],
    host: [{ value: 'www.example.com', requests, failures }],
    'protocol-version': [],
    'detailed-result': dimensionOf(({ detailedResult }) => detailedResult),
    'size-band': [],
    'time-taken-band': [],
    hour: [],
  };
  return {
    source: 'standard logging v1, s3://example-logs/cdn/',
    bucket: 'example-logs',
    prefix: 'cdn/',
    pathPattern: null,
    objects: { listed: 4, read: 4, bytes: 40_000, failed: [], failedCount: 0 },
    hours: [
      { hour: '2026-11-20T09:00:00.000Z', objects: 2, rows: requests / 2 },
      { hour: '2026-11-20T10:00:00.000Z', objects: 2, rows: requests / 2 },
    ],
    newestRow: '2026-11-20T10:14:30.000Z',
    oldestRow: '2026-11-20T09:15:01.000Z',
    rows: { inWindow: requests, outsideWindow: 0, malformed: 0, duplicates: 0 },
    missingFields: [],
    requests,
    failures,
    byStatus: [
      { status: '200', count: requests - failures },
      { status: '502', count: failures },
    ],
    perMinute: [{ minute: '2026-11-20T10:00:00.000Z', requests, failures }],
    failureCells: cells,
    failureTimeTakenSeconds: failures === 0 ? null : { p50: 0.1, p90: 0.2, p99: 0.3, max: 0.5 },
    samples: [],
    notes: [],
    ...rest,
    dimensions: rest.dimensions ?? dimensions,
  };
}

export function someMetrics(differing: Partial<CloudFrontMetricsEvidence> = {}): CloudFrontMetricsEvidence {
  return {
    distributionId: 'E1A2B3C4D5E6F7',
    periodSeconds: 60,
    requests: [{ at: '2026-11-20T10:00:00.000Z', value: 10_000 }],
    requestsTotal: 10_000,
    error5xxRate: [{ at: '2026-11-20T10:00:00.000Z', value: 0 }],
    additionalMetrics: 'on',
    error502Rate: [{ at: '2026-11-20T10:00:00.000Z', value: 0 }],
    estimated5xx: 0,
    estimated502: 0,
    gaps: [],
    ...differing,
  };
}

export function aCertificate(differing: Partial<Certificate> = {}): Certificate {
  return {
    subject: 'CN=origin.example.com',
    issuer: 'CN=Example Intermediate',
    names: ['origin.example.com'],
    validFrom: '2026-09-01T00:00:00.000Z',
    validTo: '2027-02-01T00:00:00.000Z',
    keyType: 'RSA',
    keyBits: 2048,
    selfSigned: false,
    fingerprint256: 'AA:BB',
    ...differing,
  };
}

export function aTls(differing: Partial<TlsProbe> = {}): TlsProbe {
  return {
    outcome: 'completed',
    sni: 'origin.example.com',
    error: null,
    protocol: 'TLSv1.2',
    cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
    curve: 'X25519',
    chain: [aCertificate(), aCertificate({ subject: 'CN=Example Intermediate', issuer: 'CN=Example Root', names: [] })],
    chainAsServed: true,
    trustProblems: [],
    missingIssuer: null,
    remarks: [],
    matchesOriginDomain: true,
    matchesHost: true,
    exploration: null,
    withoutSni: null,
    elapsedMs: 40,
    ...differing,
  };
}

/** A handshake that did not come to a certificate. */
export function aFailedTls(outcome: TlsProbe['outcome'], error: string | null = null): TlsProbe {
  return aTls({
    outcome,
    error,
    protocol: null,
    cipher: null,
    curve: null,
    chain: [],
    matchesHost: false,
    matchesOriginDomain: false,
  });
}

export function anAnswer(differing: Partial<HttpProbe> = {}): HttpProbe {
  return {
    method: 'GET',
    path: '/',
    outcome: 'response',
    status: 200,
    headBytes: 512,
    headerBytes: [{ name: 'content-security-policy', bytes: 200 }],
    server: 'nginx',
    via: null,
    contentLengths: [1_000],
    transferEncoding: null,
    location: null,
    problem: null,
    body: {
      framing: 'content-length',
      declaredBytes: 1_000,
      receivedBytes: 1_000,
      outcome: 'complete',
      problem: null,
    },
    firstByteMs: 50,
    longestGapMs: null,
    elapsedMs: 60,
    ...differing,
  };
}

export function anAddress(differing: Partial<AddressProbe> = {}): AddressProbe {
  return {
    address: '192.0.2.10',
    port: 443,
    tcp: {
      outcome: 'connected',
      errorCode: null,
      elapsedMs: 8,
      attempts: [{ outcome: 'connected', count: 2 }],
    },
    blindBecause: null,
    otherProtocol: null,
    tls: aTls(),
    http: [anAnswer()],
    ...differing,
  };
}

/** An address that went no further than TCP. */
export function aDeadAddress(outcome: AddressProbe['tcp']['outcome'], address = '192.0.2.10'): AddressProbe {
  const attempts = [{ outcome, count: outcome === 'timed-out' ? 1 : 3 }];
  return anAddress({ address, tcp: { outcome, errorCode: null, elapsedMs: 8, attempts }, tls: null, http: [] });
}

export function aResolution(differing: Partial<DnsProbe> = {}): DnsProbe {
  const outcome = differing.outcome ?? 'resolved';
  const addresses = outcome === 'resolved' ? [{ address: '192.0.2.10', family: 4 as const, ttlSeconds: 60 }] : [];
  return {
    outcome,
    name: 'origin.example.com',
    resolvers: ['192.0.2.53'],
    cnames: [],
    addresses,
    answers: [{ resolver: '192.0.2.53', recordType: 'A', outcome, addresses: addresses.map(({ address }) => address) }],
    authority: null,
    elapsedMs: 10,
    ...differing,
  };
}

export function aProbe(differing: Partial<OriginProbe> = {}): OriginProbe {
  const dns = differing.dns ?? aResolution();
  return {
    connection: aConnection(),
    vantage: { class: 'valid', because: 'The probe went over the public internet.' },
    dns,
    refusedAddresses: [],
    addresses: dns.outcome === 'resolved' ? [anAddress()] : [],
    trace: [],
    ...differing,
  };
}

export const blindVantage = { class: 'blind', because: 'No address answered from here.' } as const;
export const misleadingVantage = { class: 'misleading', because: 'CloudFront presents a client certificate.' } as const;

export function aBalancer(differing: Partial<LoadBalancerEvidence> = {}): LoadBalancerEvidence {
  return {
    originId: 'api',
    name: 'example-alb',
    arn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/example-alb/1234',
    dnsName: 'example-alb-1234.us-east-1.elb.amazonaws.com',
    region: 'us-east-1',
    type: 'application',
    scheme: 'internet-facing',
    stateCode: 'active',
    idleTimeoutSeconds: 60,
    listeners: [{ port: 443, protocol: 'HTTPS', certificateArns: [] }],
    targetGroups: [
      {
        name: 'example-targets',
        arn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/example-targets/5678',
        protocol: 'HTTP',
        port: 8080,
        targets: [
          { id: 'i-1', port: 8080, zone: 'us-east-1a', state: 'healthy', reason: null, description: null },
          { id: 'i-2', port: 8080, zone: 'us-east-1b', state: 'healthy', reason: null, description: null },
        ],
      },
    ],
    metrics: {
      requests: 9_000,
      elb502: 0,
      elb503: 0,
      elb504: 0,
      target5xx: 0,
      targetConnectionErrors: 0,
      targetTlsNegotiationErrors: 0,
      clientTlsNegotiationErrors: 0,
      rejectedConnections: 0,
      elb502PerMinute: [],
    },
    gaps: [],
    ...differing,
  };
}

export function someFunctions(differing: Partial<EdgeFunctionsEvidence> = {}): EdgeFunctionsEvidence {
  return { distributionId: 'E1A2B3C4D5E6F7', periodSeconds: 60, functions: [], lambda: null, gaps: [], ...differing };
}

export function someChanges(differing: Partial<ChangesEvidence> = {}): ChangesEvidence {
  return {
    from: '2026-11-20T07:15:00.000Z',
    to: aWindow.to,
    changes: [],
    more: 0,
    asked: [{ region: 'us-east-1', names: ['UpdateDistribution'] }],
    gaps: [],
    ...differing,
  };
}

export function aChange(differing: Partial<Change> = {}): Change {
  return {
    at: '2026-11-20T09:40:00.000Z',
    name: 'UpdateDistribution',
    service: 'cloudfront',
    region: 'us-east-1',
    by: 'deploy',
    resources: ['E1A2B3C4D5E6F7'],
    errorCode: null,
    ...differing,
  };
}

export function anEdgeTwin(differing: Partial<EdgeTwinEvidence> = {}): EdgeTwinEvidence {
  return {
    host: 'www.example.com',
    method: 'GET',
    path: '/',
    marker: 'cf502-000000000001',
    sentAt: at,
    outcome: 'response',
    error: null,
    address: '192.0.2.80',
    status: 200,
    requestId: 'abcDEF==',
    edgeLocation: 'FRA56-P1',
    xCache: 'Miss from cloudfront',
    server: null,
    via: null,
    serverTiming: [],
    elapsedMs: 80,
    ...differing,
  };
}

/** The parts of a bag that differ, bare: they are wrapped as collected. A healthy distribution otherwise. */
export interface BagParts {
  readonly distribution?: DistributionEvidence | Gathered<never>;
  readonly logs?: AccessLogEvidence | Gathered<never>;
  readonly metrics?: CloudFrontMetricsEvidence | Gathered<never>;
  /** Filed under the connection that each is of. */
  readonly probes?: readonly OriginProbe[];
  readonly balancers?: readonly LoadBalancerEvidence[];
}

export function aBag({ distribution, logs, metrics, probes, balancers }: BagParts = {}): EvidenceBag {
  return {
    format: 'cf502.evidence/1',
    checkId: 'chk_000000000001',
    target: 'E1A2B3C4D5E6F7',
    window: aWindow,
    distribution: gathered(distribution ?? aDistribution()),
    accessLogs: gathered(logs ?? someLogs()),
    cloudFrontMetrics: gathered(metrics ?? someMetrics()),
    originProbes: Object.fromEntries(
      (probes ?? [aProbe()]).map((probe) => [probe.connection.id, collected(probe)] as const),
    ),
    loadBalancers: Object.fromEntries(
      (balancers ?? []).map((balancer) => [balancer.originId, collected(balancer)] as const),
    ),
  };
}

function gathered<T extends object>(part: T | Gathered<never>): Gathered<T> {
  return 'state' in part && 'elapsedMs' in part ? part : collected(part);
}

/** What an origin would have accepted that turned CloudFront's offer down, by default a suite that CloudFront does not offer. */
export function anExploration(differing: Partial<TlsExploration> = {}): TlsExploration {
  const agreement = {
    protocol: 'TLSv1.2',
    cipher: 'ECDHE-RSA-CHACHA20-POLY1305',
    curve: 'X25519',
    applicationProtocol: null,
  };
  return {
    accepted: { ...agreement, leaf: aCertificate() },
    enough: [{ ...agreement, by: 'cipher' }],
    legacyCipher: null,
    sslV3: 'not-asked',
    ...differing,
  };
}

export function aHeldConnection(differing: Partial<HeldConnection> = {}): HeldConnection {
  return {
    address: '192.0.2.10',
    port: 443,
    outcome: 'still-open',
    idleMs: 7_000,
    status: 200,
    announcesClose: false,
    announcedTimeoutSeconds: null,
    because: null,
    reuses: [],
    ...differing,
  };
}

/** A lab whose connections outlasted CloudFront's keep-alive of 5 s. */
export function aLab(differing: Partial<KeepAliveLab> = {}): KeepAliveLab {
  return {
    connection: aConnection(),
    vantage: { class: 'valid', because: 'The probe went over the public internet.' },
    keepAliveTimeoutSeconds: 5,
    holdMs: 7_000,
    held: [aHeldConnection()],
    trace: [],
    ...differing,
  };
}

/** Traffic of one behaviour: an hour of minutes with `requests` and `failures` each, a tenth of the requests by POST. */
export function someTraffic(
  differing: Partial<BehaviourTraffic> & {
    readonly minutes?: (index: number) => Omit<BehaviourTraffic['perMinute'][number], 'minute'>;
  } = {},
): BehaviourTraffic {
  const { minutes = () => ({ requests: 100, failures: 0 }), ...rest } = differing;
  const perMinute = Array.from({ length: 60 }, (_, index) => ({
    minute: new Date(Date.parse(aWindow.from) + index * 60_000).toISOString(),
    ...minutes(index),
  }));
  const requests = perMinute.reduce((sum, minute) => sum + minute.requests, 0);
  const failures = perMinute.reduce((sum, minute) => sum + minute.failures, 0);
  return {
    behaviour: '*',
    repeatable: { requests: Math.round(requests * 0.9), failures: Math.round(failures * 0.9) },
    unrepeatable: { requests: Math.round(requests * 0.1), failures: Math.round(failures * 0.1) },
    otherServerErrors: 0,
    slow: 0,
    perMinute,
    ...rest,
  };
}
