/** What the DNS name or the ARN that AWS gives to a load balancer says about it. */

export interface LoadBalancerName {
  /** Lower case, without `dualstack.`: as DescribeLoadBalancers reports it. */
  readonly dnsName: string;
  readonly region: string;
  /** As its owner called it. */
  readonly name: string;
}

const region = '[a-z]{2}(?:-[a-z]+)+-[0-9]';
/** Application and classic: `name-id.region.elb.amazonaws.com`, with `internal-` before the name where it is internal. */
const applicationForm = new RegExp(`^([a-z0-9-]+)\\.(${region})\\.elb\\.amazonaws\\.com(?:\\.cn)?$`);
/** Network: `name-id.elb.region.amazonaws.com`. */
const networkForm = new RegExp(`^([a-z0-9-]+)\\.elb\\.(${region})\\.amazonaws\\.com(?:\\.cn)?$`);

/** null where the name is not one that Elastic Load Balancing gives. */
export function parseLoadBalancerName(domainName: string): LoadBalancerName | null {
  const dnsName = domainName
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
  const [, label, found] = applicationForm.exec(dnsName) ?? networkForm.exec(dnsName) ?? [];
  if (label === undefined || found === undefined) return null;
  return { dnsName, region: found, name: label.replace(/^internal-/, '').replace(/-[0-9a-f]+$/, '') };
}

export interface LoadBalancerArn {
  readonly arn: string;
  readonly region: string;
  readonly name: string;
}

/** `arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>`; null for anything else. */
export function parseLoadBalancerArn(arn: string): LoadBalancerArn | null {
  const form = new RegExp(
    `^arn:aws[a-z-]*:elasticloadbalancing:(${region}):\\d{12}:loadbalancer/(?:app|net)/([\\w-]+)/`,
  );
  const [, found, name] = form.exec(arn) ?? [];
  return found === undefined || name === undefined ? null : { arn, region: found, name };
}
