/** What to do about a typed line: pure, so that it can be decided before Slack's three seconds begin to matter. */
import { type Command, parseCommand } from '../diagnosis/command.js';
import type { ProposeCommand } from '../diagnosis/command-propose.js';
import { type Ask, type Desk, namesFor, refuseAsk, refuseChange } from './ask.js';
import type { CheckCommand } from './check-request.js';
import type { RenderedMessage } from './render/blocks.js';
import { proposeLine } from './render/change-words.js';
import { renderHelp } from './render/help.js';
import { renderCorrection, renderNotice } from './render/notice.js';
import { cleanText, code } from './render/text.js';

export type ReplyPlan =
  /** Nothing but this answer. */
  | { readonly kind: 'answer'; readonly message: RenderedMessage }
  | { readonly kind: 'check'; readonly command: CheckCommand; readonly message: RenderedMessage }
  | {
      readonly kind: 'cancel';
      readonly command: Extract<Command, { kind: 'cancel' }>;
      readonly message: RenderedMessage;
    }
  /** A form is to be opened, which says everything itself. `line` is the command without its prefix, to be typed where no form can open. */
  | { readonly kind: 'propose'; readonly command: ProposeCommand; readonly line: string }
  | { readonly kind: 'proposals'; readonly message: RenderedMessage }
  | { readonly kind: 'doctor'; readonly message: RenderedMessage };

/** @param prefix what stands before the command where it is typed: `/cf502` or `@cf502`. */
export function planReply(desk: Desk, ask: Omit<Ask, 'tell'>, line: string, prefix: string): ReplyPlan {
  const { checks } = desk.policy;
  const names = namesFor(desk, ask);
  const refusal = refuseAsk(desk, ask, null);
  const parsed = parseCommand(line, names, desk.now(), checks);
  if (refusal !== null) return { kind: 'answer', message: renderNotice(refusal) };
  if (!parsed.ok) {
    const corrected = parsed.suggestion ?? 'help';
    return { kind: 'answer', message: renderCorrection(parsed.problem, [`${prefix} ${corrected}`]) };
  }
  const { command } = parsed;
  switch (command.kind) {
    case 'help':
      return {
        kind: 'answer',
        message: renderHelp({
          prefix,
          names: Object.keys(names).sort(),
          anyDistribution: desk.policy.access.distributions === 'any',
          defaultSinceMinutes: checks.defaultSinceMinutes,
          maxWindowHours: checks.maxWindowHours,
          mayChange: refuseChange(desk, ask, null) === null,
          hasDoctor: desk.doctor !== null,
        }),
      };
    case 'cancel':
      return { kind: 'cancel', command, message: renderNotice('Looking for the check to cancel.') };
    case 'propose': {
      const refused = refuseChange(desk, ask, command.distributionId);
      if (refused !== null) return { kind: 'answer', message: renderNotice(refused) };
      return { kind: 'propose', command, line: lineOf(command) };
    }
    case 'proposals': {
      const refused = refuseChange(desk, ask, null);
      if (refused !== null) return { kind: 'answer', message: renderNotice(refused) };
      return { kind: 'proposals', message: renderNotice('Looking for proposals.') };
    }
    case 'doctor':
      if (desk.doctor === null)
        return { kind: 'answer', message: renderNotice('This installation of cf502 has no self-check.') };
      return {
        kind: 'doctor',
        message: renderNotice('Trying every permission that cf502 needs. The answer follows in some seconds.'),
      };
    case 'audit':
    case 'check': {
      const refused = refuseTarget(desk, ask, command);
      if (refused !== null) return { kind: 'answer', message: renderNotice(refused) };
      const message = renderNotice(
        command.kind === 'audit' ? 'Starting an audit of ' : 'Starting a check of ',
        code(cleanText(command.asked, 255)),
        '. The answer appears here.',
      );
      return { kind: 'check', command, message };
    }
  }
}

function lineOf({ asked, originId, field, value }: ProposeCommand): string {
  const target = { kind: 'origin' as const, distributionId: asked, originId: originId ?? '<id>' };
  return proposeLine({ target, field, after: value });
}

/** A domain name is known to belong to a distribution only once it was looked up, so the worker asks again. */
export function refuseTarget(desk: Desk, ask: Omit<Ask, 'tell'>, { target }: CheckCommand): string | null {
  return refuseAsk(desk, ask, target.kind === 'distribution-id' ? target.id : null);
}
