/** Names that Amazon gives to load balancers. */

/**
 * Whether a name is a load balancer's own, for which nobody can hold a public certificate: `<name>-<id>.<region>.elb.amazonaws.com`
 * (application and classic) or `<name>-<id>.elb.<region>.amazonaws.com` (network).
 */
export function isBalancerName(domainName: string): boolean {
  return /\.elb\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\.?$/i.test(domainName);
}
