import { expect } from '@jest/globals';
import { forwardedHostOnAwsEndpoint } from '../../src/checks/forwarded-host-on-aws-endpoint.js';
import type { AddressProbe, OriginConnection, OriginKind } from '../../src/diagnosis/evidence.js';
import {
  aConnection,
  aDistribution,
  aFailedTls,
  anAddress,
  anAnswer,
  anOrigin,
  aProbe,
  blindVantage,
} from '../builders/evidence.js';
import { describeCheck } from './describe-check.js';

const domainName = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
const connectionOf = (differing: Partial<OriginConnection> = {}) =>
  aConnection({ domainName, host: 'www.example.com', ...differing });
const distributionOf = (connection = connectionOf(), kind: OriginKind = 'api-gateway') =>
  aDistribution({ origins: [anOrigin({ domainName: connection.domainName, kind })], connections: [connection] });
const probeOf = (address: Partial<AddressProbe>) =>
  aProbe({ connection: connectionOf(), addresses: [anAddress(address)] });
const broken = { tls: aFailedTls('alert', 'handshake_failure'), http: [] };
const answered = (status: number) => ({ http: [anAnswer({ status })] });

describeCheck(forwardedHostOnAwsEndpoint, {
  found: [
    [
      'a handshake that ends for the viewer’s name',
      { distribution: distributionOf(), 'origin-probe': probeOf(broken) },
      /^CloudFront sends the Host www\.example\.com to API Gateway at a1b2.* and ends the TLS handshake for it$/,
      {
        strength: 'proven',
        explains: expect.objectContaining({ hosts: ['www.example.com'] }),
        citations: [expect.objectContaining({ kind: 'probe' }), expect.objectContaining({ kind: 'configuration' })],
      },
    ],
    [
      'a 403, which viewers get as it is',
      { distribution: distributionOf(), 'origin-probe': probeOf(answered(403)) },
      /answers 403, which viewers get as it is$/,
      { strength: 'possible', explains: null },
    ],
    [
      'a Lambda function URL that was not probed',
      { distribution: distributionOf(connectionOf(), 'lambda-url') },
      /a Lambda function URL .* knows only its own name$/,
      { strength: 'possible', explains: null },
    ],
    [
      'a failure that is seen from a blind place, without claiming it',
      { distribution: distributionOf(), 'origin-probe': { ...probeOf(broken), vantage: blindVantage } },
      /knows only its own name$/,
      { strength: 'possible', explains: null },
    ],
  ],
  ruledOut: [
    [
      'an endpoint that answers to it',
      { distribution: distributionOf(), 'origin-probe': probeOf(answered(200)) },
      /answers to the Host www\.example\.com/,
    ],
    ['its own name', { distribution: distributionOf(connectionOf({ host: domainName })) }, /Neither/],
    ['another kind of origin', { distribution: distributionOf(connectionOf(), 'custom') }, /Neither/],
    [
      'a custom domain name of API Gateway, which wants that Host',
      { distribution: distributionOf(connectionOf({ domainName: 'd-abc123.execute-api.eu-west-1.amazonaws.com' })) },
      /Neither/,
    ],
  ],
  inconclusive: [],
});
