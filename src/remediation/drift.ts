/** Whether somebody's deployment took an applied change back. Pure. */
import type {
  ChangesEvidence,
  DistributionEvidence,
  LoadBalancerEvidence,
  Change as TrailEntry,
} from '../diagnosis/evidence.js';
import { quoteForPeople } from '../diagnosis/wording.js';
import { fieldNames, sayValue } from './field-names.js';
import { statesInForce } from './life.js';
import type { Change, ChangeValue, Iso, Proposal } from './proposal.js';
import { readField } from './surroundings.js';

export interface Drift {
  readonly proposalId: string;
  readonly change: Change;
  /** What is live; `gone`: the origin, or its setting, is no more. */
  readonly live: ChangeValue | 'gone';
  /** Who and when, where CloudTrail knows. Untrusted text. */
  readonly by: string | null;
  readonly at: Iso | null;
  readonly sentence: string;
}

export interface LiveView {
  readonly distribution: DistributionEvidence;
  /** When the configuration was read. */
  readonly readAt: Iso;
  /** By origin id. */
  readonly balancers: Readonly<Record<string, LoadBalancerEvidence>>;
  readonly changes: ChangesEvidence | null;
}

/** @param proposals of this distribution, in any state and order. Of each value only the newest change counts. */
export function findDrift(proposals: readonly Proposal[], live: LiveView): readonly Drift[] {
  return newestInForce(proposals, live).flatMap((proposal) => judge(proposal, live) ?? []);
}

function newestInForce(proposals: readonly Proposal[], { distribution, readAt }: LiveView): readonly Proposal[] {
  const newest = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const { change, state } = proposal;
    const at = appliedAt(proposal);
    if (at === null || change.target.distributionId !== distribution.id) continue;
    // A roll-back that is applied is the newest word on its value, though what it takes back is no longer in force.
    if (!statesInForce.includes(state) && state !== 'rolled-back') continue;
    const { target } = change;
    const key = JSON.stringify([target.kind === 'origin' ? target.originId : target.arn, change.field]);
    const known = newest.get(key);
    if (known === undefined || (appliedAt(known) ?? '') < at) newest.set(key, proposal);
  }
  return [...newest.values()].filter((proposal) => {
    const at = appliedAt(proposal);
    // What was read before it was applied shows nothing.
    return statesInForce.includes(proposal.state) && at !== null && Date.parse(at) < Date.parse(readAt);
  });
}

function judge(proposal: Proposal, view: LiveView): Drift | null {
  const { change } = proposal;
  const live = readLive(change, view);
  if (live === undefined || live === change.after) return null;
  const entry = findEntry(proposal, view);
  const name = change.target.kind === 'origin' ? change.target.originId : change.target.name;
  const what = `The ${fieldNames[change.field]} of ${quoteForPeople(name)}`;
  const set = `which this change set to ${sayValue(change.field, change.after)}`;
  const now =
    live === 'gone'
      ? `${what}, ${set}, is gone from the configuration.`
      : `${what}, ${set}, is ${sayValue(change.field, live)}${live === change.before ? ' again' : ''}.`;
  const who =
    entry === null
      ? 'Who changed it is not on record here; most likely a deployment from code that still has the old value.'
      : `${entry.name} by ${entry.by === null ? 'somebody' : quoteForPeople(entry.by)} at ${entry.at.slice(0, 16).replace('T', ' ')} UTC is the newest change on record.`;
  return {
    proposalId: proposal.id,
    change,
    live,
    by: entry?.by ?? null,
    at: entry?.at ?? null,
    sentence: `${now} ${who}`,
  };
}

/** undefined: it was not read. */
function readLive({ target, field }: Change, view: LiveView): ChangeValue | 'gone' | undefined {
  if (target.kind === 'balancer') {
    const balancer = Object.values(view.balancers).find(({ arn }) => arn === target.arn);
    return balancer === undefined ? undefined : (readField(field, null, balancer) ?? undefined);
  }
  const origin = view.distribution.origins.find(({ id }) => id === target.originId);
  const value = origin === undefined ? undefined : readField(field, origin, null);
  return value === undefined ? 'gone' : value;
}

const updates: Readonly<Record<Change['target']['kind'], readonly string[]>> = {
  origin: ['UpdateDistribution', 'UpdateDistributionWithStagingConfig'],
  balancer: ['ModifyLoadBalancerAttributes'],
};

/** The newest successful update of it since the change was applied. */
function findEntry(proposal: Proposal, { changes }: LiveView): TrailEntry | null {
  const { target } = proposal.change;
  const since = Date.parse(appliedAt(proposal) ?? '');
  const id = target.kind === 'origin' ? target.distributionId : target.arn;
  const later = (changes?.changes ?? []).filter(
    ({ name, at, errorCode, resources }) =>
      updates[target.kind].includes(name) &&
      errorCode === null &&
      Date.parse(at) > since + ownUpdateMs &&
      resources.some((resource) => resource === id || resource.endsWith(`/${id}`)),
  );
  return [...later].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0] ?? null;
}

/** CloudTrail's time of cf502's own update lies within a few seconds of when it was noted here. */
const ownUpdateMs = 5_000;

function appliedAt({ application }: Proposal): Iso | null {
  return application?.appliedAt ?? null;
}
