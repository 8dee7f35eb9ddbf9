/** 504s that were logged just when CloudFront gives up waiting for an answer. Pure. */
import type { AccessLogEvidence, Origin, OriginProbe } from './evidence.js';
import { cellsAtLimit, mayBeWait, sum, timedFailures } from './failure-times.js';
import type { Finding } from './finding.js';
import { nameOf } from './probe-subject.js';
import { countOf, formatCount } from './wording.js';

/** Fewer may be chance. */
const least = 10;

/** @returns null where there are few, or where CloudFront may have waited for a connection: that is a 504 as well, and may take as long. */
export function findGivenUp(
  { connection, addresses }: OriginProbe,
  origin: Origin | null,
  logs: AccessLogEvidence | null,
  limitSeconds: number,
): Omit<Finding, 'layer' | 'remedy'> | null {
  const timed = timedFailures(logs, connection.behaviours);
  if (logs === null || timed === null || addresses.some(({ tcp }) => tcp.outcome === 'timed-out')) return null;
  const gaveUp = timed.cells.filter((cell) => cell.status === '504' && mayBeWait(cell));
  const count = sum(cellsAtLimit(gaveUp, limitSeconds, origin?.connectionAttempts ?? 1));
  if (count < least) return null;
  const fact = `${formatCount(count)} of ${countOf(timed.total, 'failure')} (502, 503, 504) are 504s that ended at ${limitSeconds} s or a multiple of it`;
  return {
    claim: `${nameOf(connection)} lets CloudFront wait until it gives up: ${countOf(count, '504')} ended at its response timeout of ${limitSeconds} s`,
    strength: 'supported',
    originId: connection.originId,
    connectionId: connection.id,
    citations: [{ kind: 'access-log', ref: logs.source, fact }],
    explains: null,
  };
}
