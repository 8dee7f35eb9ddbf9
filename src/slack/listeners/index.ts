/** Registers a listener for everything in the table of what people can do. */
import type { App, BlockAction, ButtonAction, MessageShortcut } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { actionIds, commands, events, shortcuts } from '../surface.js';
import { cancelButtonClicked } from './cancel-button.js';
import { checkAgainButtonClicked } from './check-again-button.js';
import { commandCf502 } from './command-cf502.js';
import { diagnoseShortcut } from './diagnose-shortcut.js';
import { mention } from './mention.js';
import { unknownButtonClicked } from './unknown-button.js';

export function registerListeners(app: App, desk: Desk): void {
  app.command(commands.cf502, commandCf502(desk));
  app.event(events.mention, mention(desk));
  app.shortcut<MessageShortcut>({ callback_id: shortcuts.diagnose, type: 'message_action' }, diagnoseShortcut(desk));
  app.action<BlockAction<ButtonAction>>(
    { action_id: actionIds.cancel, type: 'block_actions' },
    cancelButtonClicked(desk),
  );
  app.action<BlockAction<ButtonAction>>(
    { action_id: actionIds.checkAgain, type: 'block_actions' },
    checkAgainButtonClicked(desk),
  );
  app.action<BlockAction>({ type: 'block_actions' }, unknownButtonClicked);
}
