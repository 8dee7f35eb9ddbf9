import { clientCertificateRequired } from '../../src/checks/client-certificate-required.js';
import { aDistribution, anOrigin, aTls } from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const demanded = { tls: aTls({ outcome: 'client-certificate-required' }), http: [] };
const distribution = aDistribution();

describeCheck(clientCertificateRequired, {
  found: [
    [
      'a demand that CloudFront cannot meet, with the caveat on the status',
      { ...probeOf(demanded), distribution },
      /asks for a client certificate .* not with which status\)$/,
      { strength: 'supported' },
    ],
  ],
  ruledOut: [['no demand', { ...probeOf({}), distribution }, /does not insist/]],
  inconclusive: [
    [
      'an origin to which CloudFront presents one',
      { ...probeOf(demanded), distribution: aDistribution({ origins: [anOrigin({ usesMutualTls: true })] }) },
      /a probe from here cannot/,
    ],
  ],
});
