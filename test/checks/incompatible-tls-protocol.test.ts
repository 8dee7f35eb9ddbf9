import { incompatibleTlsProtocol } from '../../src/checks/incompatible-tls-protocol.js';
import type { TlsExploration } from '../../src/diagnosis/probe-depth.js';
import {
  aCertificate,
  aDistribution,
  aFailedTls,
  anExploration,
  anOrigin,
  aTls,
  misleadingVantage,
} from '../builders/evidence.js';
import { describeCheck, handshakeOf, probeOf } from './describe-check.js';

const old = { protocol: 'TLSv1.1', cipher: 'ECDHE-RSA-AES128-SHA', curve: 'prime256v1', applicationProtocol: null };
const failed = (exploration: Partial<TlsExploration>, error: string | null = 'protocol_version') =>
  probeOf({ tls: { ...aFailedTls('alert', error), exploration: anExploration(exploration) }, http: [] });
const tooOld = { accepted: { ...old, leaf: aCertificate() }, enough: [{ ...old, by: 'protocol' as const }] };
const newer = { ...old, protocol: 'TLSv1.2' };

describeCheck(incompatibleTlsProtocol, {
  found: [
    [
      'an origin that is older than what is set',
      { ...failed(tooOld), distribution: aDistribution() },
      /^CloudFront may use TLSv1\.2 towards origin\.example\.com, which accepts TLSv1\.1 and none of it$/,
      { strength: 'proven' },
    ],
    [
      'an origin that is newer than what is set, where AWS is of two minds',
      {
        ...failed({ accepted: { ...newer, leaf: aCertificate() }, enough: [{ ...newer, by: 'protocol' }] }),
        distribution: aDistribution({ origins: [anOrigin({ sslProtocols: ['TLSv1', 'TLSv1.1'] })] }),
      },
      /may use TLSv1 and TLSv1\.1 .* accepts TLSv1\.2/,
      { strength: 'supported' },
    ],
    [
      'an alert that names the version, with nothing else to go by',
      failed({ accepted: null, enough: [] }),
      /which accepts none of it$/,
      { strength: 'supported' },
    ],
    [
      'SSLv3 among the protocols, and an origin that does not take it',
      handshakeOf(
        { exploration: anExploration({ accepted: null, enough: [], sslV3: 'rejected' }) },
        { vantage: misleadingVantage },
      ),
      /accepts TLSv1\.2 and none of it/,
      { strength: 'supported' },
    ],
    [
      'two things at once, of which the version comes first',
      failed({ ...tooOld, enough: [] }, 'unsupported_protocol'),
      /accepts TLSv1\.1/,
      {},
    ],
  ],
  ruledOut: [
    ['a completed handshake', probeOf({}), /accepts a TLS version/],
    ['a cipher suite that is not in common', failed({}), /does not get that far/],
    [
      'SSLv3 that is taken',
      handshakeOf({ exploration: anExploration({ accepted: null, enough: [], sslV3: 'accepted' }) }),
      /accepts/,
    ],
  ],
  inconclusive: [
    ['silence', probeOf({ tls: aFailedTls('timed-out'), http: [] }), /did not answer/],
    [
      'a suite that CloudFront offers and the probe cannot',
      probeOf({
        tls: { ...aTls(aFailedTls('alert')), exploration: anExploration({ legacyCipher: 'DES-CBC3-SHA' }) },
        http: [],
      }),
      /did not answer/,
    ],
  ],
});
