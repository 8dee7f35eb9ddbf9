/** Puts the load balancer of one origin into the local AWS: listeners, targets, and the metrics of the window. */
import type { AccessLogRow } from '../../world/access-logs.js';
import type { LocalAws } from '../../world/aws/local-aws.js';
import type { BalancerSketch, CaseNames, MinuteCount, OriginSketch } from './bench-case.js';
import { countMinutes, type MinuteOfTraffic } from './plant-traffic.js';
import { regionOf } from './stage.js';

/** What AWS serves from an ordinary, healthy balancer. */
const healthyTargets = [
  { id: 'i-0aa11bb22cc33dd44', port: 8080 },
  { id: 'i-0ee55ff66aa77bb88', port: 8080 },
];

export function plantBalancer(
  aws: LocalAws,
  sketch: OriginSketch & { readonly balancer: BalancerSketch },
  place: {
    readonly domainName: string;
    readonly httpPort: number;
    readonly httpsPort: number;
    readonly names: CaseNames;
    readonly rows: readonly AccessLogRow[];
  },
): void {
  const { balancer, label } = sketch;
  const region = regionOf(place.names.number);
  const { dimension } = aws.putLoadBalancer({
    region,
    name: `${label}-${place.names.number}`,
    dnsName: place.domainName,
    listeners: balancer.listeners ?? [
      sketch.scheme === 'http'
        ? { port: place.httpPort, protocol: 'HTTP' }
        : { port: place.httpsPort, protocol: 'HTTPS' },
    ],
    targetGroups: balancer.targetGroups ?? [{ name: `${label}-${place.names.number}`, targets: healthyTargets }],
    ...(balancer.type === undefined ? {} : { type: balancer.type }),
    ...(balancer.scheme === undefined ? {} : { scheme: balancer.scheme }),
    ...(balancer.attributes === undefined ? {} : { attributes: balancer.attributes }),
  });
  const minutes = countMinutes(place.rows);
  const metrics: Readonly<Record<string, MinuteCount>> = {
    RequestCount: { of: 'requests', times: 0.4 },
    ...balancer.metrics,
  };
  for (const [name, count] of Object.entries(metrics)) {
    const points = minutes
      .map((minute) => ({ at: minute.at, value: countAt(count, minute) }))
      // CloudWatch has no datapoint where a balancer counted nothing.
      .filter(({ value }) => value > 0);
    aws.putMetric({
      region,
      namespace: 'AWS/ApplicationELB',
      name,
      dimensions: { LoadBalancer: dimension },
      points,
    });
  }
}

function countAt(count: MinuteCount, { requests, badGateways }: MinuteOfTraffic): number {
  if (typeof count === 'number') return count;
  return Math.round((count.of === 'failures' ? badGateways : requests) * count.times);
}
