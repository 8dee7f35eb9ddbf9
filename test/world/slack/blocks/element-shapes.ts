/** The interactive elements and their limits. Source: docs.slack.dev/reference/block-kit/block-elements */
import { richText } from './rich-text-shapes.js';
import { byType, flag, list, number, object, oneOf, problem, type Shape, text, url } from './shape.js';
import {
  actionId,
  anyText,
  confirm,
  imageElement,
  option,
  optionGroup,
  placeholder,
  plainText,
} from './text-shapes.js';

const actionable = { action_id: actionId };
const style = oneOf('primary', 'danger');
const dispatch = object({
  optional: { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2, 1) },
});
const day: Shape = (value, pointer) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? [] : problem(pointer, 'must match YYYY-MM-DD');
const clock: Shape = (value, pointer) =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? [] : problem(pointer, 'must match HH:mm');

export const button = object({
  required: { text: plainText(75) },
  optional: {
    ...actionable,
    value: text(2000, 0),
    url: url(),
    style,
    accessibility_label: text(75),
    confirm,
  },
});

const choices = (allowsText: boolean) => ({
  required: { options: list(option(), 10, 1) },
  optional: {
    ...actionable,
    confirm,
    focus_on_load: flag,
    ...(allowsText ? { initial_options: list(option(), 10, 1) } : { initial_option: option() }),
  },
});

/** A menu, one choice or several. */
function menu(kind: 'static' | 'external' | 'users' | 'conversations' | 'channels', multiple: boolean): Shape {
  const initial: Readonly<Record<typeof kind, string>> = {
    static: 'option',
    external: 'option',
    users: 'user',
    conversations: 'conversation',
    channels: 'channel',
  };
  const single = kind === 'static' || kind === 'external' ? option() : text(255);
  const isStatic = kind === 'static';
  return object({
    optional: {
      ...actionable,
      confirm,
      placeholder,
      focus_on_load: flag,
      ...(isStatic ? { options: list(option(), 100, 1), option_groups: list(optionGroup, 100, 1) } : {}),
      ...(kind === 'external' ? { min_query_length: number(0, 300, true) } : {}),
      ...(kind === 'conversations'
        ? {
            default_to_current_conversation: flag,
            filter: object({
              optional: {
                include: list(oneOf('im', 'mpim', 'private', 'public'), 4, 1),
                exclude_external_shared_channels: flag,
                exclude_bot_users: flag,
              },
            }),
          }
        : {}),
      ...(multiple
        ? { max_selected_items: number(1, 100, true), [`initial_${initial[kind]}s`]: list(single, 100, 1) }
        : { [`initial_${initial[kind]}`]: single, response_url_enabled: flag }),
    },
    also: (value, pointer) =>
      isStatic && Number(value['options'] !== undefined) + Number(value['option_groups'] !== undefined) !== 1
        ? problem(pointer, 'must provide exactly one of options and option_groups')
        : [],
  });
}

const menus: Readonly<Record<string, Shape>> = Object.fromEntries(
  (['static', 'external', 'users', 'conversations', 'channels'] as const).flatMap((kind) => [
    [`${kind}_select`, menu(kind, false)],
    [`multi_${kind}_select`, menu(kind, true)],
  ]),
);

const input = { ...actionable, focus_on_load: flag, placeholder, dispatch_action_config: dispatch };

const pickers: Readonly<Record<string, Shape>> = {
  checkboxes: object(choices(true)),
  radio_buttons: object(choices(false)),
  datepicker: object({ optional: { ...actionable, confirm, focus_on_load: flag, placeholder, initial_date: day } }),
  timepicker: object({
    optional: { ...actionable, confirm, focus_on_load: flag, placeholder, initial_time: clock, timezone: text(255) },
  }),
  datetimepicker: object({
    optional: { ...actionable, confirm, focus_on_load: flag, initial_date_time: number(1e9, 9_999_999_999, true) },
  }),
};

const richTextInput = object({
  optional: {
    ...input,
    initial_value: byType({ rich_text: richText }),
    min_lines: number(1, 100),
    max_lines: number(1, 100),
  },
});

const overflow = object({
  required: { options: list(option(true), 5, 1) },
  optional: { ...actionable, confirm },
});

const workflowButton = object({
  required: {
    text: plainText(75),
    workflow: object({
      required: {
        trigger: object({
          required: { url: url() },
          optional: {
            customizable_input_parameters: list(
              object({ required: { name: text(255), value: (value) => (value === undefined ? [] : []) } }),
              100,
            ),
          },
        }),
      },
    }),
  },
  optional: { ...actionable, style, accessibility_label: text(75), confirm },
});

/** What an `actions` block may hold. */
export const actionsElement = byType({
  button,
  overflow,
  workflow_button: workflowButton,
  rich_text_input: richTextInput,
  ...menus,
  ...pickers,
});

/** What may stand beside a section's text. */
export const accessory = byType({
  button,
  overflow,
  workflow_button: workflowButton,
  image: imageElement,
  ...menus,
  ...pickers,
});

/** What an `input` block may hold. */
export const inputElement = byType({
  ...menus,
  ...pickers,
  rich_text_input: richTextInput,
  plain_text_input: object({
    optional: {
      ...input,
      initial_value: text(3000, 0),
      multiline: flag,
      min_length: number(0, 3000, true),
      max_length: number(1, 3000, true),
    },
  }),
  email_text_input: object({ optional: { ...input, initial_value: text(3000, 0) } }),
  url_text_input: object({ optional: { ...input, initial_value: text(3000, 0) } }),
  number_input: object({
    required: { is_decimal_allowed: flag },
    optional: { ...input, initial_value: text(100), min_value: text(100), max_value: text(100) },
  }),
  file_input: object({
    optional: { ...actionable, filetypes: list(text(100), 100, 1), max_files: number(1, 10, true) },
  }),
});

const feedback = object({
  required: { text: plainText(75), value: text(2000) },
  optional: { accessibility_label: text(75) },
});

/** What a `context_actions` block may hold. */
export const contextActionsElement = byType({
  feedback_buttons: object({
    required: { positive_button: feedback, negative_button: feedback },
    optional: actionable,
  }),
  icon_button: object({
    required: { icon: oneOf('trash'), text: plainText(75) },
    optional: {
      ...actionable,
      value: text(2000),
      accessibility_label: text(75),
      visible_to_user_ids: list(text(255), 100),
      confirm,
    },
  }),
});

/** What a `context` block may hold. */
export const contextElement: Shape = (value, pointer) => {
  const isImage = typeof value === 'object' && value !== null && 'type' in value && value.type === 'image';
  return isImage ? imageElement(value, pointer) : anyText(3000)(value, pointer);
};
