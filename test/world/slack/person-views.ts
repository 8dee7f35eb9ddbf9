/** A person in front of a modal or the home tab of the app. */
import type { Delivery } from './delivery/delivery.js';
import { eventPayload } from './delivery/payloads.js';
import { type Given, stateValues } from './elements.js';
import { type ClickOptions, type Gesture, type Hands, interact, stateAt, touched } from './gesture.js';
import { isObject, type JsonObject } from './json.js';
import { type View, viewJson } from './view.js';
import { validateView } from './views.js';

export interface Submission extends Gesture {
  /** What the app found wrong, by block id; null where it took the values. */
  readonly errors: JsonObject | null;
}

export interface PersonViews {
  /** Clicks in the modal on top, or in the home tab where no modal is open. */
  clickInView(actionId: string, options?: ClickOptions): Promise<Gesture>;
  /** Submits the modal on top with these values by action id. */
  submitView(values?: Readonly<Record<string, Given>>): Promise<Submission>;
  closeView(): Promise<void>;
  openHome(): Promise<Delivery>;
}

export function createPersonViews(hands: Hands): PersonViews {
  const { inside, user } = hands;
  const { identity, views } = inside;

  const topView = (): View => {
    const view = views.top(user.id);
    if (view === null) throw new Error(`No modal is open on the screen of ${user.id}.`);
    return view;
  };

  /** What the app's acknowledgement of a submission does to the modal: the errors it found, or null. */
  const applyToView = (view: View, ack: JsonObject | string | null): JsonObject | null => {
    if (!isObject(ack) || ack['response_action'] === undefined) {
      views.close(view);
      return null;
    }
    const action = ack['response_action'];
    if (action === 'errors') return isObject(ack['errors']) ? ack['errors'] : {};
    if (action === 'clear') {
      views.closeAll(user.id);
      return null;
    }
    const next = ack['view'];
    if (!isObject(next) || (action !== 'update' && action !== 'push')) {
      inside.complain(`Slack does not know this answer to a submission: ${JSON.stringify(ack)}`);
      return null;
    }
    const problems = validateView(next, inside.refusedBlocks);
    if (problems.length > 0) inside.complain(`Slack refuses the view in the answer: ${JSON.stringify(problems)}`);
    else if (action === 'push') views.push(next, user.id);
    else views.update({ viewId: view.id, externalId: null }, next, null);
    return null;
  };

  return {
    clickInView: async (actionId, options = {}) => {
      const view = views.top(user.id) ?? views.home(user.id);
      if (view === null) throw new Error(`${user.id} has neither a modal nor a home tab of the app.`);
      const payload = {
        ...touched(inside, view.blocks, actionId, options),
        container: { type: 'view', view_id: view.id },
        view: viewJson(view, identity, stateAt(view.blocks, actionId, options)),
      };
      return await interact(hands, payload, null);
    },

    submitView: async (values = {}) => {
      const view = topView();
      const shown = viewJson(view, identity, stateValues(view.blocks, values));
      const done = await interact(hands, { type: 'view_submission', view: shown, response_urls: [] }, null);
      return { ...done, errors: done.error === null ? applyToView(view, done.delivery.ack) : null };
    },

    closeView: async () => {
      const view = topView();
      views.close(view);
      if (view.source['notify_on_close'] !== true) return;
      await interact(hands, { type: 'view_closed', view: viewJson(view, identity), is_cleared: false }, null);
    },

    openHome: async () => {
      const channel = inside.workspace.openDirectMessage(user.id, identity.botUserId);
      const view = views.home(user.id);
      const event = {
        type: 'app_home_opened',
        user: user.id,
        channel: channel.id,
        tab: 'home',
        event_ts: inside.workspace.nextTs(),
        ...(view === null ? {} : { view: viewJson(view, identity) }),
      };
      return await hands.deliveries.deliverEvent(eventPayload(event, identity, false, inside.now()));
    },
  };
}
