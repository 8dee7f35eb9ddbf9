/** Whether changes may be applied now, and when they next may: the policy's windows, which are in UTC and so know no summer time. Pure. */
import { type ChangeWindow, type WeekDay, weekDays } from './change-policy.js';

const dayMs = 86_400_000;
const dayNames: Readonly<Record<WeekDay, string>> = {
  sun: 'Sunday',
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
};

/** @param windows undefined: always open. A window holds its opening minute and not its closing one. */
export function isWindowOpen(windows: readonly ChangeWindow[] | undefined, now: Date): boolean {
  if (windows === undefined) return true;
  return openings(windows, now, [-1, 0]).some(({ from, to }) => from <= now.getTime() && now.getTime() < to);
}

/** The next time that a closed window opens; null where none ever does. */
export function findNextOpening(windows: readonly ChangeWindow[], now: Date): Date | null {
  const later = openings(windows, now, [0, 1, 2, 3, 4, 5, 6, 7]).filter(({ from }) => from > now.getTime());
  return later.length === 0 ? null : new Date(Math.min(...later.map(({ from }) => from)));
}

/** `Monday 2026-11-23 at 08:30 UTC`. */
export function describeOpening(opening: Date): string {
  const iso = opening.toISOString();
  return `${dayNames[weekDayOf(opening.getTime())]} ${iso.slice(0, 10)} at ${iso.slice(11, 16)} UTC`;
}

/** The windows that open on these days from today; half-open, in milliseconds since 1970. */
function openings(windows: readonly ChangeWindow[], now: Date, days: readonly number[]) {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  return days.flatMap((day) => {
    const midnight = today + day * dayMs;
    return windows
      .filter((window) => window.days.includes(weekDayOf(midnight)))
      .map((window) => {
        const [from, to] = [timeOf(window.from), timeOf(window.to)];
        return { from: midnight + from, to: midnight + (to <= from ? to + dayMs : to) };
      });
  });
}

function weekDayOf(time: number): WeekDay {
  return weekDays[new Date(time).getUTCDay()] ?? 'sun';
}

/** `24:00` is the end of the day. */
function timeOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
