/** A modal or a home tab in the local Slack. */
import type { Block } from './message.js';

export interface View {
  readonly id: string;
  readonly kind: 'modal' | 'home';
  /** Whose screen it is on. */
  readonly userId: string;
  readonly callbackId: string;
  readonly privateMetadata: string;
  /** Title of a modal; empty on a home tab. */
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Changes with every update; views.update may name the one it saw. */
  readonly hash: string;
  readonly externalId: string | null;
  readonly rootViewId: string;
  readonly previousViewId: string | null;
  /** As the app sent it. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** The view as the Web API and payloads show it. */
export function viewJson(
  view: View,
  app: { readonly appId: string; readonly botId: string; readonly teamId: string },
  values: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    ...view.source,
    id: view.id,
    team_id: app.teamId,
    app_id: app.appId,
    bot_id: app.botId,
    type: view.kind,
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    external_id: view.externalId ?? '',
    hash: view.hash,
    root_view_id: view.rootViewId,
    previous_view_id: view.previousViewId,
    state: { values },
  };
}
