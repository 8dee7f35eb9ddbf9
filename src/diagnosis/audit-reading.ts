/** The readings that several audit items share. Pure. */
import type { PerSubject } from './audit.js';
import type { Behaviour, DistributionEvidence, Origin, Unavailability } from './evidence.js';
import type { Citation } from './finding.js';
import { listOf, plain } from './wording.js';

/** Origins that a behaviour ends in, directly or through an origin group. */
export function originsInUse(distribution: DistributionEvidence): readonly Origin[] {
  const used = new Set(distribution.behaviours.flatMap((behaviour) => originIdsOf(distribution, behaviour)));
  return distribution.origins.filter(({ id }) => used.has(id));
}

export function originIdsOf(distribution: DistributionEvidence, { targetId }: Behaviour): readonly string[] {
  return distribution.originGroups.find(({ id }) => id === targetId)?.memberOriginIds ?? [targetId];
}

/** Origins that AWS runs in several zones, behind certificates and connections of its own. */
export function isRunByAws({ kind }: Origin): boolean {
  return (
    kind === 's3' || kind === 's3-website' || kind === 'api-gateway' || kind === 'lambda-url' || kind === 'mediastore'
  );
}

/** `the default behaviour, /api/* and 3 more`. */
export function nameBehaviours(behaviours: readonly Pick<Behaviour, 'pathPattern' | 'isDefault'>[]): string {
  return listOf(behaviours.map(({ pathPattern, isDefault }) => (isDefault ? 'the default behaviour' : pathPattern)));
}

export function nameOrigins(origins: readonly Pick<Origin, 'domainName'>[]): string {
  return listOf([...new Set(origins.map(({ domainName }) => domainName))]);
}

export function fromConfiguration(fact: string, ref = 'cloudfront:GetDistribution'): Citation {
  return { kind: 'configuration', ref, fact };
}

/** Why some of it could not be seen, each reason once. */
export function reasonsOf({ missing }: PerSubject<unknown>): readonly Unavailability[] {
  const byMessage = new Map(missing.map(({ reason }) => [reason.message, reason]));
  return [...byMessage.values()];
}

/** A setting line by line, fit to show: the indent kept, control characters out. Empty lines are left off. */
export function settingLines(setting: string): readonly string[] {
  return setting
    .slice(0, 4_000)
    .split('\n')
    .filter((line) => plain(line) !== '')
    .slice(0, 30)
    .map((line) => `${/^ {0,12}/.exec(line)?.[0] ?? ''}${plain(line, 300)}`);
}
