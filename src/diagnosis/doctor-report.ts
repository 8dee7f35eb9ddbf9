/** What `doctor` found: part by part whether cf502 may and can do what it needs to. Pure. */

/** In the order in which they are shown. */
export const doctorParts = [
  'policy',
  'slack',
  'redis',
  'reading',
  'logs',
  'changes',
  'audit',
  'network',
  'clock',
] as const;
export type DoctorPart = (typeof doctorParts)[number];

export interface DoctorItem {
  readonly part: DoctorPart;
  /** `missing`: something has to be done. `unknown`: it could not be tried. */
  readonly state: 'ok' | 'missing' | 'unknown';
  /** A sentence: what was tried and what it showed. Names in it are untrusted. */
  readonly what: string;
  /** IAM action, scope of Slack or name of a setting; null where it is none of them. */
  readonly permission: string | null;
  /** What to do, where something has to be done. */
  readonly remedy: string | null;
}

export interface DoctorReport {
  readonly format: 'cf502.doctor/1';
  readonly at: string;
  readonly items: readonly DoctorItem[];
}

export const partNames: Readonly<Record<DoctorPart, string>> = {
  policy: 'Policy file',
  slack: 'Slack',
  redis: 'Redis',
  reading: 'Reading AWS',
  logs: 'Access logs',
  changes: 'Changing timeouts',
  audit: 'Audit log',
  network: 'Probes',
  clock: 'Clock',
};

/** One sentence for the whole. */
export function headlineOf({ items }: DoctorReport): string {
  const count = (state: DoctorItem['state']): number => items.filter((item) => item.state === state).length;
  const [missing, unknown] = [count('missing'), count('unknown')];
  const things = (many: number): string => (many === 1 ? '1 thing' : `${many} things`);
  const untried = unknown === 0 ? '' : ` ${things(unknown)} could not be tried.`;
  if (missing === 0) return `Nothing is missing: ${things(count('ok'))} tried.${untried}`;
  return `${things(missing)} ${missing === 1 ? 'is' : 'are'} missing, of ${things(items.length)} looked at.${untried}`;
}

/** The items of each part that has any, in order. */
export function itemsByPart({ items }: DoctorReport): readonly (readonly [DoctorPart, readonly DoctorItem[]])[] {
  return doctorParts.flatMap((part) => {
    const own = items.filter((item) => item.part === part);
    return own.length === 0 ? [] : [[part, own] as const];
  });
}
