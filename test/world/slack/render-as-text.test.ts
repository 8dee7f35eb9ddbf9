/** What a person reads in each kind of block. */
import { describe, expect, it } from '@jest/globals';
import type { Block } from './message.js';
import { renderAsText } from './render-as-text.js';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const rich = (...elements: Block[]) => ({ type: 'rich_text', elements });
const line = (...elements: Block[]) => ({ type: 'rich_text_section', elements });
const text = (value: string) => ({ type: 'text', text: value });
const button = (label: string, more: Block = {}) => ({ type: 'button', text: plain(label), ...more });

const nameOf = (id: string) => ({ U1: 'on-call', C1: 'incidents', S1: 'approvers' })[id] ?? id;

const rows: readonly (readonly [string, Block, string])[] = [
  ['a header', { type: 'header', text: plain('Verdict') }, 'Verdict\n======='],
  [
    'mrkdwn with its marks',
    { type: 'section', text: mrkdwn('*412* of _530_ in `a_b_c` *') },
    '412 of 530 in `a_b_c` *',
  ],
  ['names with underscores', { type: 'section', text: mrkdwn('x_edge_result stays') }, 'x_edge_result stays'],
  ['escaped characters', { type: 'section', text: mrkdwn('a &lt;b&gt; &amp;amp;') }, 'a <b> &amp;'],
  ['a link', { type: 'section', text: mrkdwn('<https://example.com/a|the page>') }, 'the page (https://example.com/a)'],
  [
    'mentions',
    { type: 'section', text: mrkdwn('<@U1> in <#C1> for <!subteam^S1>, <!here>') },
    '@on-call in #incidents for @approvers, @here',
  ],
  [
    'a date token in UTC',
    { type: 'section', text: mrkdwn('at <!date^1700000000^{date_short_pretty} {time_secs}|then>') },
    'at 2023-11-14 22:13:20 UTC',
  ],
  ['a day', { type: 'section', text: mrkdwn('<!date^1700000000^{date_long}|then>') }, '2023-11-14'],
  [
    'fields and an accessory',
    {
      type: 'section',
      fields: [mrkdwn('*Origin*'), plain('api.example.com')],
      accessory: button('Open', { url: 'https://example.com/' }),
    },
    'Origin\napi.example.com\n[Open] (https://example.com/)',
  ],
  ['actions', { type: 'actions', elements: [button('Cancel'), button('Re-run')] }, '[Cancel] [Re-run]'],
  ['a context', { type: 'context', elements: [mrkdwn('newest row'), plain('22:13')] }, 'newest row  22:13'],
  [
    'rich text',
    rich(
      line(text('path '), { type: 'text', text: '/api/*', style: { code: true } }),
      { type: 'rich_text_list', style: 'bullet', elements: [line(text('one')), line(text('two'))] },
      { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [line(text('first'))] },
      { type: 'rich_text_quote', elements: [text('said')] },
      { type: 'rich_text_preformatted', elements: [text('a\nb')] },
    ),
    'path /api/*\n• one\n• two\n  1. first\n| said\n    a\n    b',
  ],
  [
    'inline elements',
    rich(
      line(
        { type: 'user', user_id: 'U1' },
        text(' '),
        { type: 'link', url: 'https://example.com/', text: 'here' },
        text(' '),
        { type: 'emoji', name: 'wave' },
        text(' '),
        { type: 'broadcast', range: 'channel' },
        text(' '),
        { type: 'date', timestamp: 1_700_000_000, format: '{date_num} {time}', fallback: '-' },
      ),
    ),
    '@on-call here (https://example.com/) :wave: @channel 2023-11-14 22:13 UTC',
  ],
  [
    'a table',
    {
      type: 'table',
      column_settings: [{}, { align: 'right' }],
      rows: [
        [
          { type: 'raw_text', text: 'path' },
          { type: 'raw_text', text: '502s' },
        ],
        [rich(line(text('/api/*'))), { type: 'raw_number', value: 7, text: '7' }],
      ],
    },
    'path    502s\n------  ----\n/api/*     7',
  ],
  [
    'a plan with its tasks',
    {
      type: 'plan',
      title: 'Checking E123',
      tasks: [
        {
          type: 'task_card',
          task_id: 'a',
          title: 'Read the logs',
          status: 'complete',
          output: rich(line(text('412 rows'))),
        },
        { type: 'task_card', task_id: 'b', title: 'Probe the origin', status: 'in_progress' },
      ],
    },
    'Checking E123\n  [done] Read the logs\n      412 rows\n  [running] Probe the origin',
  ],
  [
    'a chart',
    {
      type: 'data_visualization',
      title: '502s',
      chart: {
        type: 'bar',
        series: [{ name: '502', data: [{ label: '10:00', value: 3 }] }],
        axis_config: { categories: ['10:00'] },
      },
    },
    '[Chart: 502s]\n  502: 10:00 3',
  ],
  [
    'a picture',
    { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'the curve', title: plain('Curve') },
    'Curve\n[Image: the curve]',
  ],
  [
    'a container',
    {
      type: 'container',
      title: plain('Ruled out'),
      child_blocks: [{ type: 'section', text: plain('expired certificate') }],
    },
    'Ruled out\n  expired certificate',
  ],
  [
    'a card',
    { type: 'card', title: mrkdwn('*Proposal*'), body: mrkdwn('60 s'), actions: [button('Approve')] },
    'Proposal\n60 s\n[Approve]',
  ],
];

describe('renderAsText', () => {
  it.each(rows)('reads %s', (_name, block, expected) => {
    expect(renderAsText({ text: 'for the notification', blocks: [block] }, { nameOf })).toBe(expected);
  });

  it('shows the text only where there are no blocks, and names the files', () => {
    const file = { id: 'F1', title: 'Evidence', name: 'evidence.json', bytes: Buffer.alloc(0) };
    expect(renderAsText({ text: 'See *this*.', blocks: [], files: [file] })).toBe('See this.\n[File: Evidence]');
  });
});
