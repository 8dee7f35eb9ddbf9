/** Which paths viewers ask for, by the logs, and what a fault is worth that was seen on none of them. Pure. */
import type { AccessLogEvidence, EvidenceBag } from './evidence.js';
import { isOfTemplate, matchesCell } from './explain.js';
import type { Explains, Finding } from './finding.js';
import { decisiveResults } from './log-results.js';
import { dataOf } from './observed.js';
import type { Limit } from './weigh-traffic.js';
import { listOf } from './wording.js';

/** The part of the 502s whose paths may be folded away before the list of paths no longer tells what is asked for. */
const mostUnnamed = 0.05;

/** Failures that happen before a path is ever sent, so that another path would meet the same. */
export const pathlessResults: readonly string[] = [...decisiveResults.dns, 'OriginConnectError'];

/** Whether viewers ask for a path; null where the logs cannot tell. */
export function isAsked(logs: AccessLogEvidence, path: string): boolean | null {
  const { dimensions, failureCells, failures, requests, missingFields } = logs;
  const named = [...dimensions.path.map(({ value }) => value), ...failureCells.map((cell) => cell.path)];
  if (named.some((template) => isOfTemplate(path, template))) return true;
  const unnamed = dimensions.path.find(({ value }) => value === '(other)');
  const isTold = requests > 0 && dimensions.path.length > 0 && !missingFields.includes('cs-uri-stem');
  // Requests that were folded away without a 502 among them could not speak for a fault on their paths either.
  return isTold && (unnamed?.failures ?? 0) <= failures * mostUnnamed ? false : null;
}

/**
 * A fault that was seen after the handshake, on paths of our own choice alone: what viewers ask for may be answered by other code. Where
 * CloudFront's own word in the log is for this very fault it may still be that; where it is that no request was ever sent, the path says
 * nothing either way.
 */
export function weighAskedPaths({ accessLogs }: EvidenceBag, finding: Finding): Limit | null {
  const logs = dataOf(accessLogs);
  const { seenOnPaths = [], explains } = finding;
  if (logs === null || explains === null || seenOnPaths.length === 0) return null;
  if (seenOnPaths.some((path) => isAsked(logs, path) !== false)) return null;
  if (isLogged(logs, explains, pathlessResults)) return null;
  return {
    strength: isLogged(logs, explains, decisive) ? 'supported' : 'possible',
    because: `It was seen on ${listOf(seenOnPaths, 3)} alone, and the logs show no viewer asking for ${seenOnPaths.length === 1 ? 'that' : 'those'}.`,
  };
}

const decisive: readonly string[] = Object.values(decisiveResults).flat();

function isLogged({ failureCells }: AccessLogEvidence, explains: Explains, results: readonly string[]): boolean {
  return failureCells.some((cell) => results.includes(cell.detailedResult) && matchesCell(explains, cell));
}

/** The path of a probe as the logs have it: without the origin path, and `/` for the default root object. */
export function toViewerPath(bag: EvidenceBag, connectionId: string | null, path: string): string | null {
  const gathered =
    connectionId !== null && Object.hasOwn(bag.originProbes, connectionId) ? bag.originProbes[connectionId] : undefined;
  const answers = gathered?.state === 'collected' ? gathered.data.addresses.flatMap(({ http }) => http) : [];
  return answers.find((answer) => answer.path === path)?.viewerPath ?? null;
}
