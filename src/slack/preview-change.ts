/** What the newest evidence says about a change somebody thinks of: the value now, the forecast, and what would be refused. Pure; the worker judges again. */
import type { DistributionEvidence, EvidenceBag } from '../diagnosis/evidence.js';
import { dataOf } from '../diagnosis/observed.js';
import { judgeBounds } from '../remediation/bounds.js';
import type { ChangePolicy } from '../remediation/change-policy.js';
import { forecastChange } from '../remediation/forecast.js';
import type { Change, ChangeField, ChangeTarget, ChangeValue, Forecast } from '../remediation/proposal.js';
import { balancersOf, readField, surroundingsOf } from '../remediation/surroundings.js';

export interface ChangeWish {
  readonly distributionId: string;
  /** null where it is not known yet which origin is meant. */
  readonly originId: string | null;
  readonly field: ChangeField;
  readonly after: ChangeValue;
}

export interface ChangePreview {
  /** Origins that have such a setting, as the newest check saw them. */
  readonly origins: readonly string[];
  /** undefined where it is not known. */
  readonly current: ChangeValue | undefined;
  /** null where it is not known yet which origin is meant. */
  readonly forecast: Forecast | null;
  /** Why the worker would refuse it. */
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** @param bag of the newest check of the distribution; null where there is none. */
export function previewChange(
  wish: ChangeWish,
  bag: EvidenceBag | null,
  policy: Pick<ChangePolicy, 'bounds'>,
): ChangePreview {
  const distribution = bag === null ? null : dataOf(bag.distribution);
  if (bag === null || distribution === null) {
    const { problems, remarks } = judgeBounds({ ...unseen(wish), before: null }, null, policy);
    return {
      origins: [],
      current: undefined,
      forecast: unknown(`No check of ${wish.distributionId} in the last day: unknown. Run /cf502 check first to know.`),
      problems,
      remarks,
    };
  }
  const origins = originsWith(wish.field, distribution, bag);
  if (wish.originId === null) return { origins, current: undefined, forecast: null, problems: [], remarks: [] };
  const found = locate(wish, wish.originId, distribution, bag);
  if (found === null) {
    const seen = origins.length === 0 ? 'none that has it' : origins.slice(0, 10).join(', ');
    return {
      origins,
      current: undefined,
      forecast: unknown(`The newest check saw no such setting of this origin: unknown. It saw: ${seen}.`),
      problems: [],
      remarks: [],
    };
  }
  const surroundings = surroundingsOf(distribution, balancersOf(bag), found.target);
  const { problems, remarks } = judgeBounds(found, surroundings, policy);
  return { origins, current: found.before, forecast: forecastChange(found, bag), problems, remarks };
}

/** The change in full, where the evidence shows the setting. */
function locate(
  { distributionId, field, after }: ChangeWish,
  originId: string,
  distribution: DistributionEvidence,
  bag: EvidenceBag,
): Change | null {
  const origin = distribution.origins.find(({ id }) => id === originId) ?? null;
  const balancers = balancersOf(bag);
  const balancer = Object.hasOwn(balancers, originId) ? (balancers[originId] ?? null) : null;
  const before = readField(field, origin, balancer);
  if (before === undefined) return null;
  let target: ChangeTarget = { kind: 'origin', distributionId, originId };
  if (field === 'balancer-idle-timeout') {
    if (balancer === null) return null;
    target = { kind: 'balancer', distributionId, arn: balancer.arn, region: balancer.region, name: balancer.name };
  }
  return { target, field, before, after };
}

function originsWith(field: ChangeField, { origins }: DistributionEvidence, bag: EvidenceBag): readonly string[] {
  const balancers = balancersOf(bag);
  return origins
    .filter((origin) => {
      const balancer = Object.hasOwn(balancers, origin.id) ? (balancers[origin.id] ?? null) : null;
      return readField(field, origin, balancer) !== undefined;
    })
    .map(({ id }) => id);
}

function unseen({ distributionId, originId, field, after }: ChangeWish): Omit<Change, 'before'> {
  return { target: { kind: 'origin', distributionId, originId: originId ?? '' }, field, after };
}

function unknown(sentence: string): Forecast {
  return { stance: 'unknown', sentences: [sentence], touched: null };
}
