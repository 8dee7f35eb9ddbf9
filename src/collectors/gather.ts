/** Evidence whatever happens: what is found, or why it could not be. */
import { setMaxListeners } from 'node:events';
import type { Gathered } from '../diagnosis/evidence.js';
import { Failure, toFailure } from '../failure.js';
import type { CollectContext } from './collector.js';

export async function gather<T>(context: CollectContext, run: () => Promise<T>): Promise<Gathered<T>> {
  // Every stream, socket and API call of a check listens to its one signal; Node would take that many for a leak.
  setMaxListeners(0, context.signal);
  const startedAt = context.now().getTime();
  const stamp = () => {
    const now = context.now();
    return { at: now.toISOString(), elapsedMs: Math.max(0, now.getTime() - startedAt) };
  };
  try {
    context.signal.throwIfAborted();
    const data = await run();
    return { state: 'collected', ...stamp(), data };
  } catch (thrown) {
    const failure = describeFailure(context, thrown);
    const { remedy, tried } = failure.details;
    return {
      state: 'unavailable',
      ...stamp(),
      reason: {
        kind: failure.kind,
        message: failure.message,
        ...(typeof remedy === 'string' ? { remedy } : {}),
      },
      tried: Array.isArray(tried) ? tried.filter((line): line is string => typeof line === 'string').slice(-50) : [],
    };
  }
}

function describeFailure(context: CollectContext, thrown: unknown): Failure {
  // Whatever an aborted stream or socket throws on its way down, the reason is why it was stopped.
  if (context.signal.aborted) {
    const reason: unknown = context.signal.reason;
    return reason instanceof Failure ? reason : new Failure('cancelled', 'The check was stopped before this was done.');
  }
  const failure = toFailure(thrown);
  if (failure.kind !== 'bug' || thrown instanceof Failure) return failure;
  context.log.error(
    { error: thrown instanceof Error ? thrown.stack : String(thrown) },
    'collector failed unexpectedly',
  );
  return new Failure('bug', 'This could not be collected because of a fault in cf502; its log has the details.', {
    cause: thrown,
  });
}
