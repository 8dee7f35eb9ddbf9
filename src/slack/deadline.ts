/** Waiting for something no longer than a person would. */
import { Failure } from '../failure.js';

/**
 * The promise's outcome, or Failure `service-down` after `ms`.
 * @param onTimeout called once when the time is over; the promise itself goes on.
 */
export async function withDeadline<T>(
  promise: Promise<T>,
  ms: number,
  message: string,
  onTimeout: () => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onTimeout();
      reject(new Failure('service-down', message));
    }, ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
