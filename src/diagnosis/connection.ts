/** Plans the distinct ways in which a distribution reaches its origins: what there is to probe. */
import type {
  Behaviour,
  DistributionTenant,
  Origin,
  OriginConnection,
  OriginGroup,
  Unavailability,
} from './evidence.js';
import { resolveForTenants, tenantHosts } from './tenants.js';

/** Connections planned at most: a distribution with many aliases and forwarded Host would otherwise take hundreds of probes. */
export const maxConnections = 24;

export interface ConnectionInput {
  readonly origins: readonly Origin[];
  readonly originGroups: readonly OriginGroup[];
  readonly behaviours: readonly Behaviour[];
  readonly aliases: readonly string[];
  /** The distribution's own `dxxxx.cloudfront.net`. */
  readonly domainName: string;
  /** Of a multi-tenant distribution: they stand for the aliases, and for the placeholders in the addresses of origins. */
  readonly tenants?: readonly DistributionTenant[];
}

export interface ConnectionPlan {
  /** By behaviour, then group member, then scheme, then Host; at most `maxConnections`. */
  readonly connections: readonly OriginConnection[];
  /** What could not be planned: wildcard aliases, targets that do not exist, connections past the cap. */
  readonly gaps: readonly Unavailability[];
}

interface Draft {
  readonly connection: Omit<OriginConnection, 'behaviours'>;
  readonly behaviours: string[];
  /** Place of its Host among those of the same origin: the first Host of every origin survives the cap before the second of any. */
  readonly rank: number;
}

/**
 * One connection per distinct origin, scheme, port, SNI and Host.
 *
 * - Host forwarded: Host and SNI are the viewer's, one connection for each alias, or for the distribution's own name where it has no alias.
 *   A wildcard alias stands for names that cannot be listed, so it is left out beside others and named in a gap; where there are wildcards alone,
 *   each is a connection whose Host is the wildcard itself: name and port can be looked at, and nothing is ever sent with an invented Host.
 * - Not known whether it is forwarded: both, the origin's own name first.
 * - `match-viewer`: HTTPS, and HTTP too where the behaviour lets viewers use it.
 * - S3 REST and MediaStore origins choose the bucket or container by Host, and CloudFront does not take the viewer's for them: always their own name.
 *   https://repost.aws/knowledge-center/configure-cloudfront-to-forward-headers
 * - Tenants: an origin with a placeholder in its address stands for one address per tenant that was read; where none is known it yields
 *   nothing but a gap, since a probe of the placeholder itself would find a name that does not exist.
 * - Origin groups: every member. An origin that no behaviour uses yields nothing.
 */
export function planConnections(input: ConnectionInput): ConnectionPlan {
  const origins = new Map(input.origins.map((origin) => [origin.id, origin]));
  const groups = new Map(input.originGroups.map((group) => [group.id, group]));
  const viewerHosts = listViewerHosts(input);
  const drafts = new Map<string, Draft>();
  const gaps: Unavailability[] = [];
  const unknownTargets = new Set<string>();
  const unresolved = new Set<string>();
  let forwardsSomewhere = false;

  for (const behaviour of input.behaviours) {
    for (const originId of groups.get(behaviour.targetId)?.memberOriginIds ?? [behaviour.targetId]) {
      const configured = origins.get(originId);
      if (configured === undefined) {
        unknownTargets.add(originId);
        continue;
      }
      const resolved = resolveForTenants(configured, input.tenants ?? []);
      if (resolved.length === 0) unresolved.add(originId);
      const ways = resolved.flatMap(({ origin, host: ofTenant }) =>
        listHosts(origin, behaviour, ofTenant === null ? viewerHosts : [ofTenant]).map((host) => ({ origin, ...host })),
      );
      forwardsSomewhere ||= ways.some(({ isForwarded }) => isForwarded);
      for (const scheme of listSchemes(configured, behaviour)) {
        for (const [rank, { origin, host, isForwarded }] of ways.entries()) {
          const id = `${origin.id}/${scheme}/${host}`;
          const known = drafts.get(id);
          if (known === undefined) {
            const connection = describe(id, origin, scheme, host, isForwarded);
            drafts.set(id, { connection, behaviours: [behaviour.pathPattern], rank });
          } else if (!known.behaviours.includes(behaviour.pathPattern)) {
            known.behaviours.push(behaviour.pathPattern);
          }
        }
      }
    }
  }

  for (const id of unknownTargets)
    gaps.push({
      kind: 'bad-data',
      message: `A behaviour points to ${id}, which is neither an origin nor an origin group of the distribution.`,
    });
  for (const id of unresolved)
    gaps.push({
      kind: 'bad-input',
      message: `Origin ${id} has a tenant's parameter in its address, and no tenant was read that gives it a value, so it was not probed.`,
      remedy: 'Allow cloudfront:ListDistributionTenants and cloudfront:GetDistributionTenant.',
    });
  if (forwardsSomewhere) gaps.push(...describeWildcards(input.aliases));
  const { kept, dropped } = applyCap([...drafts.values()]);
  if (dropped.length > 0) gaps.push(describeDropped(dropped));
  return { connections: kept.map((draft) => ({ ...draft.connection, behaviours: draft.behaviours })), gaps };
}

