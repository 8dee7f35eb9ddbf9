/** What the self-check found: what is missing first, with what it would take, then what works. */
import type { KnownBlock } from '@slack/types';
import { header, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { andMore, firstOf, formatCount } from './limits.js';
import { bold, cleanText, fallbackText, type Piece } from './text.js';

export interface ExaminedPart {
  /** What it is needed for: `Reading access logs`. */
  readonly part: string;
  readonly state: 'works' | 'missing' | 'unknown';
  /** A sentence. */
  readonly sentence: string;
  /** What supplies it; null where nothing is missing. */
  readonly remedy: string | null;
}

const mostShown = { missing: 12, unknown: 6 } as const;
const mostNamed = 40;

export function renderExamination(parts: readonly ExaminedPart[]): RenderedMessage {
  const of = (state: ExaminedPart['state']): readonly ExaminedPart[] => parts.filter((part) => part.state === state);
  const missing = of('missing');
  const title =
    missing.length === 0
      ? 'Nothing that was tried is missing'
      : `${formatCount(missing.length)} of ${formatCount(parts.length)} parts cannot work`;
  const blocks: KnownBlock[] = [
    header(title),
    ...section('Missing', missing, mostShown.missing),
    ...section('Not known', of('unknown'), mostShown.unknown),
    ...working(of('works')),
    ...(parts.length === 0 ? [paragraph('Nothing was tried.')] : []),
  ];
  return withinLimits(fallbackText(`Self-check of cf502: ${title}.`), blocks);
}

/** What works needs no more than its name. */
function working(parts: readonly ExaminedPart[]): KnownBlock[] {
  if (parts.length === 0) return [];
  const { shown, more } = firstOf(parts, mostNamed);
  const names = shown.map(({ part }, index): Piece => `${index === 0 ? '' : ', '}${cleanText(part, 80)}`);
  return [paragraph(bold('Works: '), ...names, more === 0 ? '.' : ` ${andMore(more)}.`)];
}

function section(title: string, parts: readonly ExaminedPart[], most: number): KnownBlock[] {
  if (parts.length === 0) return [];
  const { shown, more } = firstOf(parts, most);
  const items = shown.map(({ part, sentence, remedy }): Piece[] => [
    bold(`${cleanText(part, 80)}: `),
    cleanText(sentence, 250),
    ...(remedy === null ? [] : [' ', bold('To mend it: '), cleanText(remedy, 250)]),
  ]);
  return [list([bold(title)], items, more)];
}
