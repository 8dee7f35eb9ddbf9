/** Builders of distribution configuration, valid by default: a test states what differs. */
import type { Behaviour, DistributionEvidence, Origin } from '../../src/diagnosis/evidence.js';

export function buildOrigin(differs: Partial<Origin> = {}): Origin {
  return {
    id: 'app',
    domainName: 'app.example.test',
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
    ...differs,
  };
}

export function buildBehaviour(differs: Partial<Behaviour> = {}): Behaviour {
  return {
    pathPattern: '*',
    precedence: 0,
    isDefault: true,
    targetId: 'app',
    viewerProtocolPolicy: 'redirect-to-https',
    allowedMethods: ['GET', 'HEAD'],
    forwardsHost: 'no',
    forwardsHostBecause: 'no policy forwards it',
    edgeFunctions: [],
    ...differs,
  };
}

export function buildDistribution(differs: Partial<DistributionEvidence> = {}): DistributionEvidence {
  return {
    id: 'E2EXAMPLE12345',
    arn: 'arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE12345',
    accountId: '111122223333',
    domainName: 'd111111abcdef8.cloudfront.net',
    aliases: [],
    status: 'Deployed',
    enabled: true,
    staging: false,
    etag: 'E1EXAMPLEETAG',
    lastModified: '2026-11-19T08:00:00.000Z',
    httpVersion: 'http2',
    origins: [buildOrigin()],
    originGroups: [],
    behaviours: [buildBehaviour()],
    connections: [],
    legacyLogging: { enabled: true, bucket: 'logs.example', prefix: 'cdn/' },
    customErrorResponses: [],
    gaps: [],
    ...differs,
  };
}
