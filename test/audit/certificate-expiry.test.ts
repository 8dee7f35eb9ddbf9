/** What the item certificate-expiry says of a distribution. */
import { certificateExpiry } from '../../src/audit/certificate-expiry.js';
import { nothing, probesOf, unseen } from '../builders/audit.js';
import { aCertificate, aConnection, aDeadAddress, anAddress, aProbe, aTls } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const until = (...dates: readonly string[]) =>
  probesOf(
    aProbe({
      addresses: [
        anAddress({ tls: aTls({ chain: dates.map((date) => aCertificate({ validTo: `${date}T00:00:00.000Z` })) }) }),
      ],
    }),
  );
const plain = aProbe({ connection: aConnection({ scheme: 'http' }), addresses: [anAddress({ tls: null })] });

describeItem(certificateExpiry, [
  ['months left', { 'origin-probes': until('2027-03-01') }, 'in-place', /has 100 days left/],
  [
    'days left',
    { 'origin-probes': until('2026-12-01') },
    'at-risk',
    /Only 10 days left: the certificate of origin\.example\.com/,
    /validation_method/,
  ],
  ['expired', { 'origin-probes': until('2026-11-18') }, 'at-risk', /^Expired 3 days ago/],
  [
    'an intermediate that runs out first',
    { 'origin-probes': until('2027-03-01', '2026-11-25') },
    'at-risk',
    /a certificate in the chain/,
  ],
  ['plain HTTP', { 'origin-probes': probesOf(plain) }, 'in-place', /No origin is reached by HTTPS/],
  [
    'an origin that does not answer',
    { 'origin-probes': probesOf(aProbe({ addresses: [aDeadAddress('timed-out')] })) },
    'unknown',
    /No certificate/,
    /can be reached/,
  ],
  ['no probe', { 'origin-probes': unseen('api/https/origin.example.com') }, 'unknown', /No certificate/, /Allow it/],
  ['nothing to probe', { 'origin-probes': nothing }, 'in-place', /No origin is reached by HTTPS/],
]);
