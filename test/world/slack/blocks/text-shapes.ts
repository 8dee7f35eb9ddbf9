/** Text objects, confirmation dialogs, options and pictures: the parts that blocks are made of. */
import { byType, flag, list, object, oneOf, problem, type Shape, text, url } from './shape.js';

export function plainText(max: number, min = 1): Shape {
  return byType({ plain_text: object({ required: { text: text(max, min) }, optional: { emoji: flag } }) });
}

export function markdownText(max: number, min = 1): Shape {
  return byType({ mrkdwn: object({ required: { text: text(max, min) }, optional: { verbatim: flag } }) });
}

export function anyText(max: number, min = 1): Shape {
  return byType({
    plain_text: object({ required: { text: text(max, min) }, optional: { emoji: flag } }),
    mrkdwn: object({ required: { text: text(max, min) }, optional: { verbatim: flag } }),
  });
}

export const actionId = text(255);
export const placeholder = plainText(150);

export const confirm = object({
  required: { text: anyText(300) },
  optional: {
    title: plainText(100),
    confirm: plainText(30),
    deny: plainText(30),
    style: oneOf('primary', 'danger'),
  },
});

/** `value` up to 150: Slack raised it from the 75 that the types still tell. */
export function option(allowUrl = false): Shape {
  return object({
    required: { text: anyText(75), value: text(150) },
    optional: { description: anyText(75), ...(allowUrl ? { url: url() } : {}) },
  });
}

export const optionGroup = object({
  required: { label: plainText(75), options: list(option(), 100, 1) },
});

/** Exactly one of `image_url` and `slack_file`, as a picture needs it. */
export function pictureSource(value: Readonly<Record<string, unknown>>, pointer: string) {
  const count = Number(value['image_url'] !== undefined) + Number(value['slack_file'] !== undefined);
  return count === 1 ? [] : problem(pointer, 'must provide exactly one of image_url and slack_file');
}

const slackFile = object({
  optional: { id: text(255), url: url() },
  also: (value, pointer) =>
    Number(value['id'] !== undefined) + Number(value['url'] !== undefined) === 1
      ? []
      : problem(pointer, 'must provide exactly one of id and url'),
});

export const imageFields = { image_url: url(), slack_file: slackFile };

export const imageElement = object({
  required: { alt_text: text(2000) },
  optional: imageFields,
  also: pictureSource,
});
