/** The window of time that a person asks about: `--since 2h` or `--from … --to …`, all in UTC. */
import type { TimeWindow } from './evidence.js';
import { countOf, quoteForPeople } from './wording.js';

/** What was typed; an absent field was not given. */
export interface WindowRequest {
  readonly since?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** From the policy file. */
export interface WindowLimits {
  readonly defaultSinceMinutes: number;
  readonly maxWindowHours: number;
}

export type WindowParse =
  | {
      readonly ok: true;
      readonly window: TimeWindow;
      /** How it was asked for, normalised, so that two people who ask the same are seen to: `since 120m`, `from … to …`. */
      readonly asked: string;
    }
  | { readonly ok: false; readonly problem: string };

const minuteMs = 60_000;
const unitMinutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080 };
const durationPart = /\s*(\d{1,6})\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])/gy;
const timestamp =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|z|UTC|utc|[+-]\d{2}:?\d{2})?)?$/;
const acceptedTimes = 'Write it as 2026-11-20T10:15 (UTC)';

/** Parses `30m`, `2h`, `1d`, `1h30m`. @returns minutes, or null where it is none of these. */
export function parseDuration(text: string): number | null {
  const lower = text.trim().toLowerCase();
  let minutes = 0;
  let position = 0;
  while (position < lower.length) {
    durationPart.lastIndex = position;
    const match = durationPart.exec(lower);
    if (match === null) return null;
    minutes += Number(match[1]) * (unitMinutes[match[2]?.[0] ?? ''] ?? 0);
    position = durationPart.lastIndex;
  }
  return lower === '' ? null : minutes;
}

/** Parses a moment: ISO 8601, or `YYYY-MM-DD` with or without `THH:MM`, UTC unless an offset says otherwise. @returns null for anything else. */
export function parseMoment(text: string): Date | null {
  const match = timestamp.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const read = new Date(utc);
  // Date.UTC rolls 30 February over to March; a date that does not come back as typed does not exist.
  const exists = read.getUTCMonth() === (month ?? 0) - 1 && read.getUTCDate() === day && read.getUTCHours() === hour;
  if (!exists || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  const zone = match[7];
  if (zone === undefined || /^[Zu]/i.test(zone)) return read;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return new Date(utc - (zone.startsWith('-') ? -offset : offset) * minuteMs);
}

/**
 * The last so many minutes, out to whole ones at both ends: whoever asks again within the minute asks about the same window, which an engine
 * that counted it answers at no cost.
 */
export function windowOfLast(minutes: number, now: Date): TimeWindow {
  const [from, to] = [now.getTime() - minutes * minuteMs, now.getTime()];
  return {
    from: new Date(Math.floor(from / minuteMs) * minuteMs).toISOString(),
    to: new Date(Math.ceil(to / minuteMs) * minuteMs).toISOString(),
  };
}

/**
 * The window asked for, or a full sentence on why it cannot be used. Never throws.
 * Without any of the three the policy's default applies; `from` alone reaches up to now.
 */
export function parseWindow(request: WindowRequest, now: Date, limits: WindowLimits): WindowParse {
  const { since, from, to } = request;
  if (since !== undefined && (from !== undefined || to !== undefined))
    return refuse('Use either --since or --from with --to, not both.');
  const nowMs = Math.floor(now.getTime() / 1000) * 1000;
  if (from === undefined && to === undefined) {
    const minutes = since === undefined ? limits.defaultSinceMinutes : parseDuration(since);
    if (minutes === null)
      return refuse(
        `${quoteForPeople(since ?? '')} is not a length of time for --since. Write it as 30m, 2h, 1d or 1h30m.`,
      );
    if (minutes === 0) return refuse('A window of no length holds no requests; give --since at least 1m.');
    return minutes > limits.maxWindowHours * 60
      ? tooLong(limits)
      : { ok: true, asked: `since ${minutes}m`, window: windowOfLast(minutes, now) };
  }
  if (from === undefined) return refuse('--to needs --from beside it, for example --from 2026-11-20T10:00.');

  const start = parseMoment(from);
  if (start === null) return refuse(`${quoteForPeople(from)} is not a time for --from. ${acceptedTimes}.`);
  const end = to === undefined ? new Date(nowMs) : parseMoment(to);
  if (end === null) return refuse(`${quoteForPeople(to ?? '')} is not a time for --to. ${acceptedTimes}.`);
  if (start.getTime() >= nowMs)
    return refuse(
      `The window begins in the future: ${clock(start)}, and it is ${clock(new Date(nowMs))} now. Times are UTC.`,
    );
  if (end.getTime() > nowMs)
    return refuse(
      `The window ends in the future: ${clock(end)}, and it is ${clock(new Date(nowMs))} now. Leave --to out to look up to now; times are UTC.`,
    );
  if (end.getTime() <= start.getTime())
    return refuse('The window is empty: --to must be later than --from. Times are UTC.');
  const asked = `from ${start.toISOString()} to ${to === undefined ? 'now' : end.toISOString()}`;
  return within(start.getTime(), end.getTime(), asked, limits);
}

function within(fromMs: number, toMs: number, asked: string, limits: WindowLimits): WindowParse {
  if (toMs - fromMs > limits.maxWindowHours * 60 * minuteMs) return tooLong(limits);
  return {
    ok: true,
    asked,
    window: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
  };
}

function tooLong({ maxWindowHours }: WindowLimits): WindowParse {
  return refuse(
    `The window is too long: at most ${countOf(maxWindowHours, 'hour')} can be looked at in one check (maxWindowHours in the policy file).`,
  );
}

function clock(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function refuse(problem: string): WindowParse {
  return { ok: false, problem };
}
