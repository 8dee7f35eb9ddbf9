/** The next step of a trial. */
import { type NextStep, over } from './change-steps.js';
import type { WorkerServices } from './services.js';

export async function runTrial(_services: WorkerServices, _id: string, _signal: AbortSignal): Promise<NextStep> {
  return over;
}
