/** The limits of Block Kit, each one at its edge. */
import { describe, expect, it } from '@jest/globals';
import { type Surface, validateBlocks } from './validate-blocks.js';

type Json = Readonly<Record<string, unknown>>;

const x = (count: number) => 'x'.repeat(count);
const plain = (text: string): Json => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const section = (text: string): Json => ({ type: 'section', text: mrkdwn(text) });
const button = (more: Json = {}): Json => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const times = (count: number, make: (index: number) => Json): Json[] =>
  Array.from({ length: count }, (_, at) => make(at));
const rich = (...elements: Json[]): Json => ({ type: 'rich_text', elements });
const line = (...elements: Json[]): Json => ({ type: 'rich_text_section', elements });
const raw = (text: string): Json => ({ type: 'raw_text', text });
const task = (id: string, more: Json = {}): Json => ({
  type: 'task_card',
  task_id: id,
  title: 'Probe',
  status: 'pending',
  ...more,
});
const option = (value: string): Json => ({ text: plain('one'), value });
const chart = (more: Json = {}, points = ['a']): Json => ({
  type: 'data_visualization',
  title: '502s',
  chart: {
    type: 'line',
    series: [{ name: '502', data: points.map((label) => ({ label, value: -1 })) }],
    axis_config: { categories: points },
  },
  ...more,
});

