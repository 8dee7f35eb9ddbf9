/** A load balancer as a test states it, and as the local AWS keeps it: ARNs, names and defaults as AWS makes them. */
import { randomBytes } from 'node:crypto';
import type {
  Listener,
  LoadBalancer,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';

export interface TargetSeed {
  /** Instance id, IP address or ARN. */
  readonly id: string;
  readonly port?: number;
  readonly zone?: string;
  /** Absent: healthy. */
  readonly state?: NonNullable<NonNullable<TargetHealthDescription['TargetHealth']>['State']>;
  readonly reason?: NonNullable<NonNullable<TargetHealthDescription['TargetHealth']>['Reason']>;
  readonly description?: string;
}

export interface LoadBalancerSeed {
  /** Absent: us-east-1. */
  readonly region?: string;
  readonly name: string;
  readonly type?: 'application' | 'network';
  readonly scheme?: 'internet-facing' | 'internal';
  readonly stateCode?: 'active' | 'provisioning' | 'active_impaired' | 'failed';
  /** Absent: as AWS makes it from name and region. */
  readonly dnsName?: string;
  /** Beside the defaults, for example `idle_timeout.timeout_seconds`. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly listeners?: readonly {
    readonly port: number;
    readonly protocol: NonNullable<Listener['Protocol']>;
    readonly certificateArns?: readonly string[];
  }[];
  readonly targetGroups?: readonly {
    readonly name: string;
    readonly protocol?: NonNullable<TargetGroup['Protocol']>;
    readonly port?: number;
    readonly attributes?: Readonly<Record<string, string>>;
    readonly targets?: readonly TargetSeed[];
  }[];
}

export interface StoredBalancer {
  readonly region: string;
  readonly balancer: LoadBalancer & { LoadBalancerArn: string };
  readonly attributes: Readonly<Record<string, string>>;
  readonly listeners: readonly Listener[];
  readonly groups: readonly {
    readonly group: TargetGroup & { TargetGroupArn: string };
    readonly attributes: Readonly<Record<string, string>>;
    readonly health: readonly TargetHealthDescription[];
  }[];
}

const applicationDefaults = {
  'idle_timeout.timeout_seconds': '60',
  'client_keep_alive.seconds': '3600',
  'routing.http2.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'deletion_protection.enabled': 'false',
};

export function storedBalancer(seed: LoadBalancerSeed, accountId: string, createdAt: Date): StoredBalancer {
  const { name, region = 'us-east-1', type = 'application', scheme = 'internet-facing' } = seed;
  const kind = type === 'application' ? 'app' : 'net';
  const hash = randomBytes(8).toString('hex');
  const arnBase = `arn:aws:elasticloadbalancing:${region}:${accountId}`;
  const arn = `${arnBase}:loadbalancer/${kind}/${name}/${hash}`;
  const label = `${scheme === 'internal' ? 'internal-' : ''}${name}-${randomBytes(4).readUInt32BE()}`;
  const dnsName =
    seed.dnsName ??
    (type === 'application' ? `${label}.${region}.elb.amazonaws.com` : `${label}.elb.${region}.amazonaws.com`);
  const groups = (seed.targetGroups ?? []).map((group) => {
    const port = group.port ?? 80;
    return {
      group: {
        TargetGroupArn: `${arnBase}:targetgroup/${group.name}/${randomBytes(8).toString('hex')}`,
        TargetGroupName: group.name,
        Protocol: group.protocol ?? (type === 'application' ? 'HTTP' : 'TCP'),
        Port: port,
        TargetType: 'instance' as const,
        HealthCheckPath: '/',
        HealthCheckEnabled: true,
        LoadBalancerArns: [arn],
      },
      attributes: { 'deregistration_delay.timeout_seconds': '300', ...group.attributes },
      health: (group.targets ?? []).map(
        (target): TargetHealthDescription => ({
          Target: {
            Id: target.id,
            Port: target.port ?? port,
            ...(target.zone === undefined ? {} : { AvailabilityZone: target.zone }),
          },
          HealthCheckPort: String(target.port ?? port),
          TargetHealth: {
            State: target.state ?? 'healthy',
            ...(target.reason === undefined ? {} : { Reason: target.reason }),
            ...(target.description === undefined ? {} : { Description: target.description }),
          },
        }),
      ),
    };
  });
  return {
    region,
    balancer: {
      LoadBalancerArn: arn,
      LoadBalancerName: name,
      DNSName: dnsName,
      CreatedTime: createdAt,
      Scheme: scheme,
      Type: type,
      State: { Code: seed.stateCode ?? 'active' },
      VpcId: 'vpc-0123456789abcdef0',
      IpAddressType: 'ipv4',
      AvailabilityZones: [{ ZoneName: `${region}a`, SubnetId: 'subnet-0123456789abcdef0' }],
    },
    attributes: { ...(type === 'application' ? applicationDefaults : {}), ...seed.attributes },
    listeners: (seed.listeners ?? []).map(({ port, protocol, certificateArns = [] }) => ({
      ListenerArn: `${arnBase}:listener/${kind}/${name}/${hash}/${randomBytes(8).toString('hex')}`,
      LoadBalancerArn: arn,
      Port: port,
      Protocol: protocol,
      ...(certificateArns.length === 0
        ? {}
        : {
            Certificates: certificateArns.map((CertificateArn) => ({ CertificateArn })),
            SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          }),
      DefaultActions: groups.slice(0, 1).map(({ group }) => ({
        Type: 'forward' as const,
        TargetGroupArn: group.TargetGroupArn,
      })),
    })),
    groups,
  };
}
