/** The verdict as a person reads it in a terminal: the answer first, the proof after it, then what was ruled out and what is missing. Pure. */
import type { Layer, Strength } from '../diagnosis/finding.js';
import { describeTrend } from '../diagnosis/load-trend.js';
import { describeOnset } from '../diagnosis/onset.js';
import { groupByReason } from '../diagnosis/open-reasons.js';
import { sparkline } from '../diagnosis/sparkline.js';
import { groupByStage } from '../diagnosis/stage.js';
import type { Cause, Coverage, Verdict } from '../diagnosis/verdict.js';
import { countOf, formatCount, listOf } from '../diagnosis/wording.js';
import { writeChanges } from './changes.js';
import { createPage, type Page, type PageOptions, type Style } from './page.js';
import { renderTable } from './table.js';

const layers: Readonly<Record<Layer, string>> = {
  cloudfront: 'CloudFront itself, on AWS’s side',
  'edge-function': 'an edge function',
  'cloudfront-to-origin': 'between CloudFront and the origin',
  'load-balancer': 'the load balancer',
  target: 'the application at the origin',
  viewer: 'between viewer and CloudFront',
  configuration: 'the configuration of the distribution',
};
const strengthStyles: Readonly<Record<Strength, Style>> = { proven: 'red', supported: 'yellow', possible: 'dim' };
const outcomeStyles: Readonly<Record<Verdict['outcome'], Style>> = {
  'cause-found': 'red',
  'no-502s': 'green',
  inconclusive: 'yellow',
  cancelled: 'dim',
  failed: 'red',
};

export function renderVerdictText(verdict: Verdict, options: PageOptions): string {
  const page = createPage(options);
  page.line(verdict.headline, { style: outcomeStyles[verdict.outcome] });
  page.blank();
  writeFacts(page, verdict);
  for (const [index, cause] of verdict.causes.entries()) {
    const number = verdict.causes.length === 1 ? 'Cause' : `Cause ${index + 1}`;
    writeCause(page, `${number}: ${cause.title} [${cause.strength}]`, cause);
  }
  for (const cause of verdict.alsoSeen)
    writeCause(page, `Also seen, not the cause of these 502s: ${cause.title} [${cause.strength}]`, cause);
  writeOverRepresented(page, verdict);
  writeChanges(page, verdict);
  writeOthers(page, verdict);
  writeCoverage(page, verdict.coverage);
  if (verdict.nextTest !== null) {
    heading(page, 'What would settle it');
    page.line(verdict.nextTest, { indent: 2 });
  }
  return page.toString();
}

function heading(page: Page, text: string, style: Style = 'bold'): void {
  page.blank();
  page.line(text, { style });
}

function writeFacts(page: Page, verdict: Verdict): void {
  const { target, window, layer, failures, unexplained, onset, load } = verdict;
  const fact = (name: string, text: string) => page.line(text, { indent: 2, lead: name.padEnd(14) });
  const id = target.distributionId ?? 'not known';
  const domain = target.domainName === null ? '' : ` (${target.domainName})`;
  fact('Distribution', `${id}${domain}${target.asked === id ? '' : `, asked for as ${target.asked}`}`);
  fact('Window', `${clock(window.from)} to ${clock(window.to)} UTC`);
  if (layer !== null) fact('Made by', layers[layer]);
  if (failures !== null) {
    const about = failures.source === 'access-logs' ? '' : 'about ';
    const rest = unexplained === null || failures.count === 0 ? '' : `; ${formatCount(unexplained)} not explained`;
    fact('502s', `${about}${formatCount(failures.count)} of ${countOf(failures.requests, 'request')}${rest}`);
  }
  if (onset !== null) fact('Began', describeOnset(onset));
  if (load !== null) fact('Load', `the share of 502s ${describeTrend(load)}`);
}