/** Host names that viewers use: those that can be probed by name, else the wildcards that they fall under. */
function listViewerHosts({ aliases, domainName, tenants = [] }: ConnectionInput): readonly string[] {
  const ofTenants = tenantHosts(tenants);
  if (ofTenants.length > 0) return ofTenants;
  const all = [...new Set(aliases.map((alias) => alias.toLowerCase()))];
  const names = all.filter((alias) => !alias.includes('*'));
  if (names.length > 0) return names;
  return all.length > 0 ? all : [domainName.toLowerCase()];
}

function listHosts(
  origin: Origin,
  behaviour: Behaviour,
  viewerHosts: readonly string[],
): readonly { readonly host: string; readonly isForwarded: boolean }[] {
  const own = { host: origin.domainName, isForwarded: false };
  const forwarded = viewerHosts.map((host) => ({ host, isForwarded: true }));
  if (origin.kind === 's3' || origin.kind === 'mediastore' || behaviour.forwardsHost === 'no') return [own];
  if (behaviour.forwardsHost === 'yes') return forwarded;
  // A wildcard says nothing of name and port that the origin's own name does not.
  return [own, ...forwarded.filter(({ host }) => !host.includes('*'))];
}

function listSchemes(origin: Origin, behaviour: Behaviour): readonly ('https' | 'http')[] {
  if (origin.protocolPolicy === 'http-only') return ['http'];
  if (origin.protocolPolicy === 'https-only') return ['https'];
  return behaviour.viewerProtocolPolicy === 'allow-all' ? ['https', 'http'] : ['https'];
}

function describe(
  id: string,
  origin: Origin,
  scheme: 'https' | 'http',
  host: string,
  hostIsForwarded: boolean,
): Omit<OriginConnection, 'behaviours'> {
  return {
    id,
    originId: origin.id,
    scheme,
    port: scheme === 'https' ? origin.httpsPort : origin.httpPort,
    domainName: origin.domainName,
    sni: scheme === 'https' ? host : null,
    host,
    hostIsForwarded,
  };
}

function describeWildcards(aliases: readonly string[]): readonly Unavailability[] {
  const wildcards = aliases.filter((alias) => alias.includes('*'));
  if (wildcards.length === 0) return [];
  return [
    {
      kind: 'bad-input',
      message:
        wildcards.length < aliases.length
          ? `The names behind ${wildcards.slice(0, 5).join(', ')} cannot be listed, so no probe was made with a Host from there.`
          : `The names behind ${wildcards.slice(0, 5).join(', ')} cannot be listed, so no probe was made with a Host from there but for those that the access logs hold.`,
      remedy:
        'Run the check with one concrete host name of that wildcard as its target, or look at the hosts in the access logs.',
    },
  ];
}

function applyCap(drafts: readonly Draft[]): { readonly kept: readonly Draft[]; readonly dropped: readonly Draft[] } {
  const byRank = drafts
    .map((draft, place) => ({ draft, place }))
    .sort((a, b) => a.draft.rank - b.draft.rank || a.place - b.place);
  const kept = new Set(byRank.slice(0, maxConnections).map(({ draft }) => draft));
  return { kept: drafts.filter((draft) => kept.has(draft)), dropped: drafts.filter((draft) => !kept.has(draft)) };
}

function describeDropped(dropped: readonly Draft[]): Unavailability {
  const named = dropped.slice(0, 5).map((draft) => draft.connection.id);
  const more = dropped.length > named.length ? ` and ${dropped.length - named.length} more` : '';
  return {
    kind: 'bad-input',
    message: `The distribution reaches its origins in ${maxConnections + dropped.length} distinct ways; the first ${maxConnections} were taken. Left out: ${named.join(', ')}${more}.`,
  };
}
