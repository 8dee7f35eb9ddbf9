/** What the live configuration says about a change: the value that holds, and whether it is still what was approved. Pure. */
import type { LiveSubject } from '../src/platform/live-subject.js';
import { type BindingComparison, bindChange, compareBinding } from '../src/remediation/binding.js';
import { findLeaf, readIdleTimeout } from '../src/remediation/live-config.js';
import type { Binding, Change, ChangeValue, Proposal } from '../src/remediation/proposal.js';

export type LiveValue =
  | { readonly ok: true; readonly value: ChangeValue }
  /** The origin, or the setting, is not there any more. */
  | { readonly ok: false; readonly because: string };

export function liveValueOf(live: LiveSubject, { target, field }: Pick<Change, 'target' | 'field'>): LiveValue {
  if (live.kind === 'distribution') {
    return target.kind === 'origin'
      ? findLeaf(live.config, target.originId, field)
      : { ok: false, because: 'This change is of a load balancer.' };
  }
  const value = readIdleTimeout(live.attributes);
  return value === null
    ? { ok: false, because: 'This load balancer has no idle time-out; only Application Load Balancers have one.' }
    : { ok: true, value };
}

/** The binding that the same change would have now. The evidence stays what it was when people looked at it. */
export function bindLive(live: LiveSubject, change: Change, evidenceHash: string | null): Binding {
  const bound = bindChange(change, live.kind === 'distribution' ? live.config : live.attributes, live.etag, null);
  return { ...bound, evidenceHash };
}

export interface LiveComparison {
  readonly comparison: BindingComparison;
  readonly binding: Binding;
}

export function compareLive(live: LiveSubject, { change, binding }: Proposal): LiveComparison {
  const fresh = bindLive(live, change, binding.evidenceHash);
  return { comparison: compareBinding(binding, fresh), binding: fresh };
}
