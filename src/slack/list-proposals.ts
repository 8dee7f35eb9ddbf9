/** `proposals`: what is under way or in force, as far as this person may ask about it here. */
import { toFailure } from '../failure.js';
import type { Proposal } from '../remediation/proposal.js';
import { type Ask, type Desk, refuseAsk, refuseChange } from './ask.js';
import { withDeadline } from './deadline.js';
import { findPermalink } from './post.js';
import { renderNotice } from './render/notice.js';
import { renderProposalList } from './render/proposal-list.js';

const readTimeoutMs = 2_000;
/** Each costs a call to Slack for its link. */
const mostListed = 10;

export async function listProposals(desk: Desk, ask: Ask): Promise<void> {
  const refusal = refuseChange(desk, ask, null);
  const { changes } = desk;
  if (refusal !== null || changes === null) return await ask.tell(renderNotice(refusal ?? ''));
  let live: readonly Proposal[];
  try {
    live = await withDeadline(changes.live(), readTimeoutMs, 'The queue did not answer in time.');
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    const problem =
      'The queue of cf502 (Redis) does not answer, so the proposals are not known. Try again in a minute.';
    return await ask.tell(renderNotice(problem));
  }
  const theirs = live.filter(({ change }) => refuseAsk(desk, ask, change.target.distributionId) === null);
  const shown = theirs.slice(0, mostListed);
  const links = await Promise.all(
    shown.map(async ({ message }) =>
      message === null ? null : await findPermalink(desk.clients.interactive, message.channelId, message.ts),
    ),
  );
  const entries = shown.map((proposal, index) => ({ proposal, permalink: links[index] ?? null }));
  await ask.tell(renderProposalList(entries, theirs.length - shown.length));
}
