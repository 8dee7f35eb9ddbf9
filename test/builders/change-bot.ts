/** A bot that may change one distribution, with a proposal whose card stands in the channel. */

import type { Proposal } from '../../src/remediation/proposal.js';
import { type CardOptions, renderProposal } from '../../src/slack/render/proposal.js';
import type { Message } from '../world/slack/message.js';
import { renderAsText } from '../world/slack/render-as-text.js';
import { postAsBot } from './post-as-bot.js';
import { proposal, proposalId } from './proposal.js';
import { startTestBot, type TestBot, type TestBotOptions } from './test-bot.js';

export const people = {
  /** Asked for the change; may break the glass. */
  onCall: 'U0ONCALL1',
  /** In the group of approvers. */
  approver: 'U0APPROVE',
  /** An approver by name. */
  colleague: 'U0COLLEAG',
  guest: 'U0GUEST01',
  partner: 'U0PARTNER',
} as const;

export const incidents = 'C0INCIDEN';
export const distribution = 'E2EXAMPLE1ABCD';

export const changePolicy = `version: 1
changes:
  mode: apply
  roleArn: arn:aws:iam::111122223333:role/cf502-change
  distributions: [${distribution}]
  approvers: { groups: [S0APPROVE], users: [U0COLLEAG] }
  breakGlass: { users: [U0ONCALL1] }`;

export interface ChangeBot extends TestBot {
  /** Posts the card of a proposal and keeps it; valid by default, waiting for approval for another half an hour. */
  propose(changes?: Partial<Proposal>, place?: { channel?: string; card?: CardOptions }): Promise<Message>;
  /** The card as it is now. */
  card(message: Message): string;
  /** What this person alone was told. */
  told(part: string | RegExp, userId?: string): Promise<string>;
  /** The proposal as it is kept now. */
  kept(): Promise<Proposal>;
}

export async function startChangeBot(options: TestBotOptions = {}): Promise<ChangeBot> {
  const bot = await startTestBot({ policy: changePolicy, ...options });
  const { slack, changes } = bot;
  return {
    ...bot,
    propose: async (given = {}, place = {}) => {
      const channel = place.channel ?? incidents;
      const now = Date.now();
      const made = proposal({
        createdAt: new Date(now - 60_000).toISOString(),
        expiresAt: new Date(now + 30 * 60_000).toISOString(),
        approvers: { users: [people.colleague], groups: ['S0APPROVE'], quorum: 1, selfApproval: false },
        place: { channelId: channel, threadTs: null },
        ...given,
      });
      const card = place.card ?? { mayBreakGlass: true, windows: null };
      const message = await postAsBot(slack, channel, renderProposal(made, card));
      changes.hold({ ...made, message: { channelId: channel, ts: message.ts } });
      return message;
    },
    card: (message) => {
      const now = slack.message(message.channel, message.ts);
      return now === null ? '' : renderAsText(now, { nameOf: (id) => slack.nameOf(id) });
    },
    told: async (part, userId = people.onCall) => {
      const found = await slack.waitFor(
        () =>
          slack
            .ephemerals(userId)
            .map((message) => renderAsText(message, { nameOf: (id) => slack.nameOf(id) }))
            .find((read) => (typeof part === 'string' ? read.includes(part) : part.test(read))),
        { what: `an answer with ${String(part)}` },
      );
      return found;
    },
    kept: async () => {
      const kept = await changes.read(proposalId);
      if (kept === null) throw new Error('There is no proposal.');
      return kept;
    },
  };
}
