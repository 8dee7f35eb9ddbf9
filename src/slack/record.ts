/** The audit log as the bot writes it: what people asked for, and what the bot itself refused them. Decisions are recorded by whoever makes them. */
import { toFailure } from '../failure.js';
import type { AuditEvent } from '../platform/audit-log.js';
import type { Ask, Desk } from './ask.js';
import { withDeadline } from './deadline.js';

const recordTimeoutMs = 1_500;

/** Records what needs no record to go on: reading and refusing. A log that is away is told to the operator, not to the person. Never throws. */
export async function recordQuietly({ audit, log }: Pick<Desk, 'audit' | 'log'>, event: AuditEvent): Promise<void> {
  if (audit === null) return;
  try {
    await withDeadline(audit.append(event), recordTimeoutMs, 'The audit log did not answer in time.');
  } catch (error) {
    log.error({ action: event.action, reason: toFailure(error).message }, 'audit log not written');
  }
}

/** A line that somebody typed, and what became of it. */
export async function recordCommand(desk: Desk, ask: Omit<Ask, 'tell'>, line: string, outcome: string): Promise<void> {
  await recordQuietly(desk, {
    actor: ask.userId,
    action: 'command',
    subject: null,
    facts: { line: line.trim(), outcome, channel: ask.channelId, team: ask.teamId },
  });
}
