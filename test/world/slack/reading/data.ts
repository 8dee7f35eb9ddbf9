/** Tables, charts and plans as lines. */
import { describeValue, isList, isObject, type JsonObject, objectsIn, textOrNull } from '../json.js';
import type { NameOf } from './inline.js';
import { renderRichText } from './rich-text.js';

function renderCell(cell: unknown, nameOf: NameOf): string {
  if (!isObject(cell)) return '';
  if (cell['type'] === 'rich_text') return renderRichText(cell, nameOf).join(' ');
  return textOrNull(cell['text']) ?? '';
}

/** Columns under each other; a rule below the first row, which is the head. */
export function renderTable(block: JsonObject, nameOf: NameOf): readonly string[] {
  const rows = (isList(block['rows']) ? block['rows'] : []).map((row) =>
    (isList(row) ? row : []).map((cell) => renderCell(cell, nameOf).replaceAll('\n', ' ')),
  );
  const settings = isList(block['column_settings']) ? block['column_settings'] : [];
  const widths = rows.reduce<readonly number[]>(
    (sofar, row) => row.map((cell, index) => Math.max(sofar[index] ?? 0, cell.length)).concat(sofar.slice(row.length)),
    [],
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const setting = settings[index];
        const width = widths[index] ?? 0;
        return isObject(setting) && setting['align'] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [head, ...body] = rows;
  const caption = textOrNull(block['caption']);
  return [
    ...(caption === null ? [] : [caption]),
    ...(head === undefined ? [] : [line(head), widths.map((width) => '-'.repeat(width)).join('  ')]),
    ...body.map(line),
  ];
}

const taskStates: Readonly<Record<string, string>> = {
  pending: 'waiting',
  in_progress: 'running',
  complete: 'done',
  error: 'failed',
};

export function renderTask(task: JsonObject, nameOf: NameOf): readonly string[] {
  const status = describeValue(task['status']);
  const inner = [
    ...renderRichText(task['details'], nameOf),
    ...renderRichText(task['output'], nameOf),
    ...objectsIn(task['sources']).map(
      (source) => `${textOrNull(source['text']) ?? ''} (${textOrNull(source['url']) ?? ''})`,
    ),
  ];
  const title = textOrNull(task['title']) ?? '';
  return [`[${taskStates[status] ?? status}] ${title}`, ...inner.map((each) => `    ${each}`)];
}

export function renderPlan(plan: JsonObject, nameOf: NameOf): readonly string[] {
  const tasks = objectsIn(plan['tasks']).flatMap((task) => renderTask(task, nameOf));
  return [textOrNull(plan['title']) ?? '', ...tasks.map((line) => `  ${line}`)];
}

/** The numbers of a chart. */
export function renderChart(block: JsonObject): readonly string[] {
  const chart = isObject(block['chart']) ? block['chart'] : {};
  const points = (value: unknown) =>
    objectsIn(value)
      .map((point) => `${textOrNull(point['label']) ?? ''} ${describeValue(point['value'])}`)
      .join(', ');
  return [
    `[Chart: ${textOrNull(block['title']) ?? ''}]`,
    ...(chart['segments'] === undefined ? [] : [`  ${points(chart['segments'])}`]),
    ...objectsIn(chart['series']).map((series) => `  ${textOrNull(series['name']) ?? ''}: ${points(series['data'])}`),
  ];
}
