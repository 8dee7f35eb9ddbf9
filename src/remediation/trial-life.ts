/** The life of a trial: a table of its own, beside that of the proposal it belongs to. What it made in the account is never forgotten. Pure. */
import type { Sample } from './proposal.js';
import type { TrialComparison } from './trial.js';

export const trialStates = [
  'planned',
  'copied',
  'changed',
  'by-header',
  'by-weight',
  'compared',
  'promoting',
  'promoted',
  'aborting',
  'aborted',
  'failed',
] as const;
export type TrialState = (typeof trialStates)[number];

/** What has been made in the account and must be taken away again, whatever happens. */
export interface TrialRemains {
  readonly stagingDistributionId: string | null;
  readonly policyId: string | null;
  readonly isPolicyAttached: boolean;
}

export interface Trial {
  readonly format: 'cf502.trial/1';
  readonly proposalId: string;
  readonly revision: number;
  readonly state: TrialState;
  readonly remains: TrialRemains;
  readonly samples: { readonly primary: Sample; readonly staging: Sample } | null;
  readonly comparison: TrialComparison | null;
  readonly failure: string | null;
  readonly history: readonly {
    readonly at: string;
    readonly event: TrialEvent['name'];
    readonly from: TrialState;
    readonly to: TrialState;
    readonly by: string | null;
  }[];
}

export type TrialEvent = { readonly at: string } & (
  | { readonly name: 'copied'; readonly stagingDistributionId: string }
  | { readonly name: 'changed' }
  | { readonly name: 'policy-made'; readonly policyId: string }
  | { readonly name: 'attached' }
  | { readonly name: 'weighted' }
  | {
      readonly name: 'compared';
      readonly primary: Sample;
      readonly staging: Sample;
      readonly comparison: TrialComparison;
    }
  /** A person says so, after the comparison. */
  | { readonly name: 'promote'; readonly by: string }
  | { readonly name: 'promoted' }
  /** `by` null: cf502 itself, since the trial is worse or too old. */
  | { readonly name: 'abort'; readonly by: string | null }
  | { readonly name: 'detached' }
  | { readonly name: 'policy-gone' }
  | { readonly name: 'staging-gone' }
  | { readonly name: 'ended' }
  | { readonly name: 'fail'; readonly because: string }
);

type Row = { readonly [Name in TrialEvent['name']]?: TrialState };

/** State -> event -> state. What is not here is refused. */
export const trialTable: Readonly<Record<TrialState, Row>> = {
  planned: { copied: 'copied', abort: 'aborting', fail: 'aborting' },
  copied: { changed: 'changed', abort: 'aborting', fail: 'aborting' },
  changed: { 'policy-made': 'changed', attached: 'by-header', abort: 'aborting', fail: 'aborting' },
  'by-header': { weighted: 'by-weight', abort: 'aborting', fail: 'aborting' },
  'by-weight': { compared: 'compared', abort: 'aborting', fail: 'aborting' },
  compared: { compared: 'compared', promote: 'promoting', abort: 'aborting', fail: 'aborting' },
  promoting: {
    promoted: 'promoted',
    fail: 'aborting',
  },
  promoted: { detached: 'promoted', 'policy-gone': 'promoted', 'staging-gone': 'promoted' },
  aborting: {
    detached: 'aborting',
    'policy-gone': 'aborting',
    'staging-gone': 'aborting',
    ended: 'aborted',
    fail: 'failed',
  },
  aborted: {},
  // What remains is named to a person, who may have taken it away meanwhile.
  failed: { detached: 'failed', 'policy-gone': 'failed', 'staging-gone': 'failed' },
};

export type TrialResult =
  | { readonly ok: true; readonly trial: Trial }
  | { readonly ok: false; readonly because: string };

export function planned(proposalId: string): Trial {
  return {
    format: 'cf502.trial/1',
    proposalId,
    revision: 1,
    state: 'planned',
    remains: { stagingDistributionId: null, policyId: null, isPolicyAttached: false },
    samples: null,
    comparison: null,
    failure: null,
    history: [],
  };
}

/** One step, or why it is refused. What was made is never forgotten: `ended` is refused while anything remains. */
export function takeTrialStep(trial: Trial, event: TrialEvent): TrialResult {
  const to = trialTable[trial.state][event.name];
  if (to === undefined)
    return { ok: false, because: `This trial is ${trial.state}; ${event.name} is not possible now.` };
  const refusal = refuseStep(trial, event);
  if (refusal !== null) return { ok: false, because: refusal };
  const by = event.name === 'promote' || event.name === 'abort' ? event.by : null;
  const step = { at: event.at, event: event.name, from: trial.state, to, by };
  return {
    ok: true,
    trial: {
      ...trial,
      state: to,
      revision: trial.revision + 1,
      remains: remainsAfter(trial.remains, event),
      ...(event.name === 'compared'
        ? { samples: { primary: event.primary, staging: event.staging }, comparison: event.comparison }
        : {}),
      ...(event.name === 'fail' ? { failure: event.because } : {}),
      history: [...trial.history, step].slice(-50),
    },
  };
}

/** What is to be taken away, in this order: a policy that is attached cannot be deleted, nor a staging distribution that a policy names. */
export function listRemains({ isPolicyAttached, policyId, stagingDistributionId }: TrialRemains): readonly string[] {
  return [
    ...(isPolicyAttached ? ['the policy attached to the distribution'] : []),
    ...(policyId === null ? [] : [`the continuous-deployment policy ${policyId}`]),
    ...(stagingDistributionId === null ? [] : [`the staging distribution ${stagingDistributionId}`]),
  ];
}

function refuseStep({ remains, comparison }: Trial, { name }: TrialEvent): string | null {
  if (name === 'attached' && remains.policyId === null) return 'There is no policy to attach yet.';
  if (name === 'promote' && (comparison === null || comparison.outcome === 'too-few'))
    return 'Too little was compared to promote it.';
  if (name === 'promote' && comparison?.outcome === 'worse') return 'The trial is worse than what is live; end it.';
  if (name === 'policy-gone' && remains.isPolicyAttached) return 'The policy is still attached; take it off first.';
  if (name === 'staging-gone' && remains.policyId !== null)
    return 'The policy still names the staging distribution; delete that first.';
  const left = listRemains(remains);
  return name === 'ended' && left.length > 0 ? `Still there: ${left.join(', ')}.` : null;
}

function remainsAfter(remains: TrialRemains, event: TrialEvent): TrialRemains {
  if (event.name === 'copied') return { ...remains, stagingDistributionId: event.stagingDistributionId };
  if (event.name === 'policy-made') return { ...remains, policyId: event.policyId };
  if (event.name === 'attached') return { ...remains, isPolicyAttached: true };
  if (event.name === 'detached') return { ...remains, isPolicyAttached: false };
  if (event.name === 'policy-gone') return { ...remains, policyId: null };
  return event.name === 'staging-gone' ? { ...remains, stagingDistributionId: null } : remains;
}
