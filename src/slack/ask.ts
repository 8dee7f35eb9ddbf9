/** Who asks, where, and how to answer them alone: the same for a command, a mention, a shortcut and a button. */

import type { AuditLog } from '../platform/audit-log.js';
import type { Log } from '../platform/log.js';
import type { Policy } from '../policy.js';
import { refuseCheck } from '../policy.js';
import type { Changes } from '../queue/changes.js';
import type { Checks } from '../queue/checks.js';
import type { Doctor } from '../queue/doctor.js';
import type { SlackClients } from './clients.js';
import type { RenderedMessage } from './render/blocks.js';

export interface Ask {
  /** Slack's own id of this delivery: trigger_id or event_id. */
  readonly deliveryId: string;
  readonly userId: string;
  /** The workspace of the person, which is not ours in a Slack Connect channel. */
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly channelId: string;
  /** The thread that a check would live in; null: the channel itself. */
  readonly threadTs: string | null;
  /** Answers this person only. */
  tell(message: RenderedMessage): Promise<void>;
}

/** Who we are, from auth.test. */
export interface SlackIdentity {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly botId: string;
  readonly botUserId: string;
  readonly botName: string;
}

/** What every listener works with. */
export interface Desk {
  readonly policy: Policy;
  readonly checks: Checks;
  /** null where this process was started without the means to change anything. */
  readonly changes: Changes | null;
  /** null where nothing is recorded. */
  readonly audit: AuditLog | null;
  /** null where there is no self-check. */
  readonly doctor: Doctor | null;
  readonly clients: SlackClients;
  readonly identity: SlackIdentity;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Whether this person may ask here at all, and about this distribution where its id is known.
 * @returns null when they may, else the sentence to tell them.
 */
export function refuseAsk(desk: Desk, ask: Omit<Ask, 'tell'>, distributionId: string | null): string | null {
  const { identity, policy } = desk;
  const ours =
    ask.teamId === identity.teamId || (ask.enterpriseId !== null && ask.enterpriseId === identity.enterpriseId);
  if (!ours) return 'cf502 answers only people of the workspace that it is installed in; ask a colleague there.';
  return refuseCheck(policy, { distributionId, channelId: ask.channelId, userId: ask.userId });
}

/**
 * Whether this person may propose or decide about changes of this distribution here.
 * @returns null when they may, else the sentence to tell them. Who may approve is decided at the click.
 */
export function refuseChange(desk: Desk, ask: Omit<Ask, 'tell'>, distributionId: string | null): string | null {
  const refusal = refuseAsk(desk, ask, distributionId);
  if (refusal !== null) return refusal;
  const { changes } = desk.policy;
  if (changes === undefined || desk.changes === null)
    return 'This installation of cf502 changes nothing: its policy file has no section “changes”.';
  return distributionId === null || changes.distributions.includes(distributionId)
    ? null
    : `cf502 may not change distribution ${distributionId}; the policy file lists those that it may, under changes.distributions.`;
}

/** The names of the policy file that this person may use here: name -> distribution id. */
export function namesFor(desk: Desk, ask: Omit<Ask, 'tell'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(desk.policy.distributions)
      .filter(([, entry]) => refuseAsk(desk, ask, entry.id) === null)
      .map(([name, entry]) => [name, entry.id]),
  );
}
