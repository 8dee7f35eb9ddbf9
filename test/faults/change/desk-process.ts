/** A process in which people click: the product's own producer, one per installation, told over IPC what to do. */
import { createLog } from '../../../src/platform/log.js';
import { parsePolicy } from '../../../src/policy.js';
import { type ChangeProducer, createChanges } from '../../../src/queue/change-producer.js';
import type { Decision, ProposalDraft } from '../../../src/queue/changes.js';

export interface DeskSettings {
  readonly redisUrl: string;
  /** Text of the policy file of each installation, by its prefix. */
  readonly policies: Readonly<Record<string, string>>;
}

export type DeskRequest =
  | { readonly id: number; readonly prefix: string; readonly kind: 'propose'; readonly draft: ProposalDraft }
  | {
      readonly id: number;
      readonly prefix: string;
      readonly kind: 'decide';
      readonly proposalId: string;
      readonly decision: Decision;
    };

/** `unknown`: Redis did not answer, so it may have been taken or not. */
export interface DeskAnswer {
  readonly id: number;
  readonly state: 'done' | 'refused' | 'unknown';
  /** State of the proposal after a step that was made. */
  readonly proposalState: string | null;
  readonly because: string | null;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as DeskSettings;
const log = createLog('silent');
const producers = new Map<string, ChangeProducer>();
for (const [prefix, text] of Object.entries(settings.policies)) {
  const policy = parsePolicy(text, 'policy.yml').changes ?? null;
  producers.set(prefix, await createChanges({ redisUrl: settings.redisUrl, prefix, policy, log }));
}

async function answer(request: DeskRequest): Promise<Omit<DeskAnswer, 'id'>> {
  const producer = producers.get(request.prefix);
  if (producer === undefined) throw new Error(`no installation ${request.prefix}`);
  if (request.kind === 'propose') {
    await producer.propose(request.draft);
    return { state: 'done', proposalState: null, because: null };
  }
  const result = await producer.decide(request.proposalId, request.decision, new Date());
  return result.state === 'done'
    ? { state: 'done', proposalState: result.proposal.state, because: null }
    : { state: 'refused', proposalState: result.proposal?.state ?? null, because: result.because };
}

process.on('message', (request: DeskRequest) => {
  answer(request)
    .catch((error: unknown) => ({ state: 'unknown', proposalState: null, because: String(error) }) as const)
    .then((given) => process.send?.({ id: request.id, ...given }))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: -1, state: 'done', proposalState: null, because: null });
