/** What every forecast looks at. Types and the rule for how much is enough. */
import type {
  AccessLogEvidence,
  DistributionEvidence,
  EvidenceBag,
  LoadBalancerEvidence,
  Origin,
} from '../diagnosis/evidence.js';
import type { Change, Forecast } from './proposal.js';

export interface Scene {
  readonly change: Change;
  readonly bag: EvidenceBag;
  readonly distribution: DistributionEvidence;
  /** The origin of the change; for a balancer the first origin behind it. */
  readonly origin: Origin;
  readonly balancer: LoadBalancerEvidence | null;
  /** Path patterns that lead to it. */
  readonly behaviours: readonly string[];
  readonly logs: AccessLogEvidence | null;
}

/** From so many failures, and such a part of all, on the evidence asks for a change. */
const enough = { count: 10, share: 0.1 } as const;

export function isEnough(count: number, of: number): boolean {
  return count >= enough.count && count >= of * enough.share;
}

export function forecastOf(
  stance: Forecast['stance'],
  touched: Forecast['touched'],
  ...sentences: readonly (string | null)[]
): Forecast {
  return { stance, touched, sentences: sentences.flatMap((sentence) => sentence ?? []) };
}

/** Requests that took longer than this and did not fail, by bands of time; at most, since a band is told apart no finer and the time is of the whole answer. */
export function countSlowerAnswers(logs: AccessLogEvidence | null, seconds: number): number | null {
  if (logs === null || logs.dimensions['time-taken-band'].length === 0) return null;
  return logs.dimensions['time-taken-band'].reduce((total, { value, requests, failures }) => {
    const start = bandStart(value);
    return start !== null && start >= seconds - 0.5 ? total + Math.max(0, requests - failures) : total;
  }, 0);
}

/** `10 to 29.5 s` begins at 10; null for `under 0.1 s` and for times that are not known. */
function bandStart(name: string): number | null {
  const match = /^(\d+(?:\.\d+)?) (?:to|s and more)/.exec(name);
  return match === null ? null : Number(match[1]);
}
