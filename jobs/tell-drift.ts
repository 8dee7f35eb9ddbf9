/** After a check has read the configuration: whether it still holds what cf502 has changed, said in the thread of the check and of the change. */
import type { EvidenceBag } from '../src/diagnosis/evidence.js';
import { dataOf } from '../src/diagnosis/observed.js';
import type { CheckMessage } from '../src/queue/checks.js';
import { findDrift } from '../src/remediation/drift.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { balancersOf } from '../src/remediation/surroundings.js';
import { renderNotice } from '../src/slack/render/notice.js';
import { cleanText } from '../src/slack/render/text.js';
import { createPoster, type Poster } from './poster.js';
import type { WorkerServices } from './services.js';

/** Changes of one distribution that are looked back on. */
const mostLookedAt = 50;
const sentenceLength = 900;

/** @param poster of the check's own messages. */
export async function tellDrift(
  services: WorkerServices,
  poster: Poster,
  checkId: string,
  message: CheckMessage,
  bag: EvidenceBag | null,
): Promise<void> {
  const distribution = bag === null ? null : dataOf(bag.distribution);
  if (bag === null || distribution === null || bag.distribution.state !== 'collected') return;
  const { proposals } = services.changes;
  const ids = await proposals.listOf(distribution.id, mostLookedAt);
  if (ids.length === 0) return;
  const stored = await Promise.all(ids.map((id) => proposals.read(id).catch(() => null)));
  const known = stored.filter((one): one is Proposal => one !== null);
  const drifts = findDrift(known, {
    distribution,
    readAt: bag.distribution.at,
    balancers: balancersOf(bag),
    changes: bag.changes === undefined ? null : dataOf(bag.changes),
  });
  const elsewhere = createPoster(services, services.queues.reports, proposals);
  for (const { proposalId, sentence, live } of drifts) {
    const notice = renderNotice(cleanText(sentence, sentenceLength));
    await poster.postOnce(checkId, `drift-${proposalId}`, message, notice);
    const proposal = known.find(({ id }) => id === proposalId);
    const threadTs = proposal?.place.threadTs ?? proposal?.message?.ts ?? null;
    if (proposal === undefined || threadTs === null || threadTs === message.threadTs) continue;
    // Once for each value that it drifted to, however many checks see it.
    await elsewhere.postOnce(
      proposalId,
      `drift-${String(live)}`,
      { channelId: proposal.place.channelId, threadTs },
      notice,
    );
  }
}
