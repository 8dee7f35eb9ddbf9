/** How much of each hour's logs was read, where not all of them were: of what was not read nothing is known, which is another thing than no traffic. Pure. */
import type { AccessLogEvidence, Iso } from './evidence.js';
import type { LoadPoint } from './onset.js';

type Hours = Pick<AccessLogEvidence, 'hours'>;

/** @returns the part of the logs of the hour of a time that was read; 0 where nothing is known of it, 1 also where nothing is said. */
export function partReadAt({ hours }: Hours): (at: Iso) => number {
  const parts = new Map(hours.map(({ hour, partRead = 1 }) => [hourOf(hour), partRead]));
  return (at) => parts.get(hourOf(at)) ?? 1;
}

/** The part of all hours together, by their log objects; an hour whose logs could not be listed is taken to have as many as others. */
export function partReadOf({ hours }: Hours): number {
  const listed = hours.filter(({ objects }) => objects > 0);
  const usual = listed.reduce((sum, { objects }) => sum + objects, 0) / listed.length;
  const counted = hours.map(({ objects, partRead = 1 }) => ({
    objects: objects === 0 && partRead === 0 ? usual : objects,
    partRead,
  }));
  const all = counted.reduce((sum, { objects }) => sum + objects, 0);
  return listed.length === 0 ? 1 : counted.reduce((sum, { objects, partRead }) => sum + objects * partRead, 0) / all;
}

/** Hours of whose logs none was read, or nobody knows how much, oldest first. */
export function unreadHours({ hours }: Hours): readonly Iso[] {
  return hours.flatMap(({ hour, partRead }) => (partRead === 0 ? [hour] : []));
}

/**
 * The minutes of some of the traffic, each with the part of its hour that was read where that is not all. Stray rows of an hour of which nothing
 * is known, in objects of another, are left out: they say nothing of its load.
 */
export function loadOf(logs: Hours, points: readonly LoadPoint[]): readonly LoadPoint[] {
  const partAt = partReadAt(logs);
  return points.flatMap((point) => {
    const partRead = partAt(point.minute);
    if (partRead === 0) return [];
    return partRead < 1 ? [{ ...point, partRead }] : [point];
  });
}

function hourOf(at: Iso): string {
  return at.slice(0, 13);
}
