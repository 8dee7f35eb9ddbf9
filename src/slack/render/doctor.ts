/** The doctor's report as one message to one person: what is missing first, then a line for each part. Pure. */
import type { KnownBlock } from '@slack/types';
import {
  type DoctorItem,
  type DoctorReport,
  headlineOf,
  itemsByPart,
  partNames,
} from '../../diagnosis/doctor-report.js';
import { header, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { firstOf } from './limits.js';
import { bold, cleanText, fallbackText, type Piece } from './text.js';

const mostListed = 12;

export function renderDoctorReport(report: DoctorReport): RenderedMessage {
  const headline = headlineOf(report);
  const of = (state: DoctorItem['state']) =>
    firstOf(
      report.items.filter((item) => item.state === state),
      mostListed,
    );
  const [missing, unknown] = [of('missing'), of('unknown')];
  const blocks: KnownBlock[] = [
    header(headline),
    ...(missing.shown.length === 0 ? [] : [list([bold('Missing')], missing.shown.map(itemPieces), missing.more)]),
    ...(unknown.shown.length === 0
      ? []
      : [list([bold('Could not be tried')], unknown.shown.map(itemPieces), unknown.more)]),
    ...(report.items.length === 0 ? [] : [list([bold('Part by part')], partLines(report))]),
    paragraph('Every try is in the terminal: cf502 doctor. Nothing was changed.'),
  ];
  return withinLimits(fallbackText(headline), blocks);
}

function itemPieces({ part, what, remedy }: DoctorItem): Piece[] {
  return [
    bold(`${partNames[part]}: `),
    cleanText(what, 300),
    ...(remedy === null ? [] : [' ', bold('Do: '), cleanText(remedy, 400)]),
  ];
}

function partLines(report: DoctorReport): readonly Piece[][] {
  return itemsByPart(report).map(([part, items]) => {
    const ok = items.filter(({ state }) => state === 'ok').length;
    const counted = ok === items.length ? `${ok} tried, nothing missing` : `${ok} of ${items.length} as they should be`;
    return [bold(`${partNames[part]}: `), counted];
  });
}
