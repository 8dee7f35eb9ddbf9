/** Whatever JSON an app sends, the oracle answers and the reader reads. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isObject } from './json.js';
import { renderAsText } from './render-as-text.js';
import { validateBlocks } from './validate-blocks.js';

const types = [
  'section',
  'header',
  'context',
  'actions',
  'divider',
  'rich_text',
  'rich_text_section',
  'rich_text_list',
  'text',
  'link',
  'date',
  'table',
  'data_table',
  'raw_text',
  'plan',
  'task_card',
  'data_visualization',
  'bar',
  'pie',
  'markdown',
  'image',
  'card',
  'carousel',
  'container',
  'input',
  'button',
  'static_select',
  'plain_text',
  'mrkdwn',
  'alert',
  'video',
  'context_actions',
  '__proto__',
  'constructor',
];
const names = [
  'text',
  'elements',
  'fields',
  'accessory',
  'rows',
  'tasks',
  'title',
  'chart',
  'series',
  'data',
  'segments',
  'element',
  'options',
  'child_blocks',
  'actions',
  'details',
  'output',
  'value',
  'url',
  'style',
  'block_id',
  'action_id',
  'timestamp',
  'format',
  'label',
  'alt_text',
  'column_settings',
  'axis_config',
  'categories',
  'confirm',
  'caption',
  'sources',
  'toString',
  'status',
  'level',
  'indent',
  'offset',
  'type',
];

const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('<@U1|a>', '*<!date^x^{time}|b>*', '<|>'),
    ),
    fc.array(tie('node'), { maxLength: 4 }),
    fc
      .tuple(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 5 }))
      .map(([type, fields]) => ({ ...fields, type })),
  ),
}));

describe('any JSON', () => {
  it('is judged without a throw, and every problem has a place', () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), (blocks) => {
        for (const problem of validateBlocks(blocks)) {
          expect(problem.pointer).toMatch(/^\/blocks/);
          expect(problem.message).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is read without a throw', () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), fc.string(), (blocks, text) => {
        expect(typeof renderAsText({ text, blocks: blocks.filter(isObject) })).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
