/** The doctor's report in a terminal: what is missing with its remedy, what was tried in a line per part. Pure. */
import { type DoctorItem, type DoctorReport, headlineOf, itemsByPart, partNames } from '../diagnosis/doctor-report.js';
import { createPage, type PageOptions, type Style } from './page.js';

const words: Readonly<Record<DoctorItem['state'], string>> = { ok: 'ok', missing: 'MISSING', unknown: 'unknown' };
const styles: Readonly<Record<DoctorItem['state'], Style>> = { ok: 'green', missing: 'red', unknown: 'yellow' };
/** As wide as the longest state. */
const stateWidth = 9;

export function renderDoctorText(report: DoctorReport, options: PageOptions): string {
  const page = createPage(options);
  page.line(headlineOf(report), { style: 'bold' });
  for (const [part, items] of itemsByPart(report)) {
    page.blank();
    page.line(partNames[part], { style: 'bold' });
    for (const { state, what, remedy } of items) {
      page.line(what, {
        indent: 2,
        lead: words[state].padEnd(stateWidth),
        ...(state === 'ok' ? {} : { style: styles[state] }),
      });
      if (remedy !== null && state !== 'ok') page.line(remedy, { indent: 2 + stateWidth, lead: 'Do: ' });
    }
  }
  return page.toString();
}
