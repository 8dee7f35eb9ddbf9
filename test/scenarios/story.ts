/** A story: a world, a question, what the answer must hold and what it must not. */
import type { Layer, Strength } from '../../src/diagnosis/finding.js';
import type { Verdict } from '../../src/diagnosis/verdict.js';
import type { World } from '../world/world.js';

export interface Expected {
  readonly outcome: Verdict['outcome'];
  readonly layer?: Layer | null;
  /** Ids of the checks whose causes are named, best first; all of them. */
  readonly causes: readonly string[];
  readonly strength?: Strength;
  /** Share of the logged 502s that the first cause explains, at least. */
  readonly explainedShare?: number;
  /** Ids that must be among the defects that explain nothing. */
  readonly alsoSeen?: readonly string[];
  readonly ruledOut?: readonly string[];
  readonly inconclusive?: readonly string[];
  /** What a person must be able to read in the message or its thread. */
  readonly says?: readonly string[];
  readonly saysNot?: readonly string[];
}

export interface Story {
  readonly title: string;
  /** Built into the world before the question is asked. @returns the distribution id to ask about. */
  readonly build: (world: World) => Promise<string>;
  /** What is typed behind the id. */
  readonly options?: string;
  readonly expected: Expected;
}
