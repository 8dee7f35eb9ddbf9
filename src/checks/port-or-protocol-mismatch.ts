/** The port that CloudFront is told to use speaks something else than what CloudFront speaks to it. */
import { defineCheck } from '../diagnosis/check.js';
import type { AddressProbe } from '../diagnosis/evidence.js';
import type { Outcome } from '../diagnosis/finding.js';
import { badGatewayPage } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { findListenerMismatch } from '../diagnosis/listener-mismatch.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';
import { findRedirectLoop } from '../diagnosis/redirect-loop.js';
import { findMismatch } from '../diagnosis/tls-mismatch.js';
import { findWebsiteOverTls } from '../diagnosis/website-endpoint.js';

const { connect, cut, malformedHead } = resultsOf;
const speaks = { tls: 'TLS', 'http/2': 'HTTP/2 only', banner: 'another protocol, which greets first' } as const;

export const portOrProtocolMismatch = defineCheck({
  id: 'port-or-protocol-mismatch',
  title: 'Port or protocol mismatch',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  refines: [
    'refused-connection',
    'plaintext-on-tls-port',
    'unreachable-origin',
    'reset-connection',
    'rejected-handshake',
    'mismatched-certificate-name',
  ],
  needs: ['origin-probe'],
  uses: ['load-balancer', 'distribution'],
  evaluate: ({ 'origin-probe': probe, 'load-balancer': balancer, distribution }): Outcome => {
    const { scheme, port } = probe.connection;
    const own = scheme === 'http' ? 'plain HTTP/1.1' : 'HTTP/1.1 over TLS';
    const outcome =
      findWebsiteOverTls(probe, distribution) ??
      findListenerMismatch(probe, balancer, distribution) ??
      judgeProbe(probe, {
        over: 'tcp',
        read: (address) => (address.tcp.outcome === 'connected' ? [address] : []),
        isFault: (address) => protocolOf(address) !== null,
        claim: (address, connection) =>
          `Port ${port} of ${nameOf(connection)} speaks ${speaks[protocolOf(address) ?? 'banner']}, and CloudFront speaks ${own} to it`,
        fact: describe,
        strength: (address) => (protocolOf(address) === 'http/2' ? 'supported' : 'proven'),
        sound: (connection) =>
          `Port ${port} of ${nameOf(connection)} speaks what CloudFront speaks to it, as far as it answers.`,
        remedy:
          'Set the origin’s protocol policy and port to what listens there: the HTTPS port for TLS, and HTTP/1.1 enabled beside HTTP/2.',
        layer: 'cloudfront-to-origin',
        detailedResults: [...new Set([...connect, ...malformedHead, ...cut])],
        dependsOnHost: false,
      });
    return outcome.state === 'ruled-out' ? (findRedirectLoop(probe) ?? outcome) : outcome;
  },
});

function protocolOf({ otherProtocol, tls }: AddressProbe): keyof typeof speaks | null {
  if (otherProtocol !== null) return otherProtocol;
  return tls !== null && findMismatch(tls)?.of === 'application-protocol' ? 'http/2' : null;
}

function describe(address: AddressProbe): string {
  const protocol = protocolOf(address);
  const problem = address.http.find((answer) => answer.problem !== null)?.problem ?? null;
  if (protocol === null) return 'nothing but what CloudFront speaks';
  return problem ?? `speaks ${speaks[protocol]}`;
}
