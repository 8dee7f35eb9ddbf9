/** Tasks and contexts for probe tests, valid by default, so that a test states what differs. */
import type { CollectContext, TaskOf } from '../../../src/collectors/collector.js';
import type { Origin, OriginConnection } from '../../../src/diagnosis/evidence.js';
import { Failure } from '../../../src/failure.js';
import { createLog } from '../../../src/platform/log.js';
import type { NetworkSettings } from '../../../src/platform/network-settings.js';

export const originName = 'origin.example.test';
export const viewerName = 'www.example.test';

export function buildOrigin(overrides: Partial<Origin> = {}): Origin {
  return {
    id: 'main',
    domainName: originName,
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
    ...overrides,
  };
}

export interface TaskOverrides {
  readonly origin?: Partial<Origin>;
  readonly connection?: Partial<OriginConnection>;
  readonly paths?: readonly string[];
}

/** A task over HTTPS (or HTTP where `connection.scheme` says so) to `originName` at this port. */
export function buildTask(port: number, overrides: TaskOverrides = {}): TaskOf<'origin-probe'> {
  const scheme = overrides.connection?.scheme ?? 'https';
  return {
    kind: 'origin-probe',
    origin: buildOrigin(overrides.origin),
    connection: {
      id: `main/${scheme}/${originName}`,
      originId: 'main',
      behaviours: ['*'],
      scheme,
      port,
      domainName: originName,
      sni: scheme === 'https' ? originName : null,
      host: originName,
      hostIsForwarded: false,
      ...overrides.connection,
    },
    paths: overrides.paths ?? ['/'],
  };
}

function refuse(): never {
  throw new Failure('bug', 'The prober talks to no AWS service.');
}

export function buildContext(
  network: Partial<NetworkSettings>,
  signal: AbortSignal = new AbortController().signal,
): CollectContext {
  return {
    signal,
    now: () => new Date(),
    aws: {
      athena: refuse,
      cloudFront: refuse,
      cloudTrail: refuse,
      cloudWatch: refuse,
      cloudWatchLogs: refuse,
      loadBalancing: refuse,
      s3: refuse,
      destroy: () => undefined,
    },
    network: {
      dnsServers: [],
      extraTrustRoots: [],
      allowedRanges: ['127.0.0.0/8'],
      connectTimeoutMs: 1_000,
      maxAddresses: 8,
      keepAliveHoldMs: 0,
      ...network,
    },
    log: createLog('silent'),
    onProgress: () => undefined,
  };
}
