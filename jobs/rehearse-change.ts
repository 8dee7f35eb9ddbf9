/** The end of a dry run: what would have been sent, exactly, and nothing is. */
import type { LiveSubject } from '../src/platform/live-subject.js';
import { planAttributes, planChange } from '../src/remediation/change-plan.js';
import { describePath } from '../src/remediation/json-diff.js';
import type { Proposal } from '../src/remediation/proposal.js';
import { describeTrial } from './begin-trial.js';
import { failChange, type NextStep, over, takeChangeStep } from './change-steps.js';
import type { WorkerServices } from './services.js';

export async function rehearseChange(
  services: WorkerServices,
  proposal: Proposal,
  live: LiveSubject,
): Promise<NextStep> {
  const would = describeWrite(proposal, live);
  if (!would.ok) return failChange(services, proposal.id, `${would.because} Nothing was sent.`);
  const sentence = `${would.sentence}${describeTrial(services, proposal)}`;
  const at = services.now().toISOString();
  await services.changes.audit.append({
    actor: null,
    action: 'aws.write.rehearsed',
    subject: proposal.id,
    facts: { would: sentence },
  });
  await takeChangeStep(services, proposal.id, { name: 'rehearse', at, would: sentence });
  return over;
}

type Described = { readonly ok: true; readonly sentence: string } | { readonly ok: false; readonly because: string };

function describeWrite({ change }: Proposal, live: LiveSubject): Described {
  const plan = live.kind === 'distribution' ? planChange(live.config, change) : planAttributes(live.attributes, change);
  if (!plan.ok) return plan;
  const { target } = change;
  const call =
    live.kind === 'distribution'
      ? `UpdateDistribution of ${target.distributionId} with If-Match ${live.etag} and the whole configuration`
      : `ModifyLoadBalancerAttributes of ${target.kind === 'balancer' ? target.name : target.distributionId}`;
  const [diff] = plan.diff;
  const say = (value: unknown): string => (value === null || value === undefined ? 'nothing' : JSON.stringify(value));
  const what =
    diff === undefined
      ? ''
      : `, in which ${describePath(diff.path)} goes from ${say(diff.before)} to ${say(diff.after)} and nothing else differs`;
  return { ok: true, sentence: `Would have sent ${call}${what}.` };
}
