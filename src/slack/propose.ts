/** Asking for a proposal: by a form, by the button of an offer, or to roll one back. The worker makes it and posts its card. */
import { createHash } from 'node:crypto';
import { type Failure, toFailure } from '../failure.js';
import type { Changes, ProposalDraft } from '../queue/changes.js';
import { statesInFlight } from '../remediation/life.js';
import type { ChangeField, ChangeValue, Proposal } from '../remediation/proposal.js';
import type { Ask, Desk } from './ask.js';
import { withDeadline } from './deadline.js';
import { findPermalink } from './post.js';
import { messageLink, renderNotice } from './render/notice.js';

const timeoutMs = 2_500;

/** What is wished for, wherever it came from. */
export interface Draft {
  readonly distributionId: string;
  /** Empty for the only balancer, and where `rollbackOf` says it. */
  readonly originId: string;
  readonly field: ChangeField;
  readonly after: ChangeValue;
  readonly reason: string | null;
  readonly checkId: string | null;
  readonly rollbackOf: string | null;
}

/** The same key always makes the same id, so that a repeated delivery or a second click at the same moment is the same proposal. */
export function proposalIdFor(key: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(key).digest('hex')}`).toString(36);
  return `prp_${digits.padStart(12, '0').slice(-12)}`;
}

/** A key that is the same for everybody who clicks the same button within a minute. */
export function keyOfButton(what: string, now: Date): string {
  return `${what} ${Math.floor(now.getTime() / 60_000)}`;
}

/**
 * Has it proposed, and tells how it went.
 * @param key see `proposalIdFor`.
 * @returns whether it was asked for.
 */
export async function propose(desk: Desk, ask: Ask, changes: Changes, key: string, draft: Draft): Promise<boolean> {
  const { after } = draft;
  const request: ProposalDraft = {
    v: 1,
    proposalId: proposalIdFor(key),
    ...draft,
    after,
    requester: { userId: ask.userId, teamId: ask.teamId },
    place: { channelId: ask.channelId, threadTs: ask.threadTs },
    askedAt: desk.now().toISOString(),
  };
  const log = desk.log.child({ proposalId: request.proposalId });
  try {
    const same = await findSame(changes, request);
    if (same !== null) {
      await ask.tell(await describeSame(desk, same));
      return false;
    }
    await withDeadline(changes.propose(request), timeoutMs, 'The queue did not answer in time.');
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    log.warn({ kind: failure.kind, reason: failure.message }, 'proposal not asked for');
    await ask.tell(renderNotice(explainUnproposed(failure)));
    return false;
  }
  log.info({ distribution: draft.distributionId, field: draft.field, userId: ask.userId }, 'proposal asked for');
  await ask.tell(
    renderNotice('The proposal is being made. Its card, or the reason why there is none, appears here in a moment.'),
  );
  return true;
}

/** The proposal of the very same change that somebody has still to decide about or that is being applied. */
async function findSame(changes: Changes, draft: ProposalDraft): Promise<Proposal | null> {
  const live = await withDeadline(changes.live(), timeoutMs, 'The queue did not answer in time.');
  const same = live.find(
    ({ state, change, rollbackOf }) =>
      statesInFlight.includes(state) &&
      change.target.distributionId === draft.distributionId &&
      (draft.rollbackOf === null
        ? change.target.kind === 'origin' && change.target.originId === draft.originId
        : rollbackOf === draft.rollbackOf) &&
      change.field === draft.field &&
      change.after === draft.after,
  );
  return same ?? null;
}

async function describeSame(desk: Desk, { message }: Proposal): Promise<ReturnType<typeof renderNotice>> {
  const permalink =
    message === null ? null : await findPermalink(desk.clients.interactive, message.channelId, message.ts);
  return renderNotice(
    'The same change is proposed already, see ',
    messageLink(permalink, 'its card'),
    '. Nothing new was proposed.',
  );
}

export function explainUnproposed(failure: Failure): string {
  if (failure.kind === 'service-down' || failure.kind === 'timed-out' || failure.kind === 'throttled')
    return 'The queue of cf502 (Redis) does not answer, so nothing was proposed. Try again in a minute; if it stays like this, tell whoever runs cf502.';
  return `${failure.message} Nothing was proposed.`;
}
