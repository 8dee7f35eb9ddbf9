/** Finds the load balancer behind a name of one's own: an alias (CNAME) of the name that Amazon gave it. */
import { Resolver } from 'node:dns/promises';
import { parseLoadBalancerName } from './load-balancer-name.js';

/** Only a hint on where else to look, so that nothing may wait long for it. */
const timeoutMs = 1_000;
const maxAliases = 5;

/**
 * Lower case, without a final dot; null where the name is no alias of a balancer, or nobody could say. An alias record of Route 53 looks like
 * an ordinary address and is not found.
 */
export async function findBalancerAlias(
  name: string,
  dnsServers: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const resolver = createResolver(dnsServers);
  if (resolver === null) return null;
  const onAbort = (): void => resolver.cancel();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let current = name;
    for (let hops = 0; hops < maxAliases && !signal.aborted; hops += 1) {
      const [next] = await resolver.resolveCname(current).catch(() => []);
      if (next === undefined) return null;
      const found = parseLoadBalancerName(next);
      if (found !== null) return found.dnsName;
      current = next;
    }
    return null;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function createResolver(servers: readonly string[]): Resolver | null {
  try {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    resolver.setServers(servers.slice(0, 1));
    return resolver;
  } catch {
    return null;
  }
}
