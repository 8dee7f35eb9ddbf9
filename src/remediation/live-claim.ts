/** Whether what is live is still what a change made of it: asked before a success test is judged, since figures of something else prove nothing. Pure. */
import { listOf } from '../diagnosis/wording.js';
import { hashJson } from './binding.js';
import { sayValue } from './field-names.js';
import { isPlainObject, withLeaf } from './json-diff.js';
import { type BalancerAttribute, findLeaf, idleTimeoutKey, isAttributes, type LiveConfig } from './live-config.js';
import type { Change, ChangeValue } from './proposal.js';

/** Each setting by its name in AWS's API, hashed; the value of the change itself is left out. */
export type Fingerprint = Readonly<Record<string, string>>;

export type LiveClaim =
  /** `value` as people read it. */
  | { readonly state: 'ours'; readonly value: string }
  /** Our value, and settings that have no part in how requests are answered were changed since. `note` follows `Verified, though `. */
  | { readonly state: 'ours-beside-others'; readonly value: string; readonly note: string }
  /** Our value, and what else was changed may have caused, or spoilt, what was measured. A sentence, as the next two. */
  | { readonly state: 'unclear'; readonly value: string; readonly because: string }
  | { readonly state: 'not-ours'; readonly because: string }
  | { readonly state: 'unread'; readonly because: string };

/** Who is asked, where, what for and whether at all: a change of these may cure, or cause, what is measured. */
const bearing: ReadonlySet<string> = new Set([
  'CacheBehaviors',
  'ContinuousDeploymentPolicyId',
  'CustomErrorResponses',
  'DefaultCacheBehavior',
  'Enabled',
  'OriginGroups',
  'Origins',
  'Staging',
]);
/** Of a balancer all attributes bear on it but these. */
const harmlessAttributes = /^(access_logs|connection_logs|health_check_logs|deletion_protection)\./;
const hashLength = 16;

/** @param live the whole configuration, or all attributes of the balancer. */
export function fingerprintOf(live: LiveConfig | readonly BalancerAttribute[], change: Change): Fingerprint {
  if (isAttributes(live)) {
    return Object.fromEntries(
      live.flatMap(({ Key: key, Value: value }) =>
        key === undefined || key === idleTimeoutKey ? [] : [[key, hashJson(value).slice(0, hashLength)]],
      ),
    );
  }
  const { target, field } = change;
  const place = target.kind === 'origin' ? findLeaf(live, target.originId, field) : null;
  const masked: unknown = place?.ok === true ? withLeaf(live, place.path, undefined) : live;
  const settings = isPlainObject(masked) ? Object.entries(masked) : [];
  return Object.fromEntries(
    settings
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, hashJson(value).slice(0, hashLength)]),
  );
}

/**
 * @param live the value that holds now; a sentence where there is none any more.
 * @param hasMoved whether it was updated since cf502 wrote it; null where AWS keeps no version, as for balancers.
 * @param then what our value was written into; null where that is not known.
 */
export function judgeClaim(
  change: Change,
  live: { readonly value: ChangeValue } | { readonly because: string },
  hasMoved: boolean | null,
  now: Fingerprint,
  then: Fingerprint | null,
): LiveClaim {
  if ('because' in live) return { state: 'not-ours', because: live.because };
  const { field, after } = change;
  const value = sayValue(field, after);
  if (live.value !== after)
    return {
      state: 'not-ours',
      because: `The live value is ${sayValue(field, live.value)} and no longer ${value}: it was changed again after cf502 had set it.`,
    };
  if (hasMoved === false) return { state: 'ours', value };
  if (then === null)
    return {
      state: 'unclear',
      value,
      because:
        hasMoved === null
          ? 'What else was changed since is not known, so the figures cannot be put down to this change.'
          : 'The distribution was changed again since, and what of it is not known, so the figures cannot be put down to this change.',
    };
  const changed = [...new Set([...Object.keys(then), ...Object.keys(now)])]
    .filter((name) => then[name] !== now[name])
    .sort();
  if (changed.length === 0 && hasMoved === null) return { state: 'ours', value };
  if (changed.length === 0)
    return {
      state: 'ours-beside-others',
      value,
      note: 'the distribution was updated since and holds the same settings again',
    };
  const weighty = changed.filter((name) =>
    change.target.kind === 'origin' ? bearing.has(name) : !harmlessAttributes.test(name),
  );
  return weighty.length === 0
    ? { state: 'ours-beside-others', value, note: `other settings were changed since (${listOf(changed)})` }
    : {
        state: 'unclear',
        value,
        because: `Settings that bear on how requests are answered were changed since as well (${listOf(weighty)}), so the figures cannot be put down to this change.`,
      };
}
