/** Which recorded changes are worth showing beside a verdict: those of what the check looked at, the nearest to the onset first. Pure. */
import type { Change, EvidenceBag } from './evidence.js';
import { dataOf } from './observed.js';
import type { Onset } from './onset.js';

export interface NotedChange extends Change {
  /** How long before the 502s began; negative where it came after. null where their beginning is not known. */
  readonly minutesBefore: number | null;
}

const maxChanges = 10;
const minuteMs = 60_000;

/** A change explains nothing by itself: it is shown, never ranked. */
export function listChanges(bag: EvidenceBag, onset: Onset | null): readonly NotedChange[] {
  const recorded = bag.changes === undefined ? null : dataOf(bag.changes);
  if (recorded === null) return [];
  const isOurs = createFilter(bag);
  const beganAt = onset?.at === null || onset === null ? null : Date.parse(onset.at);
  return recorded.changes
    .filter(isOurs)
    .map((change) => ({
      ...change,
      minutesBefore: beganAt === null ? null : Math.round((beganAt - Date.parse(change.at)) / minuteMs),
    }))
    .sort((a, b) => Math.abs(a.minutesBefore ?? 0) - Math.abs(b.minutesBefore ?? 0) || b.at.localeCompare(a.at))
    .slice(0, maxChanges);
}

/** A call on a target group or a certificate does not name the balancer that uses it; where that was read, those of others are left out. */
function createFilter(bag: EvidenceBag): (change: Change) => boolean {
  const balancers = Object.values(bag.loadBalancers).flatMap((gathered) => dataOf(gathered) ?? []);
  const all = Object.values(bag.loadBalancers).length;
  const known = new Set([
    ...balancers.flatMap(({ targetGroups }) => targetGroups.map(({ arn }) => arn)),
    ...balancers.flatMap(({ listeners }) => listeners.flatMap(({ certificateArns }) => certificateArns)),
  ]);
  return ({ resources }) => {
    const parts = resources.filter((resource) => /:(?:targetgroup|certificate)\//.test(resource));
    return parts.length === 0 || balancers.length < all || parts.some((resource) => known.has(resource));
  };
}

/** `UpdateDistribution by deploy, 4 min before the 502s began`; resources apart. */
export function describeChange({ name, by, errorCode, minutesBefore }: NotedChange): string {
  const who = by === null ? '' : ` by ${by}`;
  const failed = errorCode === null ? '' : ` (refused: ${errorCode})`;
  return `${name}${who}${failed}${describeDistance(minutesBefore)}`;
}

function describeDistance(minutes: number | null): string {
  if (minutes === null) return '';
  if (minutes === 0) return ', in the minute in which the 502s began';
  const size = Math.abs(minutes);
  const length = size < 90 ? `${size} min` : `${Math.round(size / 60)} h`;
  return minutes > 0 ? `, ${length} before the 502s began` : `, ${length} after the 502s began`;
}
