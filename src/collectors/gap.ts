/** A part of some evidence that could not be collected, while the rest could. */
import type { Unavailability } from '../diagnosis/evidence.js';
import { toFailure } from '../failure.js';
import type { CollectContext } from './collector.js';

/** What was thrown, as a gap. An aborted check is no gap: then the reason is thrown again, so that nothing goes on. */
export function toGap(context: Pick<CollectContext, 'signal'>, thrown: unknown): Unavailability {
  context.signal.throwIfAborted();
  const failure = toFailure(thrown);
  const { remedy } = failure.details;
  return { kind: failure.kind, message: failure.message, ...(typeof remedy === 'string' ? { remedy } : {}) };
}

/** @returns takes a part as it comes, and what it is otherwise where it fails, which is then among the gaps. */
export function orGapIn(context: Pick<CollectContext, 'signal'>, gaps: Unavailability[]) {
  return async <T>(part: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await part;
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
      return otherwise;
    }
  };
}
