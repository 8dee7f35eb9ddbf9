/** The contract of a check: a value that turns declared evidence into an outcome. Checks are pure; they never look anything up. */
import type { EvidenceKind, EvidenceMap } from './evidence.js';
import type { Layer, Outcome } from './finding.js';

/** Kinds that exist once per connection or origin; a check that needs one of them is evaluated once for each. */
export const originScopedKinds = [
  'origin-probe',
  'load-balancer',
  'keep-alive',
] as const satisfies readonly EvidenceKind[];

/**
 * Evidence a check may use where it exists and must do without where it does not (null). Declared apart from `needs`,
 * whose absence makes the check inconclusive before it runs.
 */
export type EvidenceFor<Needs extends EvidenceKind, Uses extends EvidenceKind> = Pick<EvidenceMap, Needs> & {
  readonly [K in Uses]: EvidenceMap[K] | null;
};

export interface CheckDefinition<Needs extends EvidenceKind, Uses extends EvidenceKind> {
  /** The file's name: a noun in the failing state, `expired-certificate`. */
  readonly id: string;
  /** The cause in a few words, for lists: `Expired certificate`. */
  readonly title: string;
  readonly layer: Layer;
  /** The AWS page that documents the cause or the rule. */
  readonly why: string;
  readonly needs: readonly Needs[];
  readonly uses: readonly Uses[];
  /** Ids of checks that see the same fault with less detail: where both fit, only this one is a cause, with the evidence of both. */
  readonly refines?: readonly string[];
  /**
   * `amplifier`: keeps 502s coming that something else began; a cause only of those that nothing else accounts for. `lead`: repeats what
   * CloudFront logged; worth saying only of 502s that no cause accounts for. Absent: a cause of its own.
   */
  readonly role?: 'amplifier' | 'lead';
  readonly evaluate: (evidence: EvidenceFor<Needs, Uses>, now: Date) => Outcome;
}

/** A check with its evidence types erased, as the engine holds it. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly layer: Layer;
  readonly why: string;
  readonly needs: readonly EvidenceKind[];
  readonly uses: readonly EvidenceKind[];
  readonly refines?: readonly string[];
  readonly role?: 'amplifier' | 'lead';
  readonly evaluate: (evidence: Partial<EvidenceMap>, now: Date) => Outcome;
}

/** Defines a check. Reading evidence that is in neither `needs` nor `uses` is a compile error. */
export function defineCheck<const Needs extends EvidenceKind, const Uses extends EvidenceKind = never>(
  definition: Omit<CheckDefinition<Needs, Uses>, 'uses'> & { readonly uses?: readonly Uses[] },
): Check {
  const { evaluate } = definition;
  return {
    ...definition,
    uses: definition.uses ?? [],
    // The engine hands over exactly what `needs` and `uses` name: this is the one place where the types are erased.
    evaluate: (evidence, now) => evaluate(evidence as EvidenceFor<Needs, Uses>, now),
  };
}
