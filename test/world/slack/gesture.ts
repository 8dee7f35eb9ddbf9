/** What a person does with the app's buttons, shortcuts and commands, and what came of it. */

import type { Deliveries } from './delivery/deliveries.js';
import type { Delivery, DeliveryError } from './delivery/delivery.js';
import { interactionJson } from './delivery/payloads.js';
import type { Conversation, ResponseUrls } from './delivery/response-urls.js';
import { actionOf, elementsIn, type Given, stateValues } from './elements.js';
import { describeValue, type JsonObject, textOrNull } from './json.js';
import type { Block, Message } from './message.js';
import type { SlackUser } from './seed.js';
import type { Inside } from './web-api/method.js';

/** What came of something a person did. */
export interface Gesture {
  /** The delivery as it was when it was acknowledged or had failed. */
  readonly delivery: Delivery;
  /** null where nobody acknowledged in time. */
  readonly ackedInMs: number | null;
  /** Text that came with the acknowledgement. */
  readonly ackText: string | null;
  /** What Slack shows the person: the app was too slow or not there. */
  readonly error: DeliveryError | null;
  readonly triggerId: string;
  /** Empty where the payload carries none. */
  readonly responseUrl: string;
  /** What the app answered with the acknowledgement and through the response_url up to now, as it is now. */
  readonly responses: readonly Message[];
}

export interface ClickOptions {
  /** What the person chose, for an element that is no button. */
  readonly value?: Given;
  /** Which block, where several hold the action. */
  readonly blockId?: string;
  /** What stands in the other elements of the message, by action id. */
  readonly state?: Readonly<Record<string, Given>>;
}

/** What a person's hands work with. */
export interface Hands {
  readonly user: SlackUser;
  readonly inside: Inside;
  readonly deliveries: Deliveries;
  readonly responseUrls: ResponseUrls;
}

/** Now, as the ts of an action. */
export function actionTs(inside: Inside): string {
  return (inside.now() / 1000).toFixed(6);
}

export function describeGesture(delivery: Delivery, triggerId: string, conversation: Conversation | null): Gesture {
  return {
    delivery,
    ackedInMs: delivery.error === null ? delivery.ackedInMs : null,
    ackText: typeof delivery.ack === 'string' ? delivery.ack : textOrNull(delivery.ack?.['text']),
    error: delivery.error,
    triggerId,
    responseUrl: conversation?.url ?? '',
    get responses() {
      return conversation?.responses() ?? [];
    },
  };
}

/** Sends an interaction in the person's name. */
export async function interact(hands: Hands, payload: JsonObject, conversation: Conversation | null): Promise<Gesture> {
  const triggerId = hands.inside.triggers.mint(hands.user.id);
  const delivery = await hands.deliveries.deliver('interactive', {
    ...interactionJson(hands.user, hands.inside.identity),
    ...payload,
    trigger_id: triggerId,
    ...(conversation === null ? {} : { response_url: conversation.url }),
  });
  return describeGesture(delivery, triggerId, conversation);
}

/** The part of a `block_actions` payload that says what was touched. @throws Error where it is not there. */
export function touched(inside: Inside, blocks: readonly Block[], actionId: string, options: ClickOptions): JsonObject {
  const elements = elementsIn(blocks);
  const placed = elements.find(
    (each) => each.element['action_id'] === actionId && (options.blockId ?? each.blockId) === each.blockId,
  );
  if (placed === undefined) {
    const there = elements.map((each) => describeValue(each.element['action_id'])).join(', ');
    throw new Error(`There is nothing to click named ${actionId}; there is: ${there === '' ? 'nothing' : there}`);
  }
  return { type: 'block_actions', actions: [actionOf(placed, options.value, actionTs(inside))] };
}

/** `state.values` at the moment of the click. */
export function stateAt(blocks: readonly Block[], actionId: string, options: ClickOptions): JsonObject {
  return stateValues(blocks, {
    ...options.state,
    ...(options.value === undefined ? {} : { [actionId]: options.value }),
  });
}
