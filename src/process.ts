/** How each of our processes begins and ends: problems as plain sentences, one orderly stop, a second signal ends at once. */
import { Failure, toFailure } from './failure.js';

/** Longest that an orderly stop may take before the process ends anyway. */
const stopTimeoutMs = 20_000;

/**
 * Runs a long-lived program.
 * @param start starts it and returns how to stop it.
 */
export async function runProcess(start: () => Promise<() => Promise<void>>): Promise<void> {
  // A rejection that nobody handles leaves a part of the program dead, the socket to Slack for one: better to be restarted.
  process.on('unhandledRejection', (reason) => endWith(reason));
  let stop: () => Promise<void>;
  try {
    stop = await start();
  } catch (error) {
    endWith(error);
    return;
  }
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => endWith(error),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function endWith(reason: unknown): void {
  const failure = toFailure(reason);
  const stack = failure.kind === 'bug' && failure.cause instanceof Error ? `\n${failure.cause.stack}` : '';
  process.stderr.write(`${failure instanceof Failure ? failure.message : String(reason)}${stack}\n`);
  process.exit(1);
}
