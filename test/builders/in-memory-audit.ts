/** An audit log held in memory, which can be away. */
import { Failure } from '../../src/failure.js';
import type { AuditEntry, AuditEvent, AuditLog } from '../../src/platform/audit-log.js';

export interface InMemoryAudit extends AuditLog {
  readonly events: readonly AuditEvent[];
  behave(how: 'well' | 'away'): void;
}

export function createInMemoryAudit(): InMemoryAudit {
  const events: AuditEvent[] = [];
  let isAway = false;
  const entry = (event: AuditEvent, index: number): AuditEntry => ({
    ...event,
    sequence: index + 1,
    at: new Date(0).toISOString(),
    previous: '0'.repeat(64),
    hash: '0'.repeat(64),
  });
  return {
    events,
    behave: (how) => {
      isAway = how === 'away';
    },
    async append(event) {
      if (isAway) throw new Failure('service-down', 'Redis is not reachable.');
      events.push(event);
      return entry(event, events.length - 1);
    },
    async read(fromSequence, count) {
      return events.map(entry).slice(fromSequence - 1, fromSequence - 1 + count);
    },
  };
}
