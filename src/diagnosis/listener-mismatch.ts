/** The listeners of a load balancer against the port and protocol that CloudFront uses: judged by AWS's own account, where no probe reaches. Pure. */
import { behavioursOf } from './balancer-reading.js';
import type { DistributionEvidence, LoadBalancerEvidence, OriginConnection, OriginProbe } from './evidence.js';
import type { Outcome } from './finding.js';
import { resultsOf } from './log-results.js';
import { listOf } from './wording.js';

/** Found, or null: listeners that fit do not rule a mismatch out, since what is behind them may differ. */
export function findListenerMismatch(
  { connection, addresses }: OriginProbe,
  balancer: LoadBalancerEvidence | null,
  distribution: DistributionEvidence | null,
): Outcome | null {
  if (balancer === null || distribution === null) return null;
  if (isUnreadVpcOrigin(distribution, connection.originId) || balancer.listeners.length === 0) return null;
  // What was seen to work outweighs what the listing says.
  const isOpen = addresses.some(({ tcp }) => tcp.outcome === 'connected');
  const isSpoken = addresses.some(({ tls, http }) =>
    connection.scheme === 'https' ? tls?.outcome === 'completed' : http.some(({ outcome }) => outcome === 'response'),
  );
  const listener = balancer.listeners.find(({ port }) => port === connection.port);
  const others = listOf(balancer.listeners.map(({ port, protocol }) => `${protocol} on ${port}`));
  const claim =
    listener === undefined
      ? isOpen
        ? null
        : `CloudFront connects to port ${connection.port} of ${balancer.name}, which has no listener there (it has ${others})`
      : isSpoken
        ? null
        : describeProtocol(connection, balancer, listener.protocol);
  if (claim === null) return null;
  const { connect, cut } = resultsOf;
  const finding = {
    claim,
    layer: 'cloudfront-to-origin' as const,
    strength: 'proven' as const,
    originId: connection.originId,
    connectionId: connection.id,
    citations: [{ kind: 'load-balancer' as const, ref: balancer.arn, fact: `listeners: ${others}` }] as const,
    explains: {
      behaviours: behavioursOf(distribution, connection.originId),
      detailedResults: listener === undefined ? connect : [...new Set([...connect, ...cut])],
    },
    remedy:
      'Set the origin’s port and protocol policy to those of a listener, or add the listener that CloudFront asks for.',
  };
  return { state: 'found', findings: [finding] };
}

/** A TCP listener passes on whatever comes. Plain HTTP to an application balancer's HTTPS listener is a 400 that viewers get as it is. */
function describeProtocol(
  { scheme, port }: OriginConnection,
  { name }: LoadBalancerEvidence,
  protocol: string,
): string | null {
  if (scheme === 'https' && protocol === 'HTTP')
    return `CloudFront speaks TLS to port ${port} of ${name}, whose listener there is plain HTTP`;
  if (scheme === 'http' && protocol === 'TLS')
    return `CloudFront speaks plain HTTP to port ${port} of ${name}, whose listener there is TLS`;
  return null;
}

/** Ports and protocol of a VPC origin are kept on it and not in the distribution: without them nothing can be claimed. */
export function isUnreadVpcOrigin({ origins }: DistributionEvidence, originId: string): boolean {
  return origins.some(({ id, kind, vpcEndpoint }) => id === originId && kind === 'vpc' && !vpcEndpoint);
}
