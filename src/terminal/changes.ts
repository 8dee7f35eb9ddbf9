/** What somebody changed around the time when the 502s began, for the terminal. Pure. */
import { describeChange } from '../diagnosis/list-changes.js';
import type { Verdict } from '../diagnosis/verdict.js';
import type { Page } from './page.js';

/** Writes nothing where nothing is on record. */
export function writeChanges(page: Page, { changes }: Verdict): void {
  if (changes.length === 0) return;
  page.blank();
  page.line('What changed', { style: 'bold' });
  for (const change of changes) {
    const resources = change.resources.length === 0 ? '' : ` (${change.resources.join(', ')})`;
    page.line(`${change.at.slice(0, 16).replace('T', ' ')} UTC: ${describeChange(change)}${resources}`, {
      indent: 2,
      lead: '- ',
    });
  }
}
