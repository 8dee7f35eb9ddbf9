/** The message shortcut: finds what a message is about, an alarm of another bot for one, and checks it in that thread. */
import type { AllMiddlewareArgs, MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import type { Desk } from '../ask.js';
import { namesFor } from '../ask.js';
import { findTarget } from '../find-target.js';
import { planReply } from '../plan-reply.js';
import { recordCommand } from '../record.js';
import { renderCorrection } from '../render/notice.js';
import { startCheck } from '../start-check.js';
import { commands } from '../surface.js';
import { askOfShortcut } from './read-ask.js';

export function diagnoseShortcut(desk: Desk) {
  return async ({
    shortcut,
    ack,
    respond,
  }: SlackShortcutMiddlewareArgs<MessageShortcut> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    const ask = askOfShortcut(shortcut, respond);
    const target = findTarget(shortcut.message, Object.keys(namesFor(desk, ask)));
    if (target === null) {
      const problem = 'This message names no distribution id, CloudFront domain or other domain that could be checked.';
      return await ask.tell(renderCorrection(problem, [`${commands.cf502} check <distribution id or domain>`]));
    }
    const plan = planReply(desk, ask, `check ${target}`, commands.cf502);
    const recorded = recordCommand(desk, ask, `shortcut: check ${target}`, plan.kind);
    if ('message' in plan) await ask.tell(plan.message);
    if (plan.kind === 'check') await startCheck(desk, ask, plan.command);
    await recorded;
  };
}
