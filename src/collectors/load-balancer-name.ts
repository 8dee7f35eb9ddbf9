/** What the DNS name that AWS gives to a load balancer says about it. */

export interface LoadBalancerName {
  /** Lower case, without `dualstack.`: as DescribeLoadBalancers reports it. */
  readonly dnsName: string;
  readonly region: string;
}

const region = '[a-z]{2}(?:-[a-z]+)+-[0-9]';
/** Application and classic: `name-id.region.elb.amazonaws.com`, with `internal-` before the name where it is internal. */
const applicationForm = new RegExp(`^[a-z0-9-]+\\.(${region})\\.elb\\.amazonaws\\.com(?:\\.cn)?$`);
/** Network: `name-id.elb.region.amazonaws.com`. */
const networkForm = new RegExp(`^[a-z0-9-]+\\.elb\\.(${region})\\.amazonaws\\.com(?:\\.cn)?$`);

/** null where the name is not one that Elastic Load Balancing gives. */
export function parseLoadBalancerName(domainName: string): LoadBalancerName | null {
  const dnsName = domainName
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
  const found = (applicationForm.exec(dnsName) ?? networkForm.exec(dnsName))?.[1];
  return found === undefined ? null : { dnsName, region: found };
}
