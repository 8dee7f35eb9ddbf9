/** Looks every few seconds for checks that something died under, and brings each to its end. */
import type { Job } from 'bullmq';
import { toFailure } from '../src/failure.js';
import type { CheckRecord } from '../src/platform/check-store.js';
import type { CheckRequest } from '../src/queue/checks.js';
import { concludeCheck } from './conclude.js';
import type { Processor } from './define-job.js';
import type { WorkerServices } from './services.js';
import { sweepChanges } from './sweep-changes.js';

export const sweepIntervalMs = 5_000;
/** Past the deadline the step job gets this long to conclude by itself. */
const graceMs = 3_000;
/** A cancelled check whose children sit in a queue nobody works on is ended without them. */
const cancelGraceMs = 4_000;
/** The bot posts the first message; when it died before that, the worker does. */
export const adoptAfterMs = 15_000;

type Neglect = 'overdue' | 'undelivered' | 'unannounced' | null;

/** What is wrong with a check that is still on the list, if anything. Pure. */
export function diagnoseNeglect(
  record: CheckRecord<CheckRequest>,
  cancelledAtMs: number | null,
  nowMs: number,
): Neglect {
  if (record.verdict !== null) return record.delivered ? null : 'undelivered';
  if (nowMs > Date.parse(record.request.deadlineAt) + graceMs) return 'overdue';
  if (record.phase === 'cancelling' && nowMs > (cancelledAtMs ?? 0) + cancelGraceMs) return 'overdue';
  if (record.message === null && nowMs > Date.parse(record.request.acceptedAt) + adoptAfterMs) return 'unannounced';
  return null;
}

export function sweepJob(services: WorkerServices): Processor<Job<unknown, void, string>> {
  const { store, log } = services;
  return async (_job, _token, _signal) => {
    for (const checkId of await store.listActive()) {
      try {
        await look(services, checkId);
      } catch (error) {
        // One record that cannot be read, written by another version perhaps, must not keep the sweep from the others.
        log.error({ checkId, error: toFailure(error).message }, 'check could not be looked after');
      }
    }
    await sweepChanges(services);
  };
}

async function look(services: WorkerServices, checkId: string): Promise<void> {
  const { store, log } = services;
  const record = await store.read(checkId);
  if (record === null) return store.forget(checkId);
  const neglect = diagnoseNeglect(record, await store.cancelledAt(checkId), services.now().getTime());
  if (neglect === null) return;
  log.warn({ checkId, neglect, phase: record.phase }, 'check found neglected');
  if (neglect === 'overdue') await concludeCheck(services, checkId);
  else await services.requestReportNow(checkId);
}
