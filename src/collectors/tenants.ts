/** Reads tenants of a multi-tenant distribution: their domains, and the values of the placeholders in its origins. */
import {
  type DistributionConfig,
  GetDistributionTenantCommand,
  ListDistributionTenantsCommand,
} from '@aws-sdk/client-cloudfront';
import type { DistributionTenant, Unavailability } from '../diagnosis/evidence.js';
import { hasPlaceholder } from '../diagnosis/tenants.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';

/** A distribution may have tens of thousands of tenants; some show what all of them meet. */
const maxTenants = 5;
const readsAtOnce = 4;

interface Read {
  readonly tenants: readonly DistributionTenant[];
  readonly gaps: readonly Unavailability[];
}

/** Nothing for a distribution of the usual kind. Never throws but for an abort: what cannot be read is a gap. */
export async function collectTenants(
  context: CollectContext,
  distributionId: string,
  config: DistributionConfig,
): Promise<Read> {
  if (config.ConnectionMode !== 'tenant-only') return { tenants: [], gaps: [] };
  const gaps: Unavailability[] = [];
  try {
    const { tenants, more } = await listTenants(context, distributionId);
    gaps.push(describeTenants(tenants, more));
    const needsParameters = (config.Origins?.Items ?? []).some(({ DomainName = '', OriginPath = '' }) =>
      hasPlaceholder(`${DomainName}${OriginPath}`),
    );
    if (!needsParameters) return { tenants, gaps };
    const complete = await mapBounded(tenants, readsAtOnce, async (tenant) => {
      try {
        return { ...tenant, parameters: await readParameters(context, tenant.id) };
      } catch (thrown) {
        gaps.push(toGap(context, thrown));
        return tenant;
      }
    });
    return { tenants: complete, gaps };
  } catch (thrown) {
    const gap = toGap(context, thrown);
    return {
      tenants: [],
      gaps: [
        {
          ...gap,
          message: `This is a multi-tenant distribution, reached only by the domains of its tenants, which could not be read: ${gap.message}`,
        },
      ],
    };
  }
}

async function listTenants(
  { aws, signal }: CollectContext,
  distributionId: string,
): Promise<{ readonly tenants: readonly DistributionTenant[]; readonly more: boolean }> {
  const command = new ListDistributionTenantsCommand({
    AssociationFilter: { DistributionId: distributionId },
    MaxItems: maxTenants,
  });
  const answer = await callAws(
    'cloudfront:ListDistributionTenants',
    '*',
    () => aws.cloudFront().send(command, { abortSignal: signal }),
    signal,
  );
  const listed = answer.DistributionTenantList ?? [];
  const tenants = listed.slice(0, maxTenants).map((tenant) => ({
    id: tenant.Id ?? '',
    name: tenant.Name ?? '',
    domains: (tenant.Domains ?? []).flatMap(({ Domain }) => Domain ?? []).slice(0, 10),
    parameters: {},
  }));
  return { tenants, more: listed.length > maxTenants || (answer.NextMarker ?? '') !== '' };
}

async function readParameters({ aws, signal }: CollectContext, id: string): Promise<Readonly<Record<string, string>>> {
  const answer = await callAws(
    'cloudfront:GetDistributionTenant',
    '*',
    () => aws.cloudFront().send(new GetDistributionTenantCommand({ Identifier: id }), { abortSignal: signal }),
    signal,
  );
  return Object.fromEntries(
    (answer.DistributionTenant?.Parameters ?? []).flatMap(({ Name, Value }) =>
      Name === undefined || Value === undefined ? [] : [[Name, Value] as const],
    ),
  );
}

function describeTenants(tenants: readonly DistributionTenant[], more: boolean): Unavailability {
  const names = tenants.map(({ name }) => name).join(', ');
  return {
    kind: 'bad-input',
    message: `This is a multi-tenant distribution; looked at ${more ? 'the first of ' : ''}its tenants: ${names === '' ? 'it has none' : names}.`,
    ...(more ? { remedy: 'Look at the hosts in the access logs to see which tenants fail.' } : {}),
  };
}
