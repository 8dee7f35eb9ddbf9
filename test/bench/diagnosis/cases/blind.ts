/** What decides is out of sight: no cause may be named, and what would settle it is. */
import { soundTls } from '../../../world/origin-faults.js';
import type { BenchCase, WorldSketch } from '../bench-case.js';

const connect = [{ share: 0.3, detailedResult: 'OriginConnectError' }];

function blind(what: string, world: WorldSketch, outcome: 'inconclusive' | 'failed' = 'inconclusive'): BenchCase {
  return { id: `blind/${what}`, family: 'blind', world, expected: { outcome, top: null, causes: [] } };
}

export const blindCases: readonly BenchCase[] = [
  blind('vpc-origin-without-logs', { origins: [{ label: 'web', vpc: true }], logs: 'off', failures: connect }),
  blind('vpc-origin-connect-errors', { origins: [{ label: 'web', vpc: true }], failures: connect }),
  // A security group that lets only CloudFront in looks the same.
  blind('dropped-syns', { origins: [{ label: 'web', hosts: [{ state: 'dropping' }] }], failures: connect }),
  blind('dropped-syns-without-logs', {
    origins: [{ label: 'web', hosts: [{ state: 'dropping' }] }],
    logs: 'off',
    metrics: 'basic',
    failures: connect,
  }),
  blind('no-permission', { origins: [{ label: 'web' }], distributionDenied: true, failures: connect }, 'failed'),
  blind('neither-logs-nor-502-metric', {
    origins: [{ label: 'web' }],
    logs: 'off',
    metrics: 'basic',
    failures: connect,
  }),
  blind('logs-and-metrics-denied', {
    origins: [{ label: 'web' }],
    logs: 'denied',
    metrics: 'denied',
    failures: connect,
  }),
  blind('logs-not-in-yet', { origins: [{ label: 'web' }], logs: 'empty', failures: connect }),
  blind('resolvers-silent', { origins: [{ label: 'web', dns: 'silent' }], failures: connect }),
  blind('private-address', {
    origins: [{ label: 'web', dns: { a: ['10.20.30.40'] } }],
    failures: connect,
  }),
  blind('sound-now', { origins: [{ label: 'web' }], failures: connect }),
  blind('uncategorised-errors', {
    origins: [{ label: 'web' }],
    failures: [{ share: 0.2, detailedResult: 'Error' }],
  }),
  // CloudFront presents a client certificate to it, and nobody else has that.
  blind('origin-mutual-tls', {
    origins: [
      {
        label: 'web',
        hosts: [{ tls: 'client-certificate-demanded' }],
        config: {
          OriginMtlsConfig: { ClientCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d' },
        },
      },
    ],
    failures: connect,
  }),
  // AWS lists neither the suites of TLS 1.3 nor a way to allow it, and says that it is used: neither sound nor broken.
  blind('tls-1.3-only', {
    origins: [
      {
        label: 'web',
        hosts: [
          { tls: async (authority, names) => ({ ...(await soundTls(authority, names)), minVersion: 'TLSv1.3' }) },
        ],
      },
    ],
    failures: connect,
  }),
  blind('502s-under-another-status', {
    origins: [{ label: 'web' }],
    errorResponses: [{ ErrorCode: 502, ResponseCode: '200', ResponsePagePath: '/sorry.html', ErrorCachingMinTTL: 10 }],
  }),
];
