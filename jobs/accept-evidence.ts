/** What follows when a piece of evidence is in: it is stored and shown, what it leads to is asked for, and it may decide the matter. */
import { type CollectedTask, distributionTaskId, planDeeperTasks } from '../src/collectors/tasks.js';
import { describeEvidence } from '../src/diagnosis/describe-evidence.js';
import type { Gathered } from '../src/diagnosis/evidence.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { addChildren } from './children.js';
import { concludeIfDecided } from './conclude.js';
import { guessIfUseful } from './guess.js';
import type { CollectServices } from './services.js';

/** The task that the evidence is of, as people see it. */
export interface EvidenceOf {
  readonly taskId: string;
  readonly kind: string;
  readonly title: string;
}

export async function acceptEvidence(
  services: CollectServices,
  request: CheckRequest,
  { taskId, kind, title }: EvidenceOf,
  result: CollectedTask,
): Promise<void> {
  const { store, log } = services;
  const { checkId } = request;
  await store.saveEvidence(checkId, taskId, result);
  if (request.purpose === 'check') await lookDeeper(services, request, result);
  const { gathered } = result;
  await store.setTask(checkId, {
    id: taskId,
    kind,
    title,
    state: gathered.state === 'collected' ? 'done' : 'unavailable',
    phrase: describeEvidence(result.kind, gathered as Gathered<never>),
  });
  await services.requestReport(checkId);
  log.info({ checkId, taskId, state: gathered.state, elapsedMs: gathered.elapsedMs }, 'evidence collected');
  await concludeIfDecided(services, checkId);
  await guessIfUseful(services, checkId);
}

/** Once the logs say which paths fail, those are asked for too; as siblings of this job, before it ends, so that their parent waits for them. */
async function lookDeeper(services: CollectServices, request: CheckRequest, result: CollectedTask): Promise<void> {
  if (!services.policy.probes.failingPaths) return;
  if (result.kind !== 'access-logs' || result.gathered.state !== 'collected') return;
  const read = (await services.store.readEvidence(request.checkId, distributionTaskId)) as CollectedTask | null;
  if (read?.kind !== 'distribution' || read.gathered.state !== 'collected') return;
  const tasks = planDeeperTasks(read.gathered.data, result.gathered.data);
  if (tasks.length > 0) await addChildren(services.store, services.queues, request, tasks);
}
