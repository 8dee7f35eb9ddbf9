/**
 * The one change, made in a copy of the whole live configuration, since UpdateDistribution replaces and never merges
 * (https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html). IAM cannot say which field may change; this code does,
 * on the diff of what is about to be sent. Pure.
 */
import { describePath, diffJson, type JsonChange, withLeaf } from './json-diff.js';
import {
  type BalancerAttribute,
  findLeaf,
  idleTimeoutKey,
  isAttributes,
  type LiveConfig,
  readIdleTimeout,
} from './live-config.js';
import type { Change, ChangeValue } from './proposal.js';

export type ConfigPlan<Config> =
  | { readonly ok: true; readonly config: Config; readonly diff: readonly JsonChange[] }
  | Conflict;

export type AttributePlan =
  | {
      readonly ok: true;
      /** All of them, as they will be. */
      readonly attributes: readonly BalancerAttribute[];
      /** What ModifyLoadBalancerAttributes is given: attributes that are left out keep their values. */
      readonly send: readonly [{ readonly Key: string; readonly Value: string }];
      readonly diff: readonly JsonChange[];
    }
  | Conflict;

export interface Conflict {
  readonly ok: false;
  /** A sentence for a person. */
  readonly because: string;
  /** What is live in place of `before`; absent where the field, or what it belongs to, is gone. */
  readonly liveValue?: ChangeValue;
}

/** @param live the `DistributionConfig` of GetDistributionConfig, whole and untouched. It is not changed. */
export function planChange<Config extends LiveConfig>(live: Config, change: Change): ConfigPlan<Config> {
  const { target, field, before, after } = change;
  if (target.kind !== 'origin')
    return { ok: false, because: 'This change is of a load balancer, not of a distribution.' };
  const place = findLeaf(live, target.originId, field);
  if (!place.ok) return place;
  const conflict = compareValues(place.value, before, after);
  if (conflict !== null) return conflict;
  const config = withLeaf(live, place.path, after ?? undefined) as Config;
  const forbidden = findForbidden(live, config, change);
  return forbidden === null ? { ok: true, config, diff: diffJson(live, config) } : { ok: false, because: forbidden };
}

/** @param live all attributes of the balancer, as DescribeLoadBalancerAttributes returns them. */
export function planAttributes(live: readonly BalancerAttribute[], change: Change): AttributePlan {
  const { target, field, before, after } = change;
  if (target.kind !== 'balancer' || field !== 'balancer-idle-timeout' || after === null)
    return { ok: false, because: 'This change is of a distribution, not of a load balancer.' };
  const value = readIdleTimeout(live);
  if (value === null)
    return { ok: false, because: 'This load balancer has no idle time-out; only Application Load Balancers have one.' };
  const conflict = compareValues(value, before, after);
  if (conflict !== null) return conflict;
  const entry = { Key: idleTimeoutKey, Value: String(after) } as const;
  const attributes = live.map((attribute) =>
    attribute.Key === idleTimeoutKey ? { ...attribute, ...entry } : attribute,
  );
  const forbidden = findForbidden(live, attributes, change);
  return forbidden === null
    ? { ok: true, attributes, send: [entry], diff: diffJson(live, attributes) }
    : { ok: false, because: forbidden };
}

/**
 * The last thing before a write: whatever made the new configuration, it may differ from the live one in the field of the change and in nothing
 * else.
 * @throws Error naming what else differs; then nothing must be sent.
 */
export function assertOnlyAllowed(
  live: LiveConfig | readonly BalancerAttribute[],
  planned: LiveConfig | readonly BalancerAttribute[],
  change: Change,
): void {
  const forbidden = findForbidden(live, planned, change);
  if (forbidden !== null) throw new Error(forbidden);
}

function findForbidden(
  live: LiveConfig | readonly BalancerAttribute[],
  planned: LiveConfig | readonly BalancerAttribute[],
  change: Change,
): string | null {
  const leaf = allowedLeaf(live, change);
  if (!leaf.ok) return leaf.because;
  const diff = diffJson(live, planned);
  const [only] = diff;
  if (only === undefined) return 'The new configuration does not differ from the live one.';
  const allowed = describePath(leaf.path);
  const other = diff.find(({ path }) => JSON.stringify(path) !== JSON.stringify(leaf.path));
  if (other !== undefined || diff.length > 1)
    return `The new configuration would change ${describePath((other ?? only).path)}, and only ${allowed} may change.`;
  const isMeant =
    leaf.after === null ? only.kind === 'removed' : only.kind !== 'removed' && Object.is(only.after, leaf.after);
  return isMeant ? null : `The new configuration would set ${allowed} to a value that nobody approved.`;
}

/** The only leaf that may differ, and what it must be then. */
function allowedLeaf(live: LiveConfig | readonly BalancerAttribute[], { target, field, before, after }: Change) {
  if (!isAttributes(live)) {
    if (target.kind !== 'origin') return { ok: false, because: 'This change is of a load balancer.' } as const;
    const place = findLeaf(live, target.originId, field);
    if (!place.ok) return place;
    const conflict = compareValues(place.value, before, after);
    return conflict ?? ({ ok: true, path: place.path, after } as const);
  }
  const index = live.findIndex(({ Key: key }) => key === idleTimeoutKey);
  if (target.kind !== 'balancer' || field !== 'balancer-idle-timeout' || index < 0 || after === null)
    return { ok: false, because: 'This change is not of this load balancer.' } as const;
  const conflict = compareValues(readIdleTimeout(live), before, after);
  return conflict ?? ({ ok: true, path: [index, 'Value'], after: String(after) } as const);
}

function compareValues(live: ChangeValue, before: ChangeValue, after: ChangeValue): Conflict | null {
  if (before === after) return { ok: false, because: `The value is ${say(after)} already.`, liveValue: live };
  if (live === before) return null;
  return live === after
    ? { ok: false, because: `The live value is ${say(live)} already: somebody else has set it.`, liveValue: live }
    : {
        ok: false,
        because: `The live value is ${say(live)} and not ${say(before)}, which is what was approved to be changed.`,
        liveValue: live,
      };
}

function say(value: ChangeValue): string {
  return value === null ? 'no limit' : String(value);
}
