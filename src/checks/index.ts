/** The list of checks, in the order of the way from CloudFront to the application; a test holds it against the folder. */
import type { Check } from '../diagnosis/check.js';
import { balancerMade502 } from './balancer-made-502.js';
import { cachedError } from './cached-error.js';
import { clientCertificateRequired } from './client-certificate-required.js';
import { conflictingContentLength } from './conflicting-content-length.js';
import { edgeInternalError } from './edge-internal-error.js';
import { emptyObject } from './empty-object.js';
import { expiredCertificate } from './expired-certificate.js';
import { failingEdgeFunction } from './failing-edge-function.js';
import { forwardedHostOnAwsEndpoint } from './forwarded-host-on-aws-endpoint.js';
import { functionRewritesOrigin } from './function-rewrites-origin.js';
import { hidden502 } from './hidden-502.js';
import { incompatibleTlsCipher } from './incompatible-tls-cipher.js';
import { incompatibleTlsProtocol } from './incompatible-tls-protocol.js';
import { incompleteCertificateChain } from './incomplete-certificate-chain.js';
import { internalBalancerWithoutVpcOrigin } from './internal-balancer-without-vpc-origin.js';
import { ipv6WithoutAaaa } from './ipv6-without-aaaa.js';
import { malformedResponseHead } from './malformed-response-head.js';
import { mismatchedCertificateName } from './mismatched-certificate-name.js';
import { mismatchedContentRange } from './mismatched-content-range.js';
import { misorderedCertificateChain } from './misordered-certificate-chain.js';
import { missingAccessLogs } from './missing-access-logs.js';
import { notYetValidCertificate } from './not-yet-valid-certificate.js';
import { oversizedResponseHead } from './oversized-response-head.js';
import { plaintextOnTlsPort } from './plaintext-on-tls-port.js';
import { portOrProtocolMismatch } from './port-or-protocol-mismatch.js';
import { prematureClose } from './premature-close.js';
import { refusedConnection } from './refused-connection.js';
import { rejectedHandshake } from './rejected-handshake.js';
import { relayed502 } from './relayed-502.js';
import { resetConnection } from './reset-connection.js';
import { saturatedOrigin } from './saturated-origin.js';
import { selfSignedCertificate } from './self-signed-certificate.js';
import { shortOriginKeepalive } from './short-origin-keepalive.js';
import { slowOrigin } from './slow-origin.js';
import { targetReported5xx } from './target-reported-5xx.js';
import { truncatedBody } from './truncated-body.js';
import { unforwardedHostOnBalancerName } from './unforwarded-host-on-balancer-name.js';
import { unhealthyTargets } from './unhealthy-targets.js';
import { unreachableOrigin } from './unreachable-origin.js';
import { unresolvableOrigin } from './unresolvable-origin.js';
import { unseenOriginFault } from './unseen-origin-fault.js';
import { unsupportedCertificateKey } from './unsupported-certificate-key.js';
import { untrustedCertificate } from './untrusted-certificate.js';
import { viewerAborts } from './viewer-aborts.js';

export const checks: readonly Check[] = [
  failingEdgeFunction,
  functionRewritesOrigin,
  unresolvableOrigin,
  ipv6WithoutAaaa,
  refusedConnection,
  unreachableOrigin,
  internalBalancerWithoutVpcOrigin,
  forwardedHostOnAwsEndpoint,
  plaintextOnTlsPort,
  portOrProtocolMismatch,
  incompatibleTlsProtocol,
  incompatibleTlsCipher,
  rejectedHandshake,
  clientCertificateRequired,
  expiredCertificate,
  notYetValidCertificate,
  selfSignedCertificate,
  incompleteCertificateChain,
  misorderedCertificateChain,
  untrustedCertificate,
  unsupportedCertificateKey,
  mismatchedCertificateName,
  unforwardedHostOnBalancerName,
  resetConnection,
  prematureClose,
  shortOriginKeepalive,
  malformedResponseHead,
  conflictingContentLength,
  mismatchedContentRange,
  emptyObject,
  oversizedResponseHead,
  relayed502,
  balancerMade502,
  targetReported5xx,
  unhealthyTargets,
  truncatedBody,
  slowOrigin,
  saturatedOrigin,
  cachedError,
  hidden502,
  viewerAborts,
  edgeInternalError,
  unseenOriginFault,
  missingAccessLogs,
];
