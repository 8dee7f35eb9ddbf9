/** The published rules for how sure a finding may be. A check claims; these rules cap. */
import type { Vantage } from './evidence.js';
import type { Finding, Strength } from './finding.js';
import type { Limit } from './weigh-traffic.js';

export interface StrengthFacts {
  /** Of the probe that was looked at; null where none was needed. */
  readonly vantage: Vantage | null;
  /** Behaviours of the finding on which an edge function may change the origin, the Host or the SNI request by request. */
  readonly rewrittenBehaviours: readonly string[];
  /** CloudFront turns to this origin only when the first member of its group fails, and nothing was found to fail there. */
  readonly isIdleStandby: boolean;
  /**
   * Whether the 502s seen agree with the finding: `logs` where logged 502s fit it, `vague` where those that fit would fit any cause, `metrics`
   * where there are no rows to look at and CloudWatch counts 502s, `none` where there is nothing that agrees.
   */
  readonly agreement: 'logs' | 'vague' | 'metrics' | 'none';
  /** A phrase for the reader on why the agreement is not `logs`. */
  readonly agreementMissing: string;
  /** What else speaks against it, and how sure it may still be; the lowest counts. */
  readonly limits: readonly Limit[];
}

export interface CappedStrength {
  readonly strength: Strength;
  /** Why it is lower than claimed; null where it is not. */
  readonly cappedBecause: string | null;
}

/**
 * - `proven` needs ground (seen failing from a valid vantage, counted at the balancer or by CloudFront for a function, or certain by
 *   configuration) and logged 502s that fit.
 * - `supported` needs one of the two. CloudWatch's count alone fits any cause, so it never lifts a finding; nor do rows that say only `Error`.
 * - `possible` is what is left. A probe from a blind or misleading vantage gives no ground, nor does one of an origin that a function may
 *   replace on every behaviour of the finding.
 */
export function capStrength(finding: Finding, facts: StrengthFacts): CappedStrength {
  const capped = capByGround(finding, facts);
  if (finding.explains === null) return capped;
  const lowest = facts.limits.reduce<Limit | null>(
    (low, limit) => (low === null || rank[limit.strength] > rank[low.strength] ? limit : low),
    null,
  );
  if (lowest === null || rank[lowest.strength] <= rank[capped.strength]) return capped;
  return { strength: lowest.strength, cappedBecause: lowest.because };
}

function capByGround(finding: Finding, facts: StrengthFacts): CappedStrength {
  // A remark that explains no 502 (logs are off) is as sure as its evidence; there is nothing for it to agree with.
  if (finding.explains === null) return { strength: finding.strength, cappedBecause: null };
  const noGround = whyNoGround(finding, facts);
  const agrees = facts.agreement === 'logs';
  if (facts.isIdleStandby)
    return lower(
      finding.strength,
      'possible',
      'CloudFront turns to this origin only when the first one of its group fails, and nothing was found to fail there.',
    );
  if (noGround === null && agrees) return { strength: finding.strength, cappedBecause: null };
  if (noGround === null) return lower(finding.strength, 'supported', facts.agreementMissing);
  return lower(finding.strength, agrees || facts.agreement === 'vague' ? 'supported' : 'possible', noGround);
}

/** Null where the finding stands on evidence of its own, else why it does not. */
function whyNoGround(finding: Finding, facts: StrengthFacts): string | null {
  const kinds = new Set(finding.citations.map((citation) => citation.kind));
  if (kinds.has('probe')) {
    if (facts.vantage?.class === 'valid') return whyElsewhere(finding, facts);
    return facts.vantage === null
      ? 'It is not known how far the probe sees what CloudFront sees.'
      : `The probe does not see for certain what CloudFront sees: ${facts.vantage.because}`;
  }
  // What a balancer counts was met by requests; what it is set to be, a function may send them past.
  if (kinds.has('load-balancer') && finding.layer !== 'configuration') return null;
  // CloudFront's own count of what it rejected, function by function; any other metric fits any cause.
  if (finding.layer === 'edge-function' && kinds.has('metric')) return null;
  if (kinds.has('configuration') || kinds.has('load-balancer')) {
    const [behaviour] = facts.rewrittenBehaviours;
    return behaviour === undefined
      ? null
      : `An edge function on behaviour ${behaviour} may change the origin, the Host or the server name of each request.`;
  }
  return 'It was not seen to fail from here.';
}

/**
 * What was probed is what is configured. Null where that is what CloudFront connects to on at least one behaviour of the finding, else why
 * it may be something else: a function on every one of them may choose another origin or server name.
 */
function whyElsewhere({ explains }: Finding, { rewrittenBehaviours }: StrengthFacts): string | null {
  const behaviours = explains?.behaviours ?? [];
  const [first] = behaviours;
  if (first === undefined || behaviours.some((behaviour) => !rewrittenBehaviours.includes(behaviour))) return null;
  return behaviours.length === 1
    ? `An edge function on behaviour ${first} may send each request to another origin than the one that was probed.`
    : 'An edge function on each of its behaviours may send each request to another origin than the one that was probed.';
}

const rank: Readonly<Record<Strength, number>> = { proven: 0, supported: 1, possible: 2 };

function lower(claimed: Strength, limit: Strength, because: string): CappedStrength {
  return rank[claimed] >= rank[limit]
    ? { strength: claimed, cappedBecause: null }
    : { strength: limit, cappedBecause: because };
}
