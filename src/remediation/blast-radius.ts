/** Who and what a change reaches. Pure. */
import { behavioursOf } from '../diagnosis/balancer-reading.js';
import type { DistributionEvidence } from '../diagnosis/evidence.js';
import type { BlastRadius, ChangeTarget } from './proposal.js';

/**
 * @param tenants every tenant of a multi-tenant distribution, by name: the evidence holds a few only. null: it could not be listed.
 * @param originsBehindBalancer for a balancer: ids of the origins of this distribution that it stands behind.
 */
export function findBlastRadius(
  distribution: DistributionEvidence,
  target: ChangeTarget,
  tenants: readonly string[] | null,
  originsBehindBalancer: readonly string[] = [],
): BlastRadius {
  const originIds = target.kind === 'origin' ? [target.originId] : originsBehindBalancer;
  const behaviours = [...new Set(originIds.flatMap((originId) => behavioursOf(distribution, originId)))];
  const isMultiTenant = distribution.connectionMode === 'tenant-only';
  const notes = [
    ...(behaviours.length === 0 ? ['No cache behaviour leads to it, so the change has no effect on traffic.'] : []),
    ...(target.kind === 'balancer'
      ? [`Everything else behind ${target.name} is reached too, other distributions included; cf502 cannot list that.`]
      : []),
    ...(isMultiTenant && tenants === null ? ['It reaches every tenant; the tenants could not be listed.'] : []),
    ...(distribution.staging ? ['This is a staging distribution.'] : []),
  ];
  return {
    behaviours,
    aliases: distribution.aliases.length === 0 ? [distribution.domainName] : distribution.aliases,
    tenants: isMultiTenant ? (tenants ?? []) : [],
    note: notes.length === 0 ? null : notes.join(' '),
  };
}
