/**
 * How far a value may go: the policy's bounds, AWS's ranges where its documents agree, and the values that must stay in order with it. Where AWS's
 * documents disagree (keep-alive 120 or 300 s) or a quota decides (read time-out above 120 s) only the policy's bound holds here, and AWS's own
 * answer to the update is told. Pure.
 */

import { type BoundsJudgement, judgeOrder, noProblem, problem } from './bounds-order.js';
import type { Bound, ChangePolicy } from './change-policy.js';
import { fieldNames, sayValue } from './field-names.js';
import type { Change, ChangeField } from './proposal.js';
import type { Surroundings } from './surroundings.js';

/** Used where the policy file says nothing. `largestStep`: what a person should not do in one go with a service that is on fire. */
export const defaultBounds: Readonly<Record<ChangeField, FullBound>> = {
  'connection-attempts': { min: 1, max: 3, largestStep: 2 },
  'connection-timeout': { min: 1, max: 10, largestStep: 9 },
  'read-timeout': { min: 1, max: 120, largestStep: 60 },
  'keep-alive-timeout': { min: 1, max: 120, largestStep: 60 },
  'response-completion-timeout': { min: 1, max: 3_600, largestStep: 600 },
  'balancer-idle-timeout': { min: 1, max: 4_000, largestStep: 240 },
};

interface FullBound extends Bound {
  readonly largestStep: number;
}

interface AwsRange {
  readonly min: number;
  /** null: documents disagree, a quota decides, or none is documented. AWS is asked. */
  readonly max: number | null;
  readonly source: string;
}

/** What AWS documents, and where. No policy goes past it. */
export const awsRanges: Readonly<Record<ChangeField, AwsRange>> = {
  'connection-attempts': {
    min: 1,
    max: 3,
    source: 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html',
  },
  'connection-timeout': {
    min: 1,
    max: 10,
    source: 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html',
  },
  'read-timeout': {
    min: 1,
    max: null,
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html',
  },
  'keep-alive-timeout': {
    min: 1,
    max: null,
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html',
  },
  'response-completion-timeout': {
    min: 1,
    max: null,
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html',
  },
  'balancer-idle-timeout': {
    min: 1,
    max: 4_000,
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html',
  },
};

/** Up to here AWS's documents agree that the value is accepted without a raised quota. */
const undisputedMax: Readonly<Partial<Record<ChangeField, number>>> = {
  'read-timeout': 120,
  'keep-alive-timeout': 120,
};

/** @param surroundings null where the configuration around it was not read: then only the value itself is judged. */
export function judgeBounds(
  change: Change,
  surroundings: Surroundings | null,
  policy: Pick<ChangePolicy, 'bounds'>,
): BoundsJudgement {
  const own = judgeValue(change, policy);
  const order = surroundings === null ? noProblem : judgeOrder(change, surroundings);
  return { problems: [...own.problems, ...order.problems], remarks: [...own.remarks, ...order.remarks] };
}

/** The bound that holds: the policy's, within what AWS documents. */
export function boundOf(field: ChangeField, { bounds }: Pick<ChangePolicy, 'bounds'>): FullBound {
  const { min, max, largestStep } = bounds[field] ?? defaultBounds[field];
  const aws = awsRanges[field];
  return {
    min: Math.max(min, aws.min),
    max: Math.min(max, aws.max ?? max),
    largestStep: largestStep ?? defaultBounds[field].largestStep,
  };
}

function judgeValue({ field, before, after }: Change, policy: Pick<ChangePolicy, 'bounds'>): BoundsJudgement {
  const name = fieldNames[field];
  if (after === before) return problem(`The ${name} is ${sayValue(field, after)} already; there is nothing to change.`);
  if (after === null)
    return field === 'response-completion-timeout' ? noProblem : problem(`The ${name} needs a number; give one.`);
  if (!Number.isInteger(after)) return problem(`The ${name} must be a whole number; round it.`);
  const { min, max, largestStep } = boundOf(field, policy);
  const aws = awsRanges[field];
  const range = `${min} to ${sayValue(field, max)}`;
  if (after < min || after > max) {
    const isPastAws = after < aws.min || (aws.max !== null && after > aws.max);
    const who = isPastAws ? `AWS takes ${aws.min} to ${aws.max ?? '…'}` : `this installation allows ${range}`;
    const next = isPastAws
      ? 'Ask for a value in that range.'
      : `Ask for a value in that range, or have changes.bounds.${field} widened in the policy file.`;
    return problem(`${sayValue(field, after)} is out of range for the ${name}: ${who}. ${next}`);
  }
  if (before !== null && Math.abs(after - before) > largestStep) {
    const nearest = after > before ? before + largestStep : before - largestStep;
    return problem(
      `From ${sayValue(field, before)} to ${sayValue(field, after)} is more than the ${name} may move at once, which is ${largestStep}. Ask for ${sayValue(field, nearest)} first and look at what it does.`,
    );
  }
  const undisputed = undisputedMax[field];
  if (undisputed === undefined || after <= undisputed) return noProblem;
  return {
    problems: [],
    remarks: [
      `Whether AWS accepts ${sayValue(field, after)} depends on its quotas for this account (above ${undisputed} s its documents differ); its answer will be told here.`,
    ],
  };
}
