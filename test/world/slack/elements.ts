/** Interactive elements in blocks: finding them, filling them, and the state that Slack sends with an interaction. */
import { describeValue, isObject, type JsonObject, objectsIn, textOrNull } from './json.js';
import type { Block } from './message.js';

export interface PlacedElement {
  readonly blockId: string;
  readonly element: JsonObject;
}

/** What a person put into an element: text, the value of an option, or several. */
export type Given = string | readonly string[] | null;

/** Every element a person can touch, in reading order. */
export function elementsIn(blocks: readonly Block[]): readonly PlacedElement[] {
  return blocks.flatMap((block) => {
    const blockId = textOrNull(block['block_id']) ?? '';
    const own = [
      ...objectsIn(block['type'] === 'carousel' ? [] : block['elements']),
      ...objectsIn(block['actions']),
      ...[block['accessory'], block['element']].filter(isObject),
    ].filter((element) => typeof element['action_id'] === 'string');
    const inner = [
      ...objectsIn(block['child_blocks']),
      ...(block['type'] === 'carousel' ? objectsIn(block['elements']) : []),
    ];
    return [...own.map((element) => ({ blockId, element })), ...elementsIn(inner)];
  });
}

function optionsOf(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsIn(element['options']),
    ...objectsIn(element['option_groups']).flatMap((group) => objectsIn(group['options'])),
  ];
}

function optionWith(element: JsonObject, value: string): JsonObject {
  const found = optionsOf(element).find((option) => option['value'] === value);
  if (found !== undefined) return found;
  if (element['type'] === 'external_select' || element['type'] === 'multi_external_select')
    return { text: { type: 'plain_text', text: value }, value };
  const values = optionsOf(element).map((option) => describeValue(option['value']));
  throw new Error(`There is no option ${value}; there are: ${values.join(', ')}`);
}

const single = (given: Given): string | null => (typeof given === 'string' ? given : (given?.[0] ?? null));
const several = (given: Given): readonly string[] =>
  given === null ? [] : typeof given === 'string' ? [given] : given;

/** What the element holds, in the words of its type; null for one that holds nothing, such as a button. */
function held(element: JsonObject, given: Given | undefined): JsonObject | null {
  const type = describeValue(element['type']);
  const initial = (name: string) => element[`initial_${name}`] ?? null;
  const one = (name: string) => (given === undefined ? initial(name) : single(given));
  if (type.endsWith('_text_input') || type === 'number_input') return { value: one('value') };
  if (['static_select', 'external_select', 'radio_buttons'].includes(type)) {
    const value = given === undefined ? null : single(given);
    return {
      selected_option: given === undefined ? initial('option') : value === null ? null : optionWith(element, value),
    };
  }
  if (['multi_static_select', 'multi_external_select', 'checkboxes'].includes(type)) {
    const chosen = given === undefined ? initial('options') : several(given).map((value) => optionWith(element, value));
    return { selected_options: chosen ?? [] };
  }
  const kind = /^(multi_)?(users|conversations|channels)_select$/.exec(type);
  if (kind !== null) {
    const name = String(kind[2]).slice(0, -1);
    return kind[1] === undefined
      ? { [`selected_${name}`]: one(name) }
      : { [`selected_${name}s`]: given === undefined ? (initial(`${name}s`) ?? []) : several(given) };
  }
  if (type === 'datepicker') return { selected_date: one('date') };
  if (type === 'timepicker') return { selected_time: one('time') };
  if (type === 'datetimepicker') {
    const value = given === undefined ? initial('date_time') : single(given);
    return { selected_date_time: value === null ? null : Number(value) };
  }
  return null;
}

/** `state.values` as Slack sends it: what was given by action id, otherwise what the element began with. */
export function stateValues(blocks: readonly Block[], given: Readonly<Record<string, Given>>): JsonObject {
  const values: Record<string, Record<string, unknown>> = {};
  const known = new Set<string>();
  for (const { blockId, element } of elementsIn(blocks)) {
    const actionId = describeValue(element['action_id']);
    known.add(actionId);
    const value = held(element, given[actionId]);
    if (value === null) continue;
    values[blockId] = { ...values[blockId], [actionId]: { type: element['type'], ...value } };
  }
  const unknown = Object.keys(given).filter((actionId) => !known.has(actionId));
  if (unknown.length > 0) throw new Error(`There is nothing to fill in for: ${unknown.join(', ')}`);
  return values;
}

/** The entry in `actions` for an element that was touched. */
export function actionOf(placed: PlacedElement, given: Given | undefined, actionTs: string): JsonObject {
  const { element, blockId } = placed;
  const type = describeValue(element['type']);
  const common = { type, block_id: blockId, action_id: element['action_id'], action_ts: actionTs };
  if (type === 'overflow') return { ...common, selected_option: optionWith(element, single(given ?? null) ?? '') };
  if (type === 'feedback_buttons') {
    const buttons = [element['positive_button'], element['negative_button']].filter(isObject);
    const button = buttons.find((each) => each['value'] === given) ?? buttons[0];
    return { ...common, text: button?.['text'], value: button?.['value'] };
  }
  const value = held(element, given);
  if (value !== null) return { ...common, ...value };
  return {
    ...common,
    text: element['text'],
    ...(element['value'] === undefined ? {} : { value: element['value'] }),
    ...(element['style'] === undefined ? {} : { style: element['style'] }),
    ...(element['url'] === undefined ? {} : { url: element['url'] }),
  };
}
