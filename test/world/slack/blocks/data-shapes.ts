/** Tables, charts, plans and task cards: the blocks that hold data. */
import { isList, isObject, type JsonObject, objectsIn } from '../json.js';
import { richText } from './rich-text-shapes.js';
import {
  type BlockProblem,
  byType,
  flag,
  list,
  number,
  object,
  oneOf,
  problem,
  type Shape,
  text,
  unique,
  url,
} from './shape.js';

const blockId = { block_id: text(255) };

const cell = byType({
  raw_text: object({ required: { text: text(10_000) } }),
  raw_number: object({ required: { value: number(-Number.MAX_VALUE, Number.MAX_VALUE), text: text(10_000) } }),
  rich_text: richText,
});

const headerCell = byType({
  raw_text: object({ required: { text: text(10_000) } }),
  raw_number: object({ required: { value: number(-Number.MAX_VALUE, Number.MAX_VALUE), text: text(10_000) } }),
});

/** Number of characters that people read in the value, wherever they stand in it. */
export function countText(value: unknown): number {
  if (isList(value)) return value.reduce<number>((sum, each) => sum + countText(each), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, field]) => sum + (name === 'text' && typeof field === 'string' ? field.length : countText(field)),
    0,
  );
}

function tableText(max: number) {
  return (value: JsonObject, pointer: string): readonly BlockProblem[] =>
    countText(value['rows']) > max
      ? problem(`${pointer}/rows`, `must be less than ${max + 1} characters in all cells`)
      : [];
}

/** Rows of one length, as a table needs them. */
function evenRows(value: JsonObject, pointer: string): readonly BlockProblem[] {
  const rows = isList(value['rows']) ? value['rows'].filter(isList) : [];
  const width = rows[0]?.length;
  return rows.some((row) => row.length !== width)
    ? problem(`${pointer}/rows`, 'all rows must have the same number of cells')
    : [];
}

export const table = object({
  required: { rows: list(list(cell, 20, 1), 100, 1) },
  optional: {
    ...blockId,
    column_settings: list(
      (value, pointer) =>
        value === null
          ? []
          : object({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: flag } })(value, pointer),
      20,
    ),
  },
  also: tableText(10_000),
});

const dataRows: Shape = (value, pointer) => {
  const problems = list(list(cell, 20, 1), 101, 2)(value, pointer);
  const header = isList(value) ? value[0] : undefined;
  return header === undefined ? problems : [...problems, ...list(headerCell, 20)(header, `${pointer}/0`)];
};

export const dataTable = object({
  required: { caption: text(2000), rows: dataRows },
  optional: { ...blockId, page_size: number(1, 100, true), row_header_column_index: number(0, 19, true) },
  also: (value, pointer) => [...evenRows(value, pointer), ...tableText(20_000)(value, pointer)],
});

const source = byType({ url: object({ required: { url: url(), text: text(2000) } }) });
const oneRichText: Shape = byType({
  rich_text: (value, pointer) => [
    ...richText(value, pointer),
    ...(isObject(value) && isList(value['elements']) && value['elements'].length > 1
      ? problem(`${pointer}/elements`, 'no more than 1 items allowed')
      : []),
  ],
});

/** Slack tells no limit for the titles; 2000 characters is where the neighbouring plain texts end. */
export const taskCard = object({
  required: {
    task_id: text(255),
    title: text(2000),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  optional: { ...blockId, details: oneRichText, output: oneRichText, sources: list(source, 100) },
});

export const plan = object({
  required: { title: text(2000) },
  optional: { ...blockId, tasks: list(byType({ task_card: taskCard }), 50) },
  also: (value, pointer) =>
    unique(
      objectsIn(value['tasks']).map((task, index) => [`${pointer}/tasks/${index}/task_id`, task['task_id']] as const),
      'task_id',
    ),
});

const point = object({ required: { label: text(20), value: number(-Number.MAX_VALUE, Number.MAX_VALUE) } });

const series: Shape = object({ required: { name: text(20), data: list(point, 20, 1) } });

const axes = object({
  required: { categories: list(text(20), 20, 1) },
  optional: { x_label: text(50), y_label: text(50) },
});

const axisChart = object({
  required: { series: list(series, 6, 1), axis_config: axes },
  also: (value, pointer) => {
    const all = objectsIn(value['series']);
    const axis = isObject(value['axis_config']) ? value['axis_config']['categories'] : undefined;
    const wanted = JSON.stringify(axis);
    return [
      ...unique(
        all.map((each, index) => [`${pointer}/series/${index}/name`, each['name']] as const),
        'series name',
      ),
      ...all.flatMap((each, index) =>
        JSON.stringify(objectsIn(each['data']).map((item) => item['label'])) === wanted
          ? []
          : problem(`${pointer}/series/${index}/data`, 'labels must equal axis_config.categories'),
      ),
    ];
  },
});

const pie = object({
  required: {
    segments: list(object({ required: { label: text(20), value: number(Number.MIN_VALUE, Number.MAX_VALUE) } }), 6, 1),
  },
});

export const dataVisualization = object({
  required: { title: text(50), chart: byType({ pie, bar: axisChart, line: axisChart, area: axisChart }) },
  optional: blockId,
});
