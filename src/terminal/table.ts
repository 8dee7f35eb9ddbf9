/** Columns for a terminal. Pure. */
import { plain } from '../diagnosis/wording.js';

const maxColumnWidth = 44;

/** Rows with aligned columns, the head first: text to the left, and to the right what looks like a number. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => plain(cell, maxColumnWidth)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d.,]+x?$/.test(row[column] ?? '')));
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
