/** Plans what to read from AWS about the parts that the configuration leads to: balancers, functions at the edge, changes. Pure. */
import type { DistributionEvidence, Origin, TimeWindow } from '../diagnosis/evidence.js';
import { isLiteralPath } from '../diagnosis/path-pattern.js';
import type { CollectTask } from './collector.js';
import { parseLoadBalancerArn, parseLoadBalancerName } from './load-balancer-name.js';

interface Planned {
  readonly id: string;
  readonly title: string;
  readonly task: CollectTask;
}

/** The balancers behind origins that a behaviour uses: by Amazon's name, by an alias of it, or by the ARN of a VPC origin. */
export function planLoadBalancers(distribution: DistributionEvidence, window: TimeWindow): readonly Planned[] {
  return listBalanced(distribution).map(({ origin, domainName, arn }, index) => ({
    id: `load-balancer-${index + 1}`,
    title: `Look at the load balancer ${domainName}`,
    task: {
      kind: 'load-balancer',
      originId: origin.id,
      domainName,
      window,
      ...(arn === null ? {} : { arn }),
    },
  }));
}

interface Balanced {
  readonly origin: Origin;
  /** Amazon's name for the balancer, or the origin's name where only the ARN is known. */
  readonly domainName: string;
  readonly arn: string | null;
  readonly region: string;
  readonly name: string;
}

function listBalanced({ connections, origins }: DistributionEvidence): readonly Balanced[] {
  const used = new Set(connections.map((connection) => connection.originId));
  return origins
    .filter((origin) => used.has(origin.id))
    .flatMap((origin): readonly Balanced[] => {
      const byArn = origin.vpcEndpoint ? parseLoadBalancerArn(origin.vpcEndpoint.arn) : null;
      if (byArn !== null)
        return [{ origin, domainName: origin.domainName, arn: byArn.arn, region: byArn.region, name: byArn.name }];
      const domainName = origin.balancerName ?? origin.domainName;
      const byName = parseLoadBalancerName(domainName);
      return byName === null ? [] : [{ origin, domainName, arn: null, region: byName.region, name: byName.name }];
    });
}

/** Nothing where no behaviour has a function. */
export function planEdgeFunctions(distribution: DistributionEvidence, window: TimeWindow): readonly Planned[] {
  const arnsOf = (runtime: string) => [
    ...new Set(
      distribution.behaviours.flatMap(({ edgeFunctions }) =>
        edgeFunctions.filter((one) => one.runtime === runtime).map(({ arn }) => arn),
      ),
    ),
  ];
  const functionArns = arnsOf('cloudfront-function');
  const lambdaArns = arnsOf('lambda-at-edge');
  if (functionArns.length + lambdaArns.length === 0) return [];
  return [
    {
      id: 'edge-functions',
      title: 'Read the metrics of the edge functions',
      task: { kind: 'edge-functions', distributionId: distribution.id, functionArns, lambdaArns, window },
    },
  ];
}

/** Changes that can begin 502s, by what the distribution has. The order is that of the asking, which ends when time is up. */
const changesOf = {
  distribution: ['UpdateDistribution', 'UpdateDistributionWithStagingConfig'],
  functions: ['PublishFunction'],
  vpcOrigins: ['UpdateVpcOrigin'],
  policies: ['UpdateOriginRequestPolicy', 'UpdateCachePolicy'],
  balancer: [
    'ModifyListener',
    'DeregisterTargets',
    'RegisterTargets',
    'ModifyTargetGroup',
    'ImportCertificate',
    'SetSecurityGroups',
    'ModifyRule',
    'ModifyLoadBalancerAttributes',
    'CreateListener',
    'DeleteListener',
    'ModifyTargetGroupAttributes',
    'DeleteCertificate',
  ],
} as const;

/** Regions asked, beside that of CloudFront. */
const maxRegions = 3;
const policyId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** CloudFront's own changes are recorded in us-east-1, a balancer's in its region. */
export function planChanges(distribution: DistributionEvidence, window: TimeWindow): readonly Planned[] {
  const functionNames = distribution.behaviours.flatMap(({ edgeFunctions }) =>
    edgeFunctions.flatMap(({ runtime, arn }) =>
      runtime === 'cloudfront-function' ? [arn.split(':function/')[1] ?? arn] : [],
    ),
  );
  const vpcOriginIds = distribution.origins.flatMap(({ vpcOriginId }) => vpcOriginId ?? []);
  const policyIds = distribution.behaviours.flatMap(
    ({ forwardsHostBecause }) => forwardsHostBecause.match(policyId) ?? [],
  );
  const balanced = listBalanced(distribution);
  const regions = [...new Set(balanced.map(({ region }) => region))].slice(0, maxRegions);
  const ofCloudFront = [
    ...changesOf.distribution,
    ...(functionNames.length === 0 ? [] : changesOf.functions),
    ...(vpcOriginIds.length === 0 ? [] : changesOf.vpcOrigins),
    ...(policyIds.length === 0 ? [] : changesOf.policies),
  ];
  const lookups = ['us-east-1', ...regions.filter((region) => region !== 'us-east-1')].map((region) => ({
    region,
    names: [...(region === 'us-east-1' ? ofCloudFront : []), ...(regions.includes(region) ? changesOf.balancer : [])],
  }));
  const mentions = [
    distribution.id,
    ...functionNames,
    ...vpcOriginIds,
    ...policyIds,
    ...balanced.map(({ name }) => name),
  ];
  return [
    {
      id: 'changes',
      title: 'Ask CloudTrail what changed',
      task: { kind: 'changes', window, lookups, mentions: [...new Set(mentions)].slice(0, 200) },
    },
  ];
}

/** One request as a viewer would send it, to a path that was asked about or to the root. */
export function planEdgeTwin(distribution: DistributionEvidence, pathPattern: string | null): readonly Planned[] {
  const host = distribution.aliases.find((alias) => !alias.includes('*')) ?? distribution.domainName;
  if (host === '' || distribution.staging || distribution.connectionMode === 'tenant-only') return [];
  const path = pathPattern !== null && isLiteralPath(pathPattern) ? pathPattern : '/';
  return [
    {
      id: 'edge-twin',
      title: `Send one request through CloudFront to ${host}`,
      task: {
        kind: 'edge-twin',
        domainName: distribution.domainName,
        host,
        port: 443,
        path: path.startsWith('/') ? path : `/${path}`,
      },
    },
  ];
}
