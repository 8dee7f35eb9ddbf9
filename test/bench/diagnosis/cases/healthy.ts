/** Nothing is wrong, whatever it looks like. */
import { headOfBytes } from '../../../world/origin-answers.js';
import { soundIdentity, soundTls } from '../../../world/origin-faults.js';
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';

const nothing: Expected = { outcome: 'no-502s', top: null, causes: [] };

function healthy(what: string, world: WorldSketch): BenchCase {
  return { id: `healthy/${what}`, family: 'healthy', world, expected: nothing };
}

export const healthyCases: readonly BenchCase[] = [
  healthy('https', { origins: [{ label: 'web' }] }),
  healthy('http', { origins: [{ label: 'web', scheme: 'http' }] }),
  healthy('match-viewer', {
    origins: [{ label: 'web', scheme: 'match-viewer' }],
    defaultBehaviour: { ViewerProtocolPolicy: 'allow-all' },
  }),
  healthy('host-forwarded', { origins: [{ label: 'web' }], forwardsHost: true }),
  healthy('two-addresses', { origins: [{ label: 'web', hosts: [{}, {}] }] }),
  healthy('balancer', { origins: [{ label: 'web', balancer: {} }], forwardsHost: true }),
  healthy('balancer-over-http-without-host', { origins: [{ label: 'web', scheme: 'http', balancer: {} }] }),
  healthy('without-logs', { origins: [{ label: 'web' }], logs: 'off' }),
  // CloudWatch has no datapoint where there is no request: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
  healthy('no-traffic', { origins: [{ label: 'web' }], logs: 'empty', metrics: 'none' }),
  healthy('404s-and-viewer-aborts', {
    origins: [{ label: 'web', hosts: [{ answer: { status: 404 } }] }],
    failures: [
      { share: 0.1, pathPattern: '/products/*', status: 404, detailedResult: 'Error' },
      { share: 0.05, status: 0, detailedResult: 'ClientCommError' },
    ],
  }),
  healthy('slow-but-in-time', { origins: [{ label: 'web', hosts: [{ answer: { firstByteDelayMs: 1_200 } }] }] }),
  healthy('expired-on-unused-origin', {
    origins: [{ label: 'web' }, { label: 'old', hosts: [{ tls: 'expired' }] }],
  }),
  healthy('idle-origin-refuses', {
    origins: [{ label: 'web' }, { label: 'old', hosts: [{ state: 'refusing' }] }],
    behaviours: [{ path: '/old/*', origin: 'old' }],
    logs: 'off',
  }),
  healthy('origin-hangs-up-without-the-secret-header', {
    origins: [{ label: 'web', customHeaders: { 'X-Origin-Verify': 'not-told' }, hosts: [{ answer: 'close' }] }],
  }),
  healthy('head-at-the-limit', { origins: [{ label: 'web', hosts: [{ answer: headOfBytes(32_768, 'X-Big') }] }] }),
  healthy('early-idle-close', { origins: [{ label: 'web', hosts: [{ idle: { endAfterMs: 2_000 } }] }] }),
  healthy('p-256-and-rsa-3072', {
    origins: [
      { label: 'web' },
      {
        label: 'api',
        hosts: [
          {
            tls: async (authority, names) => ({
              identity: soundIdentity(authority, await authority.mintLeaf(names, { keyType: 'rsa-3072' })),
            }),
          },
        ],
      },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
  }),
  healthy('tls-1.3-only', {
    origins: [
      {
        label: 'web',
        hosts: [
          { tls: async (authority, names) => ({ ...(await soundTls(authority, names)), minVersion: 'TLSv1.3' }) },
        ],
      },
    ],
  }),
  healthy('unhealthy-targets-and-no-502', {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        balancer: {
          targetGroups: [
            {
              name: 'half-well',
              targets: [
                { id: 'i-0aa11bb22cc33dd44' },
                { id: 'i-0ee55ff66aa77bb88', state: 'unhealthy', reason: 'Target.Timeout' },
              ],
            },
          ],
        },
      },
    ],
  }),
  healthy('12-kb-head', { origins: [{ label: 'web', hosts: [{ answer: headOfBytes(12_000, 'Set-Cookie', true) }] }] }),
  healthy('wildcard-certificate', {
    origins: [{ label: 'web', certificateNames: (names) => [names.host('*')] }],
  }),
  healthy('rsa-certificate', {
    origins: [
      {
        label: 'web',
        hosts: [
          {
            tls: async (authority, names) => ({
              identity: soundIdentity(authority, await authority.mintLeaf(names, { keyType: 'rsa-2048' })),
            }),
          },
        ],
      },
    ],
  }),
  healthy('other-certificate-without-sni', {
    origins: [
      {
        label: 'web',
        hosts: [
          {
            tls: async (authority, names) => ({
              identity: (await soundTls(authority, ['parking.example.test'])).identity,
              byServerName: Object.fromEntries(
                await Promise.all(
                  names.map(async (name) => [name, (await soundTls(authority, names)).identity] as const),
                ),
              ),
            }),
          },
        ],
      },
    ],
  }),
  healthy('http-1.0', {
    origins: [
      {
        label: 'web',
        scheme: 'http',
        hosts: [{ answer: { raw: 'HTTP/1.0 200 OK\r\n\r\nhello', afterwards: 'close' } }],
      },
    ],
  }),
  healthy('chunked', {
    origins: [
      {
        label: 'web',
        hosts: [
          {
            answer: {
              headers: [['Transfer-Encoding', 'chunked']],
              body: '5\r\nhello\r\n0\r\n\r\n',
            },
          },
        ],
      },
    ],
  }),
  healthy('origin-wants-a-secret-header', {
    origins: [{ label: 'web', hosts: [{ answer: { status: 403 } }], customHeaders: { 'X-Origin-Secret': 'not-told' } }],
  }),
  healthy('optional-tls-1.0', {
    origins: [
      {
        label: 'web',
        config: { OriginSslProtocols: { Quantity: 3, Items: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] } },
        hosts: [{ tls: async (authority, names) => ({ ...(await soundTls(authority, names)), minVersion: 'TLSv1' }) }],
      },
    ],
  }),
];