function writeCause(page: Page, title: string, cause: Cause): void {
  heading(page, title, strengthStyles[cause.strength]);
  const { explained } = cause;
  const explains =
    explained === null ? '' : ` It explains ${formatCount(explained.count)} of ${formatCount(explained.of)} 502s.`;
  page.line(`${cause.claim}.${explains}`, { indent: 2 });
  if (cause.cappedBecause !== null) page.line(`Not surer because: ${cause.cappedBecause}`, { indent: 2 });
  for (const { kind, ref, fact } of cause.citations.slice(0, 8))
    page.line(`${kind}: ${fact} (${ref})`, { indent: 2, lead: '- ' });
  if (cause.citations.length > 8) page.line(`and ${cause.citations.length - 8} more`, { indent: 2, lead: '- ' });
  page.line(cause.remedy, { indent: 2, lead: 'Do: ' });
  page.line(cause.why, { indent: 2, lead: 'See: ', whole: true });
}

function writeOverRepresented(page: Page, { overRepresented, detailedResults, curve }: Verdict): void {
  const bars = sparkline(curve.map(({ failures }) => failures));
  if (overRepresented.length === 0 && detailedResults.length === 0) return;
  heading(page, 'What the 502s have in common');
  if (curve.length > 2 && bars !== '') page.line(bars, { indent: 2, lead: 'Over time: ' });
  if (detailedResults.length > 0) {
    const results = detailedResults.map(({ value, count }) => `${value} ${formatCount(count)}`);
    page.line(results.join(', '), { indent: 2, lead: 'Logged as: ' });
  }
  if (overRepresented.length === 0) return;
  const rows = overRepresented.map(({ dimension, value, failures, requests, lift }) => [
    dimension,
    value,
    formatCount(failures),
    formatCount(requests),
    `${lift.toFixed(1)}x`,
  ]);
  for (const row of renderTable(['', '', '502s', 'requests', 'lift'], rows)) page.row(row, 2);
}

function writeOthers(page: Page, { ruledOut, inconclusive, crashed }: Verdict): void {
  if (inconclusive.length > 0) heading(page, `Not decided (${inconclusive.length})`);
  for (const { titles, subjects, missing, lead } of groupByReason(inconclusive)) {
    const where = subjects.length === 0 ? '' : ` at ${listOf(subjects, 3)}`;
    const reasons = missing.slice(0, 2).map(({ message, remedy }) => [message, remedy].filter(Boolean).join(' '));
    page.line(`${titles.join('; ')}${where}: ${[lead, ...reasons].filter(Boolean).join(' ')}`, {
      indent: 2,
      lead: '- ',
    });
  }
  if (crashed.length > 0) heading(page, 'Failed by a fault of cf502');
  for (const { title, message } of crashed) page.line(`${title}: ${message}`, { indent: 2, lead: '- ' });
  if (ruledOut.length === 0) return;
  heading(page, `Ruled out (${ruledOut.length}; the reasons are in --json)`);
  for (const { stage, titles } of groupByStage(ruledOut)) page.line(`${stage}: ${titles.join(', ')}.`, { indent: 2 });
}

function writeCoverage(page: Page, { logs, metrics, probes, missing }: Coverage): void {
  heading(page, 'What this rests on');
  const item = (text: string) => page.line(text, { indent: 2, lead: '- ' });
  if (logs === null) item('No access logs were read.');
  else {
    const newest = logs.newestRow === null ? 'none in the window' : `the newest of ${clock(logs.newestRow)} UTC`;
    const share =
      logs.shareOfRequests === null
        ? ''
        : `, ${Math.floor(logs.shareOfRequests * 100)} % of the requests that CloudWatch counts`;
    item(`Access logs (${logs.source}): ${countOf(logs.rows, 'row')}, ${newest}${share}.`);
    for (const note of logs.notes.slice(0, 8)) item(note);
  }
  if (metrics !== null)
    item(
      `CloudWatch: ${countOf(metrics.requests, 'request')}, about ${formatCount(metrics.estimated5xx)} of them 5xx.`,
    );
  for (const { connectionId, vantage, because } of probes.slice(0, 12))
    item(`Probe of ${connectionId}, ${vantage} from here: ${because}`);
  if (probes.length > 12) item(`and ${probes.length - 12} more probes.`);
  for (const { what, message, remedy } of missing)
    item(`Missing, ${what}: ${message}${remedy === undefined ? '' : ` ${remedy}`}`);
}

function clock(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
