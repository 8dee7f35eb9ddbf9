/** The other values that bound a change: of the same origin, of its balancer, of the other origins behind that. Read from the evidence. Pure. */

import type { DistributionEvidence, EvidenceBag, LoadBalancerEvidence, Origin } from '../diagnosis/evidence.js';
import { dataOf } from '../diagnosis/observed.js';
import type { ChangeField, ChangeTarget, ChangeValue } from './proposal.js';

export interface Surroundings {
  /** The origin of the change; for a balancer, every origin of this distribution behind it. */
  readonly origins: readonly Origin[];
  /** The balancer of the origin, or of the change; null where there is none, or none that was read. */
  readonly balancer: LoadBalancerEvidence | null;
  /** A continuous-deployment policy is attached. */
  readonly hasContinuousDeployment: boolean;
}

/** @param balancers by origin id, as in the bag. */
export function surroundingsOf(
  distribution: DistributionEvidence,
  balancers: Readonly<Record<string, LoadBalancerEvidence>>,
  target: ChangeTarget,
): Surroundings {
  const origins = distribution.origins.filter(({ id }) =>
    target.kind === 'origin' ? id === target.originId : own(balancers, id)?.arn === target.arn,
  );
  const balancer = origins.map(({ id }) => own(balancers, id) ?? null).find((one) => one !== null) ?? null;
  return { origins, balancer, hasContinuousDeployment: (distribution.continuousDeployment ?? null) !== null };
}

/** The balancers of a bag that could be read, by origin id. */
export function balancersOf(bag: EvidenceBag): Readonly<Record<string, LoadBalancerEvidence>> {
  return Object.fromEntries(
    Object.entries(bag.loadBalancers).flatMap(([originId, gathered]) => {
      const data = dataOf(gathered);
      return data === null ? [] : [[originId, data] as const];
    }),
  );
}

/** What an origin, or a balancer, holds for a field as it was read; undefined where it has no such field. */
export function readField(
  field: ChangeField,
  origin: Origin | null,
  balancer: LoadBalancerEvidence | null,
): ChangeValue | undefined {
  switch (field) {
    case 'connection-attempts':
      return origin?.connectionAttempts;
    case 'connection-timeout':
      return origin?.connectionTimeoutSeconds;
    case 'read-timeout':
      return origin?.readTimeoutSeconds ?? undefined;
    case 'keep-alive-timeout':
      return origin?.keepAliveTimeoutSeconds ?? undefined;
    case 'response-completion-timeout':
      return origin === null ? undefined : origin.responseCompletionTimeoutSeconds;
    case 'balancer-idle-timeout':
      return balancer?.idleTimeoutSeconds ?? undefined;
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
