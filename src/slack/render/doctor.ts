/** The doctor's report as the parts of the self-check that Slack shows. Pure. */
import { type DoctorReport, itemsByPart, partNames } from '../../diagnosis/doctor-report.js';
import type { ExaminedPart } from './examination.js';

/** What is missing or unknown item by item; what works as a line for each part of cf502. */
export function toExaminedParts(report: DoctorReport): readonly ExaminedPart[] {
  return itemsByPart(report).flatMap(([part, items]) => {
    const troubled = items.filter(({ state }) => state !== 'ok');
    const fine = items.length - troubled.length;
    const name = partNames[part];
    return [
      ...troubled.map(({ state, what, remedy }) => ({
        part: name,
        state: state === 'missing' ? ('missing' as const) : ('unknown' as const),
        sentence: what,
        remedy,
      })),
      ...(fine === 0
        ? []
        : [
            {
              part: troubled.length === 0 ? name : `${name}, the rest`,
              state: 'works' as const,
              sentence: fine === 1 ? 'One thing was tried and works.' : `${fine} things were tried and work.`,
              remedy: null,
            },
          ]),
    ];
  });
}