const taken: readonly (readonly [string, Json[]])[] = [
  ['no blocks', []],
  ['50 blocks', times(50, () => ({ type: 'divider' }))],
  ['a section of 3000', [section(x(3000))]],
  ['5 fields of 2000', [{ type: 'section', fields: times(5, () => plain(x(2000))) }]],
  ['a header of 150', [{ type: 'header', text: plain(x(150)) }]],
  ['a context of 10', [{ type: 'context', elements: times(10, () => mrkdwn('a')) }]],
  ['25 buttons', [actions(...times(25, (at) => button({ action_id: `go${at}` })))]],
  [
    'a button at all limits',
    [actions(button({ text: plain(x(75)), value: x(2000), accessibility_label: x(75), style: 'danger' }))],
  ],
  [
    'a confirmation',
    [
      actions(
        button({ confirm: { title: plain(x(100)), text: mrkdwn(x(300)), confirm: plain(x(30)), deny: plain(x(30)) } }),
      ),
    ],
  ],
  ['the same action in two blocks', [actions(button()), actions(button())]],
  ['markdown of 11,000', [{ type: 'markdown', text: x(11_000) }]],
  [
    'rich text',
    [
      rich(
        line({ type: 'text', text: 'a', style: { code: true } }, { type: 'link', url: 'https://example.com/' }),
        { type: 'rich_text_list', style: 'bullet', indent: 8, elements: [line()] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a' }] },
        { type: 'rich_text_quote', elements: [{ type: 'date', timestamp: 1, format: '{time}', fallback: 'then' }] },
      ),
    ],
  ],
  ['a table of 100 by 20', [{ type: 'table', rows: times(100, () => ({})).map(() => times(20, () => raw('a'))) }]],
  [
    'a data table',
    [{ type: 'data_table', caption: 'Rows', rows: [[raw('h')], [{ type: 'raw_number', value: 1, text: '1' }]] }],
  ],
  [
    'a plan',
    [
      {
        type: 'plan',
        title: 'Check',
        tasks: [task('a', { output: rich(line({ type: 'text', text: 'b' })) }), task('b')],
      },
    ],
  ],
  ['a chart', [chart()]],
  ['an uploaded picture', [{ type: 'image', slack_file: { id: 'F1' }, alt_text: 'curve' }]],
  ['a container', [{ type: 'container', title: plain('More'), child_blocks: [section('a')] }]],
  ['a select', [actions({ type: 'static_select', action_id: 's', options: times(100, (at) => option(String(at))) })]],
];

const refused: readonly (readonly [string, Json[], string, string])[] = [
  ['51 blocks', times(51, () => ({ type: 'divider' })), '/blocks', 'no more than 50 items allowed'],
  ['a block without type', [{ text: 'a' }], '/blocks/0', 'missing required field: type'],
  ['an unknown block', [{ type: 'marquee' }], '/blocks/0/type', 'unsupported type: marquee'],
  ['an alert in a message', [{ type: 'alert', text: plain('a') }], '/blocks/0/type', 'unsupported type: alert'],
  ['an unknown property', [{ ...section('a'), colour: 'red' }], '/blocks/0', 'invalid additional property: colour'],
  ['a section of 3001', [section(x(3001))], '/blocks/0/text/text', 'must be less than 3001 characters'],
  ['an empty section', [section('')], '/blocks/0/text/text', 'must be more than 0 characters'],
  ['a section of nothing', [{ type: 'section' }], '/blocks/0', 'must provide text or fields'],
  [
    '11 fields',
    [{ type: 'section', fields: times(11, () => plain('a')) }],
    '/blocks/0/fields',
    'no more than 10 items allowed',
  ],
  [
    'a field of 2001',
    [{ type: 'section', fields: [plain(x(2001))] }],
    '/blocks/0/fields/0/text',
    'must be less than 2001 characters',
  ],
  [
    'a header of 151',
    [{ type: 'header', text: plain(x(151)) }],
    '/blocks/0/text/text',
    'must be less than 151 characters',
  ],
  ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('a') }], '/blocks/0/text/type', 'unsupported type: mrkdwn'],
  [
    'a context of 11',
    [{ type: 'context', elements: times(11, () => mrkdwn('a')) }],
    '/blocks/0/elements',
    'no more than 10 items allowed',
  ],
  [
    '26 buttons',
    [actions(...times(26, (at) => button({ action_id: `go${at}` })))],
    '/blocks/0/elements',
    'no more than 25 items allowed',
  ],
  [
    'a button text of 76',
    [actions(button({ text: plain(x(76)) }))],
    '/blocks/0/elements/0/text/text',
    'must be less than 76 characters',
  ],
  [
    'a button value of 2001',
    [actions(button({ value: x(2001) }))],
    '/blocks/0/elements/0/value',
    'must be less than 2001 characters',
  ],
  [
    'a button with another style',
    [actions(button({ style: 'default' }))],
    '/blocks/0/elements/0/style',
    'must be a valid enum value; allowed: primary, danger',
  ],
  [
    'a button to nowhere',
    [actions(button({ url: 'javascript:alert(1)' }))],
    '/blocks/0/elements/0/url',
    'must be a valid URL',
  ],
  [
    'two of one action',
    [actions(button(), button())],
    '/blocks/0/elements/1/action_id',
    'action_id must be unique: "go"',
  ],
  [
    'two of one block_id',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    '/blocks/1/block_id',
    'block_id must be unique: "a"',
  ],
  [
    'a block_id of 256',
    [{ type: 'divider', block_id: x(256) }],
    '/blocks/0/block_id',
    'must be less than 256 characters',
  ],
  [
    'empty words in rich text',
    [rich(line({ type: 'text', text: '' }))],
    '/blocks/0/elements/0/elements/0/text',
    'must be more than 0 characters',
  ],
  [
    'a mention in preformatted text',
    [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
    '/blocks/0/elements/0/elements/0/type',
    'unsupported type: user',
  ],
  [
    'a list of words',
    [rich({ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'a' }] })],
    '/blocks/0/elements/0/elements/0/type',
    'unsupported type: text',
  ],
  [
    'a list too deep',
    [rich({ type: 'rich_text_list', style: 'bullet', indent: 9, elements: [line()] })],
    '/blocks/0/elements/0/indent',
    'must be at most 8',
  ],
  ['rich text of nothing', [rich()], '/blocks/0/elements', 'no less than 1 items required'],
  [
    '101 rows',
    [{ type: 'table', rows: times(101, () => ({})).map(() => [raw('a')]) }],
    '/blocks/0/rows',
    'no more than 100 items allowed',
  ],
  [
    '21 cells',
    [{ type: 'table', rows: [times(21, () => raw('a'))] }],
    '/blocks/0/rows/0',
    'no more than 20 items allowed',
  ],
  [
    'an empty cell',
    [{ type: 'table', rows: [[raw('')]] }],
    '/blocks/0/rows/0/0/text',
    'must be more than 0 characters',
  ],
  [
    'cells of 10,001',
    [{ type: 'table', rows: [[raw(x(5000)), raw(x(5001))]] }],
    '/blocks/0/rows',
    'must be less than 10001 characters in all cells',
  ],
  ['two tables', times(2, () => ({ type: 'table', rows: [[raw('a')]] })), '/blocks', 'only one table block allowed'],
  [
    'a data table with a ragged row',
    [{ type: 'data_table', caption: 'a', rows: [[raw('a')], [raw('a'), raw('b')]] }],
    '/blocks/0/rows',
    'all rows must have the same number of cells',
  ],
  [
    'a data table with a rich header',
    [{ type: 'data_table', caption: 'a', rows: [[rich(line())], [raw('a')]] }],
    '/blocks/0/rows/0/0/type',
    'unsupported type: rich_text',
  ],
  [
    'a data table without caption',
    [{ type: 'data_table', rows: [[raw('a')], [raw('a')]] }],
    '/blocks/0',
    'missing required field: caption',
  ],
  [
    'a task with two outputs',
    [task('a', { output: rich(line(), line()) })],
    '/blocks/0/output/elements',
    'no more than 1 items allowed',
  ],
  [
    'a task in an unknown state',
    [task('a', { status: 'done' })],
    '/blocks/0/status',
    'must be a valid enum value; allowed: pending, in_progress, complete, error',
  ],
  [
    'two tasks of one id',
    [{ type: 'plan', title: 'a', tasks: [task('a'), task('a')] }],
    '/blocks/0/tasks/1/task_id',
    'task_id must be unique: "a"',
  ],
  ['a plan without title', [{ type: 'plan', tasks: [] }], '/blocks/0', 'missing required field: title'],
  ['a chart title of 51', [chart({ title: x(51) })], '/blocks/0/title', 'must be less than 51 characters'],
  [
    'a chart of 21 points',
    [
      chart(
        {},
        times(21, (at) => ({ at })).map((each) => String(each['at'])),
      ),
    ],
    '/blocks/0/chart/series/0/data',
    'no more than 20 items allowed',
  ],
  ['three charts', times(3, () => chart()), '/blocks', 'no more than 2 data_visualization blocks allowed'],
  [
    'a picture without words',
    [{ type: 'image', image_url: 'https://example.com/a.png' }],
    '/blocks/0',
    'missing required field: alt_text',
  ],
  [
    'a picture from two places',
    [{ type: 'image', image_url: 'https://example.com/a.png', slack_file: { id: 'F1' }, alt_text: 'a' }],
    '/blocks/0',
    'must provide exactly one of image_url and slack_file',
  ],
  [
    '101 options',
    [actions({ type: 'static_select', options: times(101, (at) => option(String(at))) })],
    '/blocks/0/elements/0/options',
    'no more than 100 items allowed',
  ],
  [
    'an overflow of 6',
    [actions({ type: 'overflow', options: times(6, (at) => option(String(at))) })],
    '/blocks/0/elements/0/options',
    'no more than 5 items allowed',
  ],
  [
    'a markdown inside a container',
    [{ type: 'container', title: plain('a'), child_blocks: [{ type: 'markdown', text: 'a' }] }],
    '/blocks/0/child_blocks/0/type',
    'unsupported type: markdown',
  ],
  [
    'markdown of more than 12,000 in sum',
    times(2, () => ({ type: 'markdown', text: x(6001) })),
    '/blocks',
    'must be less than 12001 characters in all markdown blocks',
  ],
  [
    'too much text in all',
    times(4, () => section(x(2900))),
    '/blocks',
    'must be less than 11001 characters in all blocks',
  ],
];

