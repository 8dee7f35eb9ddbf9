/** The life of a trial: a table of its own, beside that of the proposal it belongs to. What it made in the account is never forgotten. Pure. */
import type { Trial, TrialEvent, TrialRemains, TrialState, TrialTermsKept } from './trial-record.js';

type Row = { readonly [Name in TrialEvent['name']]?: TrialState };

const stop = { abort: 'aborting', fail: 'aborting' } as const satisfies Row;

/** State -> event -> state. What is not here is refused. */
export const trialTable: Readonly<Record<TrialState, Row>> = {
  planned: { claim: 'planned', copied: 'copied', ...stop },
  copied: { claim: 'copied', changed: 'changed', ...stop },
  changed: { claim: 'changed', 'policy-made': 'changed', attached: 'by-header', ...stop },
  'by-header': { claim: 'by-header', 'header-compared': 'by-header', weighted: 'by-weight', ...stop },
  'by-weight': { observed: 'by-weight', compared: 'compared', ...stop },
  compared: { compared: 'compared', promote: 'promoting', ...stop },
  promoting: { promoted: 'promoted', fail: 'aborting' },
  // It is promoted whatever becomes of what remains; that is then named to a person.
  promoted: { detached: 'promoted', 'policy-gone': 'promoted', 'staging-gone': 'promoted', fail: 'promoted' },
  aborting: {
    found: 'aborting',
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

export function planned(proposalId: string, terms: TrialTermsKept): Trial {
  return {
    format: 'cf502.trial/1',
    proposalId,
    revision: 1,
    state: 'planned',
    terms,
    remains: { stagingDistributionId: null, policyId: null, isPolicyAttached: false },
    stagingDomainName: null,
    sent: null,
    headerCheck: null,
    observedFrom: null,
    samples: null,
    comparison: null,
    etagAfter: null,
    ending: null,
    failure: null,
    history: [],
  };
}

/** One step, or why it is refused. What was made is never forgotten: `ended` is refused while anything remains. */
export function takeTrialStep(trial: Trial, event: TrialEvent): TrialResult {
  const to = trialTable[trial.state][event.name];
  if (to === undefined)
    return { ok: false, because: `This trial is ${trialStateWords[trial.state]}; that is not possible now.` };
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
      ...factsAfter(trial, event),
      history: [...trial.history, step].slice(-50),
    },
  };
}

/** What a trial is, so that it can follow `This trial is `. */
export const trialStateWords: Readonly<Record<TrialState, string>> = {
  planned: 'about to begin',
  copied: 'being set up (the staging distribution exists)',
  changed: 'being set up (the staging distribution has the change)',
  'by-header': 'being tried with requests of its own',
  'by-weight': 'getting a part of the traffic',
  compared: 'compared, and waits for a decision',
  promoting: 'being promoted',
  promoted: 'promoted',
  aborting: 'being ended, and what it made is being taken away',
  aborted: 'over, and nothing of it is left',
  failed: 'over, and cf502 could not take away all that it made',
};

/** What is to be taken away, in this order: a policy that is attached cannot be deleted, nor a staging distribution that a policy names. */
export function listRemains({ isPolicyAttached, policyId, stagingDistributionId }: TrialRemains): readonly string[] {
  return [
    ...(isPolicyAttached ? ['the policy attached to the distribution'] : []),
    ...(policyId === null ? [] : [`the continuous-deployment policy ${policyId}`]),
    ...(stagingDistributionId === null ? [] : [`the staging distribution ${stagingDistributionId}`]),
  ];
}

/** Whether nobody has to look after it any more. */
export function isTrialOver({ state, remains, failure }: Trial): boolean {
  return (
    state === 'aborted' ||
    state === 'failed' ||
    (state === 'promoted' && (failure !== null || listRemains(remains).length === 0))
  );
}

function refuseStep({ remains, comparison, sent }: Trial, event: TrialEvent): string | null {
  const { name } = event;
  if (name === 'claim' && sent !== null) return 'A write of this trial was sent already, and is never sent twice.';
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
  switch (event.name) {
    case 'copied':
      return { ...remains, stagingDistributionId: event.stagingDistributionId };
    case 'policy-made':
      return { ...remains, policyId: event.policyId };
    case 'attached':
      return { ...remains, isPolicyAttached: true };
    case 'detached':
      return { ...remains, isPolicyAttached: false };
    case 'policy-gone':
      return { ...remains, policyId: null };
    case 'staging-gone':
      return { ...remains, stagingDistributionId: null };
    case 'found':
      return event.remains;
    case 'claim':
    case 'changed':
    case 'header-compared':
    case 'weighted':
    case 'observed':
    case 'compared':
    case 'promote':
    case 'promoted':
    case 'abort':
    case 'ended':
    case 'fail':
      return remains;
  }
}

function factsAfter({ failure }: Trial, event: TrialEvent): Partial<Trial> {
  switch (event.name) {
    case 'claim':
      return { sent: { write: event.write, at: event.at } };
    case 'copied':
      return { sent: null, stagingDomainName: event.stagingDomainName };
    case 'changed':
    case 'policy-made':
    case 'attached':
    case 'weighted':
      return { sent: null };
    case 'header-compared':
      return { headerCheck: event.sentence };
    case 'observed':
      return { observedFrom: event.at };
    case 'compared':
      return { samples: { primary: event.primary, staging: event.staging }, comparison: event.comparison };
    case 'found':
      return { stagingDomainName: event.stagingDomainName };
    case 'detached':
      return { etagAfter: event.etag };
    case 'abort':
      return { ending: { by: event.by, because: event.because } };
    case 'fail':
      return { failure: failure === null ? event.because : `${failure} ${event.because}` };
    case 'promote':
    case 'promoted':
    case 'policy-gone':
    case 'staging-gone':
    case 'ended':
      return {};
  }
}
