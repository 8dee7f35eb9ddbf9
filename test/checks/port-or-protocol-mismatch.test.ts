import { portOrProtocolMismatch } from '../../src/checks/port-or-protocol-mismatch.js';
import {
  aConnection,
  aDeadAddress,
  aFailedTls,
  anAddress,
  anAnswer,
  anExploration,
  aProbe,
} from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const connection = aConnection({ scheme: 'http' });
const overHttp = (differing: Parameters<typeof anAddress>[0]) => ({
  'origin-probe': aProbe({ connection, addresses: [anAddress({ port: 80, tls: null, ...differing })] }),
});
const redirect = (location: string) => overHttp({ http: [anAnswer({ path: '/a', status: 301, location })] });
const h2 = { protocol: 'TLSv1.2', cipher: 'x', curve: 'X25519', applicationProtocol: 'h2' };

describeCheck(portOrProtocolMismatch, {
  found: [
    [
      'TLS where plain HTTP is due',
      overHttp({ otherProtocol: 'tls', http: [anAnswer({ outcome: 'closed-before-head', status: null })] }),
      /^Port 80 of origin\.example\.com speaks TLS, and CloudFront speaks plain HTTP\/1\.1 to it$/,
      { strength: 'proven' },
    ],
    ['another protocol', overHttp({ otherProtocol: 'banner' }), /speaks another protocol, which greets first/, {}],
    [
      'HTTP/2 only, by what the handshake takes',
      probeOf({
        tls: {
          ...aFailedTls('alert', 'no_application_protocol'),
          exploration: anExploration({ enough: [{ ...h2, by: 'application-protocol' }] }),
        },
        http: [],
      }),
      /speaks HTTP\/2 only, and CloudFront speaks HTTP\/1\.1 over TLS to it$/,
      { strength: 'supported' },
    ],
    [
      'a redirect to itself over HTTPS, which is no 502',
      redirect('https://origin.example.com/a'),
      /loop of redirects, which is no 502$/,
      { explains: null },
    ],
  ],
  ruledOut: [
    ['what CloudFront speaks', probeOf({}), /speaks what CloudFront speaks/],
    ['a redirect elsewhere', redirect('https://www.example.com/b'), /speaks what/],
  ],
  inconclusive: [['silence', { 'origin-probe': aProbe({ addresses: [aDeadAddress('timed-out')] }) }, /did not answer/]],
});
