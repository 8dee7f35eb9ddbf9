/** What the tenants of a multi-tenant distribution make of its origins. Pure. */
import type { DistributionTenant, Origin } from './evidence.js';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html */
const placeholder = /\{\{\s*([A-Za-z0-9_.-]{1,128})\s*\}\}/g;
/** `parameters.name` and `name` are both written in examples. */
const prefix = /^parameters\./;

export function hasPlaceholder(text: string): boolean {
  return text.includes('{{');
}

export interface TenantOrigin {
  readonly origin: Origin;
  /** The tenant's own host name; null for an origin that is the same for all tenants. */
  readonly host: string | null;
}

/** The origin itself where it has no placeholder; else one for each tenant that gives values to all of them. */
export function resolveForTenants(origin: Origin, tenants: readonly DistributionTenant[]): readonly TenantOrigin[] {
  if (!hasPlaceholder(origin.domainName)) return [{ origin, host: null }];
  const seen = new Set<string>();
  return tenants.flatMap((tenant): readonly TenantOrigin[] => {
    const domainName = fillIn(origin.domainName, tenant.parameters);
    const originPath = fillIn(origin.originPath, tenant.parameters);
    if (domainName === null || originPath === null || seen.has(domainName)) return [];
    seen.add(domainName);
    return [{ origin: { ...origin, domainName, originPath }, host: hostOf(tenant) }];
  });
}

/** One host name of each tenant. */
export function tenantHosts(tenants: readonly DistributionTenant[]): readonly string[] {
  return [...new Set(tenants.flatMap((tenant) => hostOf(tenant) ?? []))];
}

function hostOf({ domains }: DistributionTenant): string | null {
  return domains.find((domain) => !domain.includes('*'))?.toLowerCase() ?? null;
}

/** null where a placeholder has no value, or stands in a form that is not known. */
function fillIn(text: string, parameters: Readonly<Record<string, string>>): string | null {
  let isComplete = true;
  const filled = text.replace(placeholder, (_all, written: string) => {
    const name = written.replace(prefix, '');
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  return isComplete && !hasPlaceholder(filled) ? filled : null;
}
