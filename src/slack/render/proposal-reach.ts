/** Whom a change reaches: on the card as far as it stays readable, and all names in the thread. */
import type { BlastRadius, Proposal } from '../../remediation/proposal.js';
import { list, type RenderedMessage, withinLimits } from './blocks.js';
import { firstOf, formatCount } from './limits.js';
import { bold, cleanText, fallbackText, type Piece } from './text.js';

type Kind = 'behaviours' | 'aliases' | 'tenants';

const words: Readonly<Record<Kind, { readonly one: string; readonly many: string; readonly max: number }>> = {
  behaviours: { one: 'behaviour', many: 'behaviours', max: 8 },
  aliases: { one: 'alias', many: 'aliases', max: 8 },
  // Those who are reached without having a part in it are named as far as any card can hold them.
  tenants: { one: 'tenant', many: 'tenants', max: 30 },
};
const kinds = ['tenants', 'behaviours', 'aliases'] as const;
/** Longest that one name is shown on the card, and in the thread; DNS names are up to 253. */
const nameLength = 50;
const nameLengthInThread = 80;
const maxMessages = 8;
const namesPerMessage = 120;

/** Rows for the card. */
export function reachRows(radius: BlastRadius): Piece[][] {
  const rows = kinds
    .filter((kind) => radius[kind].length > 0 || kind === 'behaviours')
    .map((kind): Piece[] => [bold(`${label(kind, radius[kind].length)}: `), ...shortList(kind, radius[kind])]);
  if (radius.note !== null) rows.push([bold('Also reached: '), cleanText(radius.note, 400)]);
  return rows;
}

/** `3 behaviours, 2 aliases and 40 tenants`. */
export function reachSpoken(radius: BlastRadius): string {
  const parts = [...kinds]
    .reverse()
    .filter((kind) => radius[kind].length > 0)
    .map((kind) => counted(kind, radius[kind].length));
  const last = parts.pop();
  if (last === undefined) return 'no behaviour';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

/** Every name that the card has no room for, for the thread under the card; empty where the card names all. */
export function renderReach({ blastRadius }: Pick<Proposal, 'blastRadius'>): readonly RenderedMessage[] {
  const messages: RenderedMessage[] = [];
  for (const kind of kinds) {
    const names = blastRadius[kind];
    if (names.length <= words[kind].max && names.every((name) => name.length <= nameLength)) continue;
    const room = Math.min(names.length, namesPerMessage * maxMessages);
    for (let from = 0; from < room; from += namesPerMessage) {
      const page = names.slice(from, Math.min(from + namesPerMessage, room));
      const isLast = from + namesPerMessage >= room;
      const which =
        names.length <= namesPerMessage ? 'all' : `${formatCount(from + 1)} to ${formatCount(from + page.length)}`;
      const intro = `The ${counted(kind, names.length)} that the change reaches (${which})`;
      messages.push(
        withinLimits(fallbackText(`${intro}.`), [
          list(
            [bold(`${intro}:`)],
            page.map((name) => [cleanText(name, nameLengthInThread)]),
            isLast ? names.length - room : 0,
          ),
        ]),
      );
    }
  }
  return messages;
}

function shortList(kind: Kind, names: readonly string[]): Piece[] {
  if (names.length === 0) return ['no behaviour uses this origin now'];
  const { shown, more } = firstOf(names, words[kind].max);
  // A piece each, since a piece that is too long would lose its end.
  const listed = shown.map((name, index): Piece => `${index === 0 ? '' : ', '}${cleanText(name, nameLength)}`);
  return more === 0
    ? listed
    : [...listed, ` … and ${formatCount(more)} more; all ${formatCount(names.length)} are named in the thread`];
}

function label(kind: Kind, count: number): string {
  return count === 0 ? 'Reaches' : `Reaches ${counted(kind, count)}`;
}

function counted(kind: Kind, count: number): string {
  return `${formatCount(count)} ${count === 1 ? words[kind].one : words[kind].many}`;
}
