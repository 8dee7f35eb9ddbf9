/** The test of a roll-back: whether the old value is live again, and whether failures are no worse than before. It cures nothing by itself. Pure. */
import { countOf, formatCount, listOf, percentOf, quoteForPeople } from '../diagnosis/wording.js';
import { sayValue } from './field-names.js';
import { describeData, describeStep, type ProofSamples } from './proof-samples.js';
import type { ProofResult, Proposal, Sample, SuccessTest } from './proposal.js';
import { wilsonInterval } from './wilson.js';

/** Fewer than this leave an interval that is too wide to tell anything. */
const leastRequests = 100;

type Compared = NonNullable<SuccessTest['rollback']>['comparedWith'];
const asComparedWith: Readonly<Record<Compared, string>> = {
  'change-in-force': 'with the change in force',
  'before-change': 'before the change',
  nothing: '',
};

/** @param original the proposal that is taken back: what it counted is what the roll-back is compared with. */
export function planRollbackTest({ successTest, proof, change }: Proposal): SuccessTest {
  const { source, statuses, behaviours, windowMinutes, startsAfterSeconds, cachedForSeconds } = successTest;
  const { comparedWith, before } = chooseBefore(successTest, proof);
  const of = behaviours.length === 0 ? 'of the whole distribution' : `on ${listOf(behaviours.map(quoteForPeople))}`;
  const share = `the share of ${listOf(statuses.map(String))} ${of} ${source === 'access-logs' ? 'in the access logs' : 'by CloudWatch'}`;
  const judged =
    comparedWith === 'nothing'
      ? `${share} is shown but not judged, since nothing was counted before`
      : `${share} must be no worse than ${asComparedWith[comparedWith]} (${formatCount(before.failures)} of ${countOf(before.requests, 'request')}, ${percentOf(before.failures / before.requests)})`;
  return {
    source,
    statuses,
    behaviours,
    controlBehaviours: [],
    windowMinutes,
    startsAfterSeconds,
    ...(cachedForSeconds === undefined ? {} : { cachedForSeconds }),
    minRequests: leastRequests,
    before,
    maxShare: wilsonInterval(before)?.high ?? 1,
    rollback: { comparedWith },
    sentence: `The live value must be ${sayValue(change.field, change.before)} again. In the ${windowMinutes} minutes that begin ${formatCount(startsAfterSeconds)} s after the deployment, ${judged}, over at least ${countOf(leastRequests, 'request')}.`,
  };
}

function chooseBefore(
  test: SuccessTest,
  proof: ProofResult | null,
): { readonly comparedWith: Compared; readonly before: Sample } {
  if (proof !== null && proof.after.requests >= leastRequests)
    return { comparedWith: 'change-in-force', before: proof.after };
  if (test.before.requests >= leastRequests) return { comparedWith: 'before-change', before: test.before };
  return { comparedWith: 'nothing', before: { requests: 0, failures: 0 } };
}

/** @param gap what is missing, as a sentence; null: nothing. */
export function judgeRollback(
  test: SuccessTest,
  samples: ProofSamples,
  gap: string | null,
): Pick<ProofResult, 'outcome' | 'sentences'> {
  const { after, live } = samples;
  const figures = describeStep(test, after);
  if (live.state === 'not-ours')
    return { outcome: 'not-verified', sentences: [`Roll-back not verified: ${live.because}`] };
  if (live.state === 'unread' || gap !== null) {
    const value = live.state === 'unread' ? '' : ` The value is ${live.value} again.`;
    return {
      outcome: 'not-verified',
      sentences: [
        `Roll-back not verified, for lack of data.${value} ${gap ?? ''}`.trimEnd(),
        ...(after.requests === 0 ? [] : [`So far: ${figures}.`]),
      ],
    };
  }
  const restored = `the value is ${live.value} again`;
  const comparedWith = test.rollback?.comparedWith ?? 'nothing';
  const is = wilsonInterval(after);
  if (comparedWith !== 'nothing' && is !== null && is.low > test.maxShare)
    return {
      outcome: 'not-verified',
      sentences: [
        `Roll-back not verified: ${restored}, but there are more failures than ${asComparedWith[comparedWith]}: ${figures}.`,
        live.state === 'unclear'
          ? live.because
          : 'This setting does not seem to be what makes them: ask for a check of the distribution.',
        ...describeData(samples, null),
      ],
    };
  if (live.state === 'unclear')
    return {
      outcome: 'not-verified',
      sentences: [`Roll-back not verified: ${restored}; ${figures}.`, live.because, ...describeData(samples, null)],
    };
  const beside = live.state === 'ours-beside-others' ? `, though ${live.note}` : '';
  const sound =
    comparedWith === 'nothing' ? figures : `failures are no worse than ${asComparedWith[comparedWith]}: ${figures}`;
  return {
    outcome: 'verified',
    sentences: [`Roll-back verified${beside}: ${restored}; ${sound}.`, ...describeData(samples, null)],
  };
}
