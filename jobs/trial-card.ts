/** Shows a trial in the thread of its proposal: every step once, and the message that asks for a decision, kept up to date. */
import type { CheckMessage } from '../src/queue/checks.js';
import type { Proposal } from '../src/remediation/proposal.js';
import type { Trial } from '../src/remediation/trial-record.js';
import { renderTrial, renderTrialStep } from '../src/slack/render/trial.js';
import type { Poster } from './poster.js';
import type { WorkerServices } from './services.js';

/** One message each, so that a decision that has become possible notifies once more. */
const outcomes = ['too-few', 'no-worse', 'better', 'worse'] as const;

export async function showTrial(
  { changes }: WorkerServices,
  poster: Poster,
  proposal: Proposal,
  message: CheckMessage,
): Promise<void> {
  const { id } = proposal;
  const trial = await changes.trials.read(id);
  if (trial === null) return;
  for (const { step, revision } of numberSteps(trial)) {
    const rendered = renderTrialStep(trial, step);
    if (rendered !== null) await poster.postOnce(id, `trial-step-${revision}`, message, rendered);
  }
  const { comparison } = trial;
  if (comparison === null) return;
  const rendered = renderTrial(proposal, trial);
  if ((await changes.proposals.readNote(id, 'trial-shown')) === String(trial.revision)) return;
  for (const outcome of outcomes) {
    const ts = await changes.proposals.readNote(id, `trial-choice-${outcome}`);
    if (ts !== null) await poster.mustEdit({ ...message, ts }, rendered);
  }
  if (trial.state === 'compared') await poster.postOnce(id, `trial-choice-${comparison.outcome}`, message, rendered);
  await changes.proposals.note(id, 'trial-shown', String(trial.revision));
}

function numberSteps({ history, revision }: Trial) {
  return history.map((step, index) => ({ step, revision: revision - (history.length - 1 - index) }));
}
