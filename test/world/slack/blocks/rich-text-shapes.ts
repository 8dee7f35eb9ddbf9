/** The shapes of rich text. Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block */
import { byType, flag, list, number, object, oneOf, type Shape, text, url } from './shape.js';

/** Slack tells no limit for the lists of rich text; the text of the whole message has one. */
const many = 10_000;
const long = 40_000;

const style = object({
  optional: {
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  },
});

const styled = { style };

const inlineShapes: Readonly<Record<string, Shape>> = {
  text: object({ required: { text: text(long) }, optional: styled }),
  link: object({ required: { url: url() }, optional: { ...styled, text: text(long), unsafe: flag } }),
  emoji: object({
    required: { name: text(255) },
    optional: { ...styled, unicode: text(255), url: url(), skin_tone: number(1, 6, true) },
  }),
  user: object({ required: { user_id: text(255) }, optional: styled }),
  usergroup: object({ required: { usergroup_id: text(255) }, optional: styled }),
  channel: object({ required: { channel_id: text(255) }, optional: styled }),
  team: object({ required: { team_id: text(255) }, optional: styled }),
  broadcast: object({ required: { range: oneOf('here', 'channel', 'everyone') }, optional: styled }),
  color: object({ required: { value: text(255) }, optional: styled }),
  date: object({
    required: { timestamp: number(0, 9_999_999_999, true), format: text(1000) },
    optional: { ...styled, url: url(), fallback: text(1000) },
  }),
};

const inline = byType(inlineShapes);
const preformattedInline = byType({
  text: inlineShapes['text'] ?? inline,
  link: inlineShapes['link'] ?? inline,
});
const border = oneOf(0, 1);

const section = object({ required: { elements: list(inline, many) } });

/** A `rich_text` block. */
export const richText = object({
  required: {
    elements: list(
      byType({
        rich_text_section: section,
        rich_text_quote: object({ required: { elements: list(inline, many, 1) }, optional: { border } }),
        rich_text_preformatted: object({
          required: { elements: list(preformattedInline, many, 1) },
          optional: { border, language: text(255) },
        }),
        rich_text_list: object({
          required: {
            style: oneOf('bullet', 'ordered'),
            elements: list(byType({ rich_text_section: section }), many, 1),
          },
          optional: { indent: number(0, 8, true), offset: number(0, many, true), border },
        }),
      }),
      many,
      1,
    ),
  },
  optional: { block_id: text(255) },
});
