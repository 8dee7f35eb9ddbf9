/** Raises the world of one case on the stage: origins, distribution, balancers, logs and metrics; and what a person would see of it. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { AccessLogRow } from '../../world/access-logs.js';
import {
  behaviour,
  customOrigin,
  distributionConfig,
  originGroup,
  vpcOrigin,
} from '../../world/aws/distribution-config.js';
import { managedOriginRequestPolicies } from '../../world/aws/managed-policies.js';
import type { BenchCase, CaseNames, OriginSketch, WorldSketch } from './bench-case.js';
import { plantBalancer } from './plant-balancer.js';
import { plantTraffic } from './plant-traffic.js';
import { type RaisedOrigin, raiseOrigin } from './raise-origin.js';
import { addressOf, namesOf, regionOf, type Stage } from './stage.js';

export interface RaisedWorld {
  readonly names: CaseNames;
  readonly config: DistributionConfig;
  readonly origins: readonly RaisedOrigin[];
  /** Rows that whoever may read the bucket finds there; null where there are none to be had. */
  readonly loggedRows: readonly AccessLogRow[] | null;
  stop(): Promise<void>;
}

const sendsHost = { OriginRequestPolicyId: managedOriginRequestPolicies['Managed-AllViewer'] };

export async function raiseWorld(stage: Stage, { world }: BenchCase, caseNumber: number): Promise<RaisedWorld> {
  const names = namesOf(caseNumber);
  let given = 0;
  const nextAddress = () => {
    given += 1;
    return addressOf(caseNumber, given);
  };
  const origins: RaisedOrigin[] = [];
  for (const sketch of world.origins)
    origins.push(await raiseOrigin(sketch, { stage, names, forwardsHost: isHostSentTo(world, sketch), nextAddress }));
  const config = configure(world, names, origins);
  const distribution = stage.aws.putDistribution({
    id: names.distributionId,
    domainName: names.distributionDomain,
    config,
    ...(world.metrics === 'basic' ? {} : { additionalMetrics: 'Enabled' as const }),
  });
  const rows = plantTraffic(stage.aws, world, names);
  for (const { sketch, ...place } of origins)
    if (sketch.balancer !== undefined)
      plantBalancer(stage.aws, { ...sketch, balancer: sketch.balancer }, { ...place, names, rows });
  const lifts = takePermissions(stage, world, names);
  world.plant?.({ aws: stage.aws, names, rows });
  return {
    names,
    config: distribution.config,
    origins,
    loggedRows: (world.logs ?? 'on') === 'on' ? rows : null,
    stop: async () => {
      for (const lift of lifts) lift();
      await Promise.all(origins.map((origin) => origin.stop()));
    },
  };
}

function isHostSentTo(world: WorldSketch, { label }: OriginSketch): boolean {
  const defaultOrigin = world.defaultOrigin ?? world.origins[0].label;
  const reaches = (target: string) =>
    target === label || (world.groups ?? []).some((group) => group.label === target && group.members.includes(label));
  return (
    (world.forwardsHost === true && reaches(defaultOrigin)) ||
    (world.behaviours ?? []).some(({ origin, forwardsHost }) => forwardsHost === true && reaches(origin))
  );
}

function configure(world: WorldSketch, names: CaseNames, origins: readonly RaisedOrigin[]): DistributionConfig {
  const [first, ...rest] = origins.map(configureOrigin);
  if (first === undefined) throw new Error('a distribution has at least one origin');
  const isLogged = world.logs !== 'off';
  return distributionConfig({
    origins: [first, ...rest],
    originGroups: (world.groups ?? []).map(({ label, members, statusCodes }) =>
      originGroup(label, members, statusCodes),
    ),
    defaultBehaviour: {
      TargetOriginId: world.defaultOrigin ?? world.origins[0].label,
      ...(world.forwardsHost === true ? sendsHost : {}),
      ...world.defaultBehaviour,
    },
    behaviours: (world.behaviours ?? []).map(({ path, origin, forwardsHost, settings }) =>
      behaviour(path, origin, { ...(forwardsHost === true ? sendsHost : {}), ...settings }),
    ),
    aliases: world.aliases?.(names) ?? [names.viewerHost],
    ...(isLogged ? { logging: { bucket: names.bucket, prefix: 'cdn/' } } : {}),
    ...(world.errorResponses === undefined ? {} : { errorResponses: world.errorResponses }),
    ...(world.distribution === undefined ? {} : { others: world.distribution }),
  });
}

function configureOrigin({ sketch, domainName, httpPort, httpsPort }: RaisedOrigin) {
  const headers = Object.entries(sketch.customHeaders ?? {});
  const settings = {
    Id: sketch.label,
    DomainName: domainName,
    OriginPath: sketch.originPath ?? '',
    ...(headers.length === 0
      ? {}
      : {
          CustomHeaders: {
            Quantity: headers.length,
            Items: headers.map(([HeaderName, HeaderValue]) => ({ HeaderName, HeaderValue })),
          },
        }),
  };
  if (sketch.vpc === true) return vpcOrigin(settings);
  const policies = { https: 'https-only', http: 'http-only', 'match-viewer': 'match-viewer' } as const;
  return customOrigin({
    ...settings,
    config: {
      HTTPPort: httpPort,
      HTTPSPort: httpsPort,
      OriginProtocolPolicy: policies[sketch.scheme ?? 'https'],
      ...sketch.config,
    },
  });
}

/** @returns what gives the permissions back. */
function takePermissions({ aws }: Stage, world: WorldSketch, names: CaseNames): readonly (() => void)[] {
  const how = 'access-denied';
  return [
    ...(world.distributionDenied === true
      ? [aws.fail({ service: 'cloudfront', url: `/${names.distributionId}`, how })]
      : []),
    ...(world.logs === 'denied' ? [aws.fail({ service: 's3', url: names.bucket, how })] : []),
    ...(world.metrics === 'denied' ? [aws.fail({ service: 'cloudwatch', body: names.distributionId, how })] : []),
    ...(world.origins.some(({ balancer }) => balancer?.denied === true)
      ? [aws.fail({ service: 'elasticloadbalancing', region: regionOf(names.number), how })]
      : []),
  ];
}
