/** Text for a terminal: wrapped to its width, coloured only where it can be, and safe whatever it is made of. Pure. */
import { plain } from '../diagnosis/wording.js';

export interface PageOptions {
  readonly width: number;
  readonly colour: boolean;
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
};
const maxTextLength = 2_000;
const controlSequence = '\u001b[';

export interface LineOptions {
  readonly indent?: number;
  readonly lead?: string;
  readonly style?: Style;
  /** Never wrapped, for what people copy: an address cut in two is of no use. */
  readonly whole?: boolean;
}

export interface Page {
  /** A paragraph; continuation lines are indented as the text after `lead` is. Control characters and escapes in `text` are dropped. */
  line(text: string, options?: LineOptions): void;
  /** A row of a table: its blanks are kept and what is beyond the edge is cut. The cells must be free of control characters. */
  row(text: string, indent: number): void;
  blank(): void;
  toString(): string;
}

export function createPage({ width, colour }: PageOptions): Page {
  const lines: string[] = [];
  const paint = (text: string, style: Style | undefined): string => {
    if (!colour || style === undefined) return text;
    const [on, off] = codes[style];
    return `${controlSequence}${on}m${text}${controlSequence}${off}m`;
  };
  return {
    line(text, { indent = 0, lead = '', style, whole = false } = {}) {
      const before = ' '.repeat(indent);
      const hanging = ' '.repeat(indent + lead.length);
      const room = whole ? Number.POSITIVE_INFINITY : Math.max(20, width - hanging.length);
      wrap(plain(text, maxTextLength), room).forEach((piece, index) => {
        lines.push(`${index === 0 ? before + lead : hanging}${paint(piece, style)}`);
      });
    },
    row(text, indent) {
      lines.push(`${' '.repeat(indent)}${text.slice(0, Math.max(20, width - indent))}`);
    },
    blank() {
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
    },
    toString: () => `${lines.join('\n').trimEnd()}\n`,
  };
}

/** At blanks where there are any; a word longer than a line is cut, so that nothing runs over the edge. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = '';
    }
    current = current === '' ? word : `${current} ${word}`;
    while (current.length > width) {
      lines.push(current.slice(0, width));
      current = current.slice(width);
    }
  }
  return current === '' && lines.length > 0 ? lines : [...lines, current];
}
