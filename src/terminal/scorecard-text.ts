/** The scorecard of an audit as a person reads it in a terminal: the worst first, each with what to do and the setting. Pure. */
import { type AuditState, auditStates } from '../diagnosis/audit.js';
import { settingLines } from '../diagnosis/audit-reading.js';
import type { Scorecard, ScoredItem } from '../diagnosis/scorecard.js';
import { createPage, type Page, type PageOptions, type Style } from './page.js';

const headings: Readonly<Record<AuditState, string>> = {
  'at-risk': 'At risk',
  missing: 'Missing',
  unknown: 'Not to be seen from here',
  'in-place': 'In place',
};
const styles: Readonly<Record<AuditState, Style>> = {
  'at-risk': 'red',
  missing: 'yellow',
  unknown: 'dim',
  'in-place': 'green',
};

export function renderScorecardText(scorecard: Scorecard, options: PageOptions): string {
  const page = createPage(options);
  const { target, window, items } = scorecard;
  page.line(scorecard.headline, { style: 'bold' });
  if (scorecard.remedy !== null) page.line(scorecard.remedy);
  page.blank();
  const id = target.distributionId ?? 'not known';
  const domain = target.domainName === null ? '' : ` (${target.domainName})`;
  page.line(`${id}${domain}${target.asked === id ? '' : `, asked for as ${target.asked}`}`, {
    indent: 2,
    lead: 'Distribution  ',
  });
  page.line(`${clock(window.from)} to ${clock(window.to)} UTC, for logs and metrics`, {
    indent: 2,
    lead: 'Window        ',
  });
  for (const state of auditStates) {
    const group = items.filter((item) => item.state === state);
    if (group.length === 0) continue;
    page.blank();
    page.line(`${headings[state]} (${group.length})`, { style: styles[state] });
    for (const item of group) writeItem(page, item);
  }
  return page.toString();
}

function writeItem(page: Page, item: ScoredItem): void {
  page.line(`${item.title}: ${item.because}`, { indent: 2, lead: '- ' });
  if (item.state === 'in-place') return;
  const detail = (lead: string, text: string) => page.line(text, { indent: 4, lead });
  for (const { message, remedy } of item.missing.slice(0, 3)) {
    if (message !== item.because) detail('Missing: ', message);
    if (remedy !== undefined) detail('Needs: ', remedy);
  }
  if (item.fix !== null) detail('Do: ', item.fix.action);
  for (const line of settingLines(item.fix?.terraform ?? '')) page.row(line, 8);
  if (item.fix !== null && item.fix.cloudFormation !== null) detail('CloudFormation: ', item.fix.cloudFormation);
  detail('Why: ', item.matters);
  detail('AWS: ', item.offers);
  page.line(item.why, { indent: 4, lead: 'See: ', whole: true });
}

function clock(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
