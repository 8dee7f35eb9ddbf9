/** Whether the success test was passed. Pure. */
import { formatCount, listOf, percentOf } from '../diagnosis/wording.js';
import { judgeRollback } from './judge-rollback.js';
import type { LiveClaim } from './live-claim.js';
import { describeGap } from './proof-gaps.js';
import { describeData, describeSample, describeStep, type ProofSamples } from './proof-samples.js';
import type { ProofResult, Sample, SuccessTest } from './proposal.js';
import { wilsonInterval } from './wilson.js';

export type ProofJudgement =
  | { readonly state: 'judged'; readonly proof: ProofResult }
  /** Too little has arrived yet: look again later. `because` is a sentence. */
  | { readonly state: 'wait'; readonly because: string };

/** @param isLastTry there will be no later look: what is missing is said, and the test is not passed. */
export function judgeProof(test: SuccessTest, samples: ProofSamples, isLastTry: boolean): ProofJudgement {
  const { live } = samples;
  // No later look makes figures of another value those of this one.
  const gap = live.state === 'not-ours' ? null : (describeGap(test, samples) ?? unread(live));
  if (gap !== null && !isLastTry) return { state: 'wait', because: gap };
  const judged = test.rollback === undefined ? judgeChange(test, samples, gap) : judgeRollback(test, samples, gap);
  const { after, control, window, coverage } = samples;
  return {
    state: 'judged',
    proof: {
      ...judged,
      before: test.before,
      after,
      interval: wilsonInterval(after),
      control:
        control === null || test.controlBefore === undefined || test.controlBefore === null
          ? null
          : { before: test.controlBefore, after: control },
      window,
      ...(coverage === null || coverage.counted <= 0
        ? {}
        : { coverage: { logged: coverage.logged, counted: coverage.counted } }),
    },
  };
}

function unread(live: LiveClaim): string | null {
  return live.state === 'unread' ? live.because : null;
}

function judgeChange(
  test: SuccessTest,
  samples: ProofSamples,
  gap: string | null,
): Pick<ProofResult, 'outcome' | 'sentences'> {
  const { after, live } = samples;
  const interval = wilsonInterval(after);
  const figures = describeStep(test, after);
  if (live.state === 'not-ours') {
    const apart = after.requests === 0 ? [] : [`Not figures of this change alone: ${figures}.`];
    return { outcome: 'not-verified', sentences: [`Not verified: ${live.because}`, ...apart] };
  }
  const control = judgeControl(test, samples);
  const isEnough = after.requests >= test.minRequests;
  const isBelow = interval !== null && interval.high < test.maxShare;
  const isLow = isEnough && isBelow && gap === null;
  const isPassed = isLow && control.state !== 'worse' && live.state !== 'unclear';
  const sentences = [
    `${headline(isPassed, isEnough && interval !== null, gap, samples, control)}: ${figures}; below ${percentOf(test.maxShare)} was asked for.`,
    ...(isPassed && test.before.failures === 0 ? [describeNothingCured(test)] : []),
    ...(live.state === 'unclear' ? [live.because] : []),
    ...(isEnough && !isBelow && interval !== null && gap === null
      ? [describeShortfall(test, after, interval.low, live)]
      : []),
    ...(control.sentence === null ? [] : [control.sentence]),
    ...describeData(samples, gap),
  ];
  return { outcome: isPassed ? 'verified' : 'not-verified', sentences };
}

function headline(
  isPassed: boolean,
  isEnough: boolean,
  gap: string | null,
  { live }: ProofSamples,
  control: Control,
): string {
  if (!isPassed) {
    if (!isEnough) return 'Not verified, for lack of requests';
    return gap === null ? 'Not verified' : 'Not verified, for lack of data';
  }
  const others = live.state === 'ours-beside-others' ? `, though ${live.note}` : '';
  return `Verified${others}${control.state === 'unknown' ? `${others === '' ? ', but' : ', and'} not for other paths` : ''}`;
}

/** A test that is passed proves no more than it could. */
function describeNothingCured({ before }: SuccessTest): string {
  return before.requests === 0
    ? 'Nothing was counted before, so this shows a sound service and not that the change made it so.'
    : 'There were no such failures before either, so this shows that nothing got worse.';
}

function describeShortfall(test: SuccessTest, after: Sample, low: number, live: LiveClaim): string {
  const { maxShare, before, cachedForSeconds } = test;
  // What somebody else has changed is for people to weigh.
  const advice = live.state === 'unclear' ? 'look at what else was changed' : 'roll it back';
  const cached =
    cachedForSeconds === undefined
      ? ''
      : ` Errors of before are kept in the cache for up to ${formatCount(cachedForSeconds)} s here, so some of these may be old.`;
  const was = wilsonInterval(before);
  if (was !== null && low > was.high) return `There are more failures than before: ${advice}.${cached}`;
  return after.failures / after.requests < maxShare
    ? `The share itself is low enough, but so few requests leave room for chance.${cached}`
    : `The change did not do what it was for: ${advice}, unless something else happened.${cached}`;
}

interface Control {
  readonly state: 'none' | 'fine' | 'worse' | 'unknown';
  readonly sentence: string | null;
}

/** The control behaviours got worse where the two intervals do not even touch. */
function judgeControl(test: SuccessTest, { control: after }: ProofSamples): Control {
  if (test.controlBehaviours.length === 0) return { state: 'none', sentence: null };
  const paths = listOf(test.controlBehaviours.map((pattern) => `“${pattern}”`));
  const before = test.controlBefore ?? null;
  const [was, is] = [before === null ? null : wilsonInterval(before), after === null ? null : wilsonInterval(after)];
  if (before === null || was === null)
    return { state: 'unknown', sentence: `Whether ${paths} got worse is not known: nothing was counted there before.` };
  if (after === null || is === null)
    return { state: 'unknown', sentence: `Whether ${paths} got worse is not known: nothing was counted there after.` };
  return is.low <= was.high
    ? { state: 'fine', sentence: null }
    : {
        state: 'worse',
        sentence: `Behaviours of other origins got worse, from ${describeSample(before)} to ${describeSample(after)}: something else is going on as well.`,
      };
}
