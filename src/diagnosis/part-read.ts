/** How much of each hour's logs was read, where not all of them were: of what was not read nothing is known, which is another thing than no traffic. Pure. */
import type { AccessLogEvidence, Iso } from './evidence.js';
import type { LoadPoint } from './onset.js';

type Hours = Pick<AccessLogEvidence, 'hours'>;

/** @returns the part of the logs of the hour of a time that was read; 0 where nothing is known of it, 1 also where nothing is said. */
export function partReadAt({ hours }: Hours): (at: Iso) => number {
  const parts = new Map(hours.map(({ hour, partRead = 1 }) => [hourOf(hour), partRead]));
  return (at) => parts.get(hourOf(at)) ?? 1;
}

/** The part of all hours together, by their log objects. */
export function partReadOf({ hours }: Hours): number {
  const all = hours.reduce((sum, { objects }) => sum + objects, 0);
  const read = hours.reduce((sum, { objects, partRead = 1 }) => sum + objects * partRead, 0);
  return all === 0 ? 1 : read / all;
}

/** Hours that have logs of which none was read, oldest first. */
export function unreadHours({ hours }: Hours): readonly Iso[] {
  return hours.flatMap(({ hour, partRead }) => (partRead === 0 ? [hour] : []));
}

/** The minutes of some of the traffic, each with the part of its hour that was read where that is not all. */
export function loadOf(logs: Hours, points: readonly LoadPoint[]): readonly LoadPoint[] {
  const partAt = partReadAt(logs);
  return points.map((point) => {
    const partRead = partAt(point.minute);
    return partRead > 0 && partRead < 1 ? { ...point, partRead } : point;
  });
}

function hourOf(at: Iso): string {
  return at.slice(0, 13);
}
