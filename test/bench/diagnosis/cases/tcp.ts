/** Connections that do not come about. */
import type { BenchCase } from '../bench-case.js';
import { tcpFaults } from '../faults.js';
import { alone, hostForwarded, oneAddressOfTwo, oneBehaviour, throughBalancer } from '../variants.js';

export const tcpCases: readonly BenchCase[] = [
  ...tcpFaults.flatMap((fault) => [
    alone('tcp', fault, 'https'),
    alone('tcp', fault, 'http'),
    oneAddressOfTwo('tcp', fault, 'https'),
    oneBehaviour('tcp', fault, 'http'),
    hostForwarded('tcp', fault, 'https'),
    throughBalancer('tcp', fault, 'http'),
  ]),
  {
    id: 'tcp/reset-connection/on-accept',
    family: 'tcp',
    world: {
      origins: [{ label: 'web', hosts: [{ connection: 'reset-on-accept' }] }],
      failures: [{ share: 0.9, detailedResult: 'OriginConnectError' }],
    },
    expected: {
      outcome: 'cause-found',
      top: 'reset-connection',
      causes: ['reset-connection'],
      mayAlsoSay: ['refused-connection'],
    },
  },
  {
    // The policy is HTTP only, and the port speaks TLS.
    id: 'tcp/port-or-protocol-mismatch/http-to-tls-port',
    family: 'tcp',
    world: {
      origins: [
        {
          label: 'web',
          scheme: 'http',
          hosts: [{ connection: { bytes: Buffer.from([0x15, 0x03, 0x01, 0, 2, 2, 40]) } }],
        },
      ],
      failures: [{ share: 0.9, detailedResult: 'OriginInvalidResponseError' }],
    },
    expected: {
      outcome: 'cause-found',
      top: 'port-or-protocol-mismatch',
      causes: ['port-or-protocol-mismatch'],
      mayAlsoSay: ['malformed-response-head', 'premature-close'],
    },
  },
];
