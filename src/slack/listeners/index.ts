/** Registers a listener for everything in the table of what people can do. */
import type { App, BlockAction, ButtonAction, MessageShortcut, ViewSubmitAction } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { actionIds, commands, events, forms, shortcuts } from '../surface.js';
import { cancelButtonClicked } from './cancel-button.js';
import { checkAgainButtonClicked } from './check-again-button.js';
import { commandCf502 } from './command-cf502.js';
import { decisionButtonClicked } from './decision-buttons.js';
import { diagnoseShortcut } from './diagnose-shortcut.js';
import { mention } from './mention.js';
import { proposeFormSent } from './propose-form.js';
import { proposeOfferButtonClicked } from './propose-offer-button.js';
import { reasonButtonClicked, reasonFormSent } from './reason-forms.js';
import { rollBackButtonClicked } from './roll-back-button.js';
import { unknownButtonClicked } from './unknown-button.js';
import { unknownFormSent } from './unknown-form.js';

export function registerListeners(app: App, desk: Desk): void {
  app.command(commands.cf502, commandCf502(desk));
  app.event(events.mention, mention(desk));
  app.shortcut<MessageShortcut>({ callback_id: shortcuts.diagnose, type: 'message_action' }, diagnoseShortcut(desk));
  const buttons = {
    [actionIds.cancel]: cancelButtonClicked(desk),
    [actionIds.checkAgain]: checkAgainButtonClicked(desk),
    [actionIds.readAllLogs]: checkAgainButtonClicked(desk, 'all'),
    [actionIds.approve]: decisionButtonClicked(desk, { kind: 'approve' }),
    [actionIds.approveTrial]: decisionButtonClicked(desk, { kind: 'approve', asTrial: true }),
    [actionIds.promoteTrial]: decisionButtonClicked(desk, { kind: 'promote-trial' }),
    [actionIds.endTrial]: decisionButtonClicked(desk, { kind: 'end-trial' }),
    [actionIds.revoke]: decisionButtonClicked(desk, { kind: 'revoke' }),
    [actionIds.reject]: reasonButtonClicked(desk, 'reject'),
    [actionIds.breakGlass]: reasonButtonClicked(desk, 'break-glass'),
    [actionIds.rollBack]: rollBackButtonClicked(desk),
    [actionIds.proposeOffer]: proposeOfferButtonClicked(desk),
  } satisfies Record<(typeof actionIds)[keyof typeof actionIds], unknown>;
  for (const [actionId, clicked] of Object.entries(buttons))
    app.action<BlockAction<ButtonAction>>({ action_id: actionId, type: 'block_actions' }, clicked);
  app.action<BlockAction>({ type: 'block_actions' }, unknownButtonClicked);
  const sent = {
    [forms.propose]: proposeFormSent(desk),
    [forms.reject]: reasonFormSent(desk, 'reject'),
    [forms.breakGlass]: reasonFormSent(desk, 'break-glass'),
  } satisfies Record<(typeof forms)[keyof typeof forms], unknown>;
  for (const [callbackId, listener] of Object.entries(sent))
    app.view<ViewSubmitAction>({ callback_id: callbackId, type: 'view_submission' }, listener);
  app.view<ViewSubmitAction>({ type: 'view_submission' }, unknownFormSent);
}
