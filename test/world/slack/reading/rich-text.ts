/** Rich text as lines: lists with bullets, quotes with bars, preformatted text indented. */
import { type JsonObject, objectsIn } from '../json.js';
import { type NameOf, renderInline } from './inline.js';

function indent(text: string, by: string): readonly string[] {
  return text.split('\n').map((line) => `${by}${line}`);
}

function renderPart(part: JsonObject, nameOf: NameOf): readonly string[] {
  switch (part['type']) {
    case 'rich_text_list': {
      const depth = '  '.repeat(typeof part['indent'] === 'number' ? part['indent'] : 0);
      const offset = typeof part['offset'] === 'number' ? part['offset'] : 0;
      return objectsIn(part['elements']).flatMap((item, index) => {
        const mark = part['style'] === 'ordered' ? `${offset + index + 1}.` : '•';
        return `${depth}${mark} ${renderInline(item['elements'], nameOf)}`.split('\n');
      });
    }
    case 'rich_text_quote':
      return indent(renderInline(part['elements'], nameOf), '| ');
    case 'rich_text_preformatted':
      return indent(renderInline(part['elements'], nameOf), '    ');
    default:
      return renderInline(part['elements'], nameOf).replace(/\n$/, '').split('\n');
  }
}

export function renderRichText(block: unknown, nameOf: NameOf): readonly string[] {
  const parts = typeof block === 'object' && block !== null && 'elements' in block ? objectsIn(block.elements) : [];
  return parts.flatMap((part) => renderPart(part, nameOf));
}
