/** A message as plain text, as a person would read it out: for the demo's terminal and for tests. Times are UTC. */
import { describeValue, isObject, type JsonObject, objectsIn, textOrNull } from './json.js';
import type { Message } from './message.js';
import { renderChart, renderPlan, renderTable, renderTask } from './reading/data.js';
import { type NameOf, renderMrkdwn, renderText } from './reading/inline.js';
import { renderRichText } from './reading/rich-text.js';

export interface ReadingOptions {
  /** Names for the ids of users, channels and groups; the ids themselves unless told. */
  readonly nameOf?: NameOf;
}

/** Something to click or to fill in. */
function renderControl(element: JsonObject, nameOf: NameOf): string {
  const label = renderText(element['text'], nameOf);
  switch (element['type']) {
    case 'button':
    case 'workflow_button':
    case 'icon_button': {
      const url = textOrNull(element['url']);
      return url === null ? `[${label}]` : `[${label}] (${url})`;
    }
    case 'feedback_buttons':
      return [element['positive_button'], element['negative_button']]
        .map((button) => `[${isObject(button) ? renderText(button['text'], nameOf) : ''}]`)
        .join(' ');
    case 'image':
      return `[Image: ${textOrNull(element['alt_text']) ?? ''}]`;
    case 'overflow':
    case 'checkboxes':
    case 'radio_buttons':
      return `[${objectsIn(element['options'])
        .map((option) => renderText(option['text'], nameOf))
        .join(' | ')}]`;
    default: {
      const hint = renderText(element['placeholder'], nameOf);
      return `[${hint === '' ? describeValue(element['type']) : hint}]`;
    }
  }
}

function renderControls(elements: unknown, nameOf: NameOf): string {
  return objectsIn(elements)
    .map((element) => renderControl(element, nameOf))
    .join(' ');
}

function renderContext(block: JsonObject, nameOf: NameOf): string {
  return objectsIn(block['elements'])
    .map((element) => (element['type'] === 'image' ? renderControl(element, nameOf) : renderText(element, nameOf)))
    .join('  ');
}

function renderSection(block: JsonObject, nameOf: NameOf): readonly string[] {
  const accessory = block['accessory'];
  return [
    ...(block['text'] === undefined ? [] : renderText(block['text'], nameOf).split('\n')),
    ...objectsIn(block['fields']).flatMap((field) => renderText(field, nameOf).split('\n')),
    ...(isObject(accessory) ? [renderControl(accessory, nameOf)] : []),
  ];
}

/** A card, a container, an alert: a title, a text and what is inside. */
function renderFrame(block: JsonObject, nameOf: NameOf): readonly string[] {
  const title = block['rich_text_title'] === undefined ? [] : renderRichText(block['rich_text_title'], nameOf);
  const texts = ['title', 'subtitle', 'body', 'text'].map((name) => renderText(block[name], nameOf));
  const inner = objectsIn(block['child_blocks']).flatMap((child) => renderBlock(child, nameOf));
  const controls = renderControls(block['actions'], nameOf);
  return [...title, ...texts.filter((line) => line !== ''), ...inner.map((line) => `  ${line}`), controls].filter(
    (line, index, all) => line !== '' || index < all.length - 1,
  );
}

function renderHeader(text: string): readonly string[] {
  return [text, '='.repeat(Math.min(text.length, 80))];
}

function renderBlock(block: JsonObject, nameOf: NameOf): readonly string[] {
  switch (block['type']) {
    case 'header':
      return renderHeader(renderText(block['text'], nameOf));
    case 'section':
      return renderSection(block, nameOf);
    case 'context':
      return [renderContext(block, nameOf)];
    case 'actions':
    case 'context_actions':
      return [renderControls(block['elements'], nameOf)];
    case 'divider':
      return ['-'.repeat(40)];
    case 'rich_text':
      return renderRichText(block, nameOf);
    case 'markdown':
      return (textOrNull(block['text']) ?? '').split('\n');
    case 'image':
      return [renderText(block['title'], nameOf), `[Image: ${textOrNull(block['alt_text']) ?? ''}]`].filter(
        (line) => line !== '',
      );
    case 'table':
    case 'data_table':
      return renderTable(block, nameOf);
    case 'plan':
      return renderPlan(block, nameOf);
    case 'task_card':
      return renderTask(block, nameOf);
    case 'data_visualization':
      return renderChart(block);
    case 'card':
    case 'container':
    case 'alert':
      return renderFrame(block, nameOf);
    case 'carousel':
      return objectsIn(block['elements']).flatMap((card) => renderFrame(card, nameOf));
    case 'input':
      return [
        `${renderText(block['label'], nameOf)}: ${isObject(block['element']) ? renderControl(block['element'], nameOf) : ''}`,
      ];
    default:
      return [`[${describeValue(block['type'])}]`];
  }
}

/**
 * The blocks, each beginning a new line, and the files. The top-level text is what notifications show, not the channel; it is
 * rendered only where there are no blocks.
 */
export function renderAsText(
  message: Pick<Message, 'text' | 'blocks'> & Partial<Pick<Message, 'files'>>,
  options: ReadingOptions = {},
): string {
  const nameOf = options.nameOf ?? ((id: string) => id);
  const lines =
    message.blocks.length === 0
      ? renderMrkdwn(message.text, nameOf).split('\n')
      : message.blocks.flatMap((block) => renderBlock(block, nameOf));
  const files = (message.files ?? []).map((file) => `[File: ${file.title}]`);
  return [...lines, ...files].join('\n').trimEnd();
}
