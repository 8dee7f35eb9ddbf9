/** Says in sentences what a reader of log evidence must know: what is missing, late, unreadable or doubtful. Pure. */
import type { DuplicateDoubt } from '../access-log/partial-scan.js';
import type { AccessLogEvidence, Iso, TimeWindow } from '../diagnosis/evidence.js';

export interface LogNotesInput {
  readonly window: TimeWindow;
  readonly now: Date;
  readonly hours: AccessLogEvidence['hours'];
  readonly newestRow: Iso | null;
  readonly rows: AccessLogEvidence['rows'];
  readonly missingFields: readonly string[];
  readonly hiddenOriginErrors: number;
  /** Those that are no matter of the plan, which says why by itself. */
  readonly duplicateDoubts: readonly DuplicateDoubt[];
}

const hourMs = 3_600_000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html */
const latestDeliveryMs = 24 * hourMs;

export function describeLogs(input: LogNotesInput): readonly string[] {
  const { rows, missingFields, hiddenOriginErrors, duplicateDoubts } = input;
  const notes = [...describeMissingHours(input), ...describeLateness(input)];
  if (rows.malformed > 0) {
    const [sample] = rows.malformedSamples ?? [];
    notes.push(
      `${plural(rows.malformed, 'line')} could not be understood and ${rows.malformed === 1 ? 'is' : 'are'} not counted${sample === undefined ? '' : `, such as “${sample}”`}.`,
    );
  }
  if (missingFields.length > 0)
    notes.push(`The logs lack the columns ${missingFields.join(', ')}, so nothing can be said about these.`);
  if (duplicateDoubts.includes('no-ids'))
    notes.push(
      'Rows that were delivered twice count twice where the logs hold no request ids, by which such rows are told.',
    );
  if (duplicateDoubts.includes('forgotten'))
    notes.push(
      'Rows that were delivered twice may not be counted exactly once: there were more of them than can be remembered, or an object that holds them broke off.',
    );
  if (hiddenOriginErrors > 0)
    notes.push(
      `${plural(hiddenOriginErrors, 'request')} failed at the origin and carry another status than 5xx: a custom error response may be hiding 502s.`,
    );
  return notes;
}

function describeMissingHours({ hours }: LogNotesInput): readonly string[] {
  // Of those that could not be read or listed other notes tell.
  const missing = hours
    .filter(({ objects, partRead }) => objects === 0 && partRead !== 0)
    .map(({ hour }) => clock(hour));
  if (missing.length === 0) return [];
  if (missing.length === hours.length)
    return ['There is no log object for this window yet: no traffic, or the logs have not arrived.'];
  const named =
    missing.length > 6 ? `${missing.slice(0, 6).join(', ')} and ${missing.length - 6} more` : missing.join(', ');
  return [`There is no log object for the hours that begin at ${named}: no traffic, or the logs have not arrived.`];
}

function describeLateness({ window, now, newestRow }: LogNotesInput): readonly string[] {
  const to = Date.parse(window.to);
  if (now.getTime() - to >= latestDeliveryMs || newestRow === null) return [];
  const minutes = Math.floor((Math.min(to, now.getTime()) - Date.parse(newestRow)) / 60_000);
  const gap = minutes < 1 ? '' : `, ${plural(minutes, 'minute')} before the end of the window`;
  return [`Logs can arrive up to 24 hours late; the newest row is from ${clock(newestRow)}${gap}.`];
}

function clock(at: Iso): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
