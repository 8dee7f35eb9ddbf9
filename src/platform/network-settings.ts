/** How probes reach the network. */
import type { Config } from '../config.js';
import type { Policy } from '../policy.js';

/** How the prober reaches the network; from configuration and policy, never from what is probed. */
export interface NetworkSettings {
  /** `address` or `address:port`; public resolvers by default, as CloudFront resolves through public DNS. */
  readonly dnsServers: readonly string[];
  /** PEM certificates trusted beside Mozilla's roots. Empty except in private test set-ups. */
  readonly extraTrustRoots: readonly string[];
  /** CIDR ranges that may be probed although they are loopback, private or link-local. */
  readonly allowedRanges: readonly string[];
  readonly connectTimeoutMs: number;
  readonly maxAddresses: number;
  /** Port of the name servers of a zone; 53 but in private set-ups. */
  readonly nameServerPort?: number;
  /** How long an idle connection is held at most, to see when the origin closes it; 0: none is held. */
  readonly keepAliveHoldMs: number;
}

/** The settings of this installation. */
export function networkSettings(config: Config, policy: Policy): NetworkSettings {
  return {
    dnsServers: config.dnsServers,
    extraTrustRoots: config.extraTrustRoots,
    allowedRanges: policy.probes.allowedRanges,
    connectTimeoutMs: policy.probes.connectTimeoutSeconds * 1000,
    maxAddresses: policy.probes.maxAddresses,
    keepAliveHoldMs: policy.probes.keepAliveHoldSeconds * 1000,
  };
}