describe('validateBlocks', () => {
  it.each(taken)('takes %s', (_name, blocks) => {
    expect(validateBlocks(blocks)).toEqual([]);
  });

  it.each(refused)('refuses %s', (_name, blocks, pointer, message) => {
    expect(validateBlocks(blocks)).toContainEqual({ pointer, message });
  });

  it('refuses what is no list', () => {
    expect(validateBlocks('[]')).toEqual([{ pointer: '/blocks', message: 'must provide an array' }]);
  });

  it('refuses the block types that the workspace does not have yet', () => {
    const plan = { type: 'plan', title: 'Check' };
    expect(validateBlocks([section('a'), plan], { refused: ['plan'] })).toEqual([
      { pointer: '/blocks/1/type', message: 'unsupported type: plan' },
    ]);
  });

  it.each<[Surface, number]>([
    ['modal', 100],
    ['home', 100],
  ])('takes %s with %s blocks and not one more', (surface, max) => {
    expect(
      validateBlocks(
        times(max, () => ({ type: 'divider' })),
        { surface },
      ),
    ).toEqual([]);
    expect(
      validateBlocks(
        times(max + 1, () => ({ type: 'divider' })),
        { surface },
      ),
    ).toHaveLength(1);
  });

  it('takes an alert in a modal', () => {
    expect(validateBlocks([{ type: 'alert', text: plain('a'), level: 'warning' }], { surface: 'modal' })).toEqual([]);
  });
});
