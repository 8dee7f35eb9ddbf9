/** The traffic of each behaviour over time, so that one origin's failures can be held against its own load. Bounded in behaviours and steps. */
import type { BehaviourTraffic } from '../diagnosis/evidence.js';
import { addCount, type Count } from './counts.js';

/** What a step counts; `served` as in the evidence. */
export interface StepCount extends Count {
  served: number;
  /** Of them, those by methods that CloudFront may not send again. */
  unrepeatable: number;
  unrepeatableFailures: number;
}

/** Past this many behaviours none is told apart. */
const maxBehaviours = 50;
const maxSteps = 1_440;

export interface Traffic {
  readonly repeatable: Count;
  readonly unrepeatable: Count;
  otherServerErrors: number;
  slow: number;
  /** By the beginning of the step, seconds since 1970. */
  readonly steps: Map<number, StepCount>;
  /** The step that was counted last, since rows of a time come together. */
  step: number;
  count: StepCount;
}

/** As it crosses processes. */
export interface SavedTraffics {
  readonly isOver: boolean;
  readonly traffics: SavedTraffic[];
}
type SavedTraffic = [
  behaviour: string,
  /** Requests and failures by repeatable methods, then by the others. */
  counts: [number, number, number, number],
  otherServerErrors: number,
  slow: number,
  steps: SavedStep[],
];
type SavedStep = [
  step: number,
  requests: number,
  failures: number,
  served: number,
  unrepeatable: number,
  unrepeatableFailures: number,
];

/** Length of a step: a minute, and longer where a day would not hold the window. */
export function stepSeconds(windowSeconds: number): number {
  return 60 * Math.max(1, Math.ceil(windowSeconds / 60 / maxSteps));
}

export class BehaviourTraffics {
  readonly #traffic = new Map<string, Traffic>();
  #isOver = false;

  /** What a behaviour's rows are counted in; null where there are too many behaviours. */
  of(behaviour: string): Traffic | null {
    const known = this.#traffic.get(behaviour);
    if (known !== undefined) return known;
    if (this.#isOver || this.#traffic.size >= maxBehaviours) {
      this.#isOver = true;
      return null;
    }
    const traffic: Traffic = {
      repeatable: nothing(),
      unrepeatable: nothing(),
      otherServerErrors: 0,
      slow: 0,
      steps: new Map(),
      step: Number.NaN,
      count: emptyStep(),
    };
    this.#traffic.set(behaviour, traffic);
    return traffic;
  }

  merge(other: BehaviourTraffics): void {
    for (const [behaviour, from] of other.#traffic) {
      const into = this.of(behaviour);
      if (into === null) return;
      addCount(into.repeatable, from.repeatable);
      addCount(into.unrepeatable, from.unrepeatable);
      into.otherServerErrors += from.otherServerErrors;
      into.slow += from.slow;
      for (const [step, count] of from.steps) {
        const sum = countOfStep(into, step);
        addCount(sum, count);
        sum.served += count.served;
        sum.unrepeatable += count.unrepeatable;
        sum.unrepeatableFailures += count.unrepeatableFailures;
      }
    }
    this.#isOver ||= other.#isOver;
  }

  /** What `restore` takes back. */
  save(): SavedTraffics {
    const traffics = [...this.#traffic].map(([behaviour, traffic]): SavedTraffic => {
      const { repeatable, unrepeatable, otherServerErrors, slow } = traffic;
      const steps = [...traffic.steps].map(
        ([step, count]): SavedStep => [
          step,
          count.requests,
          count.failures,
          count.served,
          count.unrepeatable,
          count.unrepeatableFailures,
        ],
      );
      return [
        behaviour,
        [repeatable.requests, repeatable.failures, unrepeatable.requests, unrepeatable.failures],
        otherServerErrors,
        slow,
        steps,
      ];
    });
    return { isOver: this.#isOver, traffics };
  }

  /** Adds what another one saved. */
  restore({ isOver, traffics }: SavedTraffics): void {
    const other = new BehaviourTraffics();
    for (const [behaviour, [requests, failures, unrepeatable, unrepeatableFailures], errors, slow, steps] of traffics) {
      const into = other.of(behaviour);
      if (into === null) break;
      addCount(into.repeatable, { requests, failures });
      addCount(into.unrepeatable, { requests: unrepeatable, failures: unrepeatableFailures });
      into.otherServerErrors += errors;
      into.slow += slow;
      for (const [step, ...counts] of steps)
        into.steps.set(step, {
          requests: counts[0],
          failures: counts[1],
          served: counts[2],
          unrepeatable: counts[3],
          unrepeatableFailures: counts[4],
        });
    }
    other.#isOver ||= isOver;
    this.merge(other);
  }

  /** The most failures first; empty where there are too many behaviours. */
  list(limit: number): readonly BehaviourTraffic[] {
    if (this.#isOver) return [];
    return [...this.#traffic]
      .map(([behaviour, { repeatable, unrepeatable, otherServerErrors, slow, steps }]) => ({
        behaviour,
        repeatable: { ...repeatable },
        unrepeatable: { ...unrepeatable },
        otherServerErrors,
        slow,
        perMinute: [...steps]
          .sort(([a], [b]) => a - b)
          .map(([step, count]) => ({ minute: new Date(step * 1000).toISOString(), ...count })),
      }))
      .filter((traffic) => failuresOf(traffic) > 0)
      .sort((a, b) => failuresOf(b) - failuresOf(a) || (a.behaviour < b.behaviour ? -1 : 1))
      .slice(0, limit);
  }
}

/** The count of the step; the last one is remembered. */
export function countOfStep(traffic: Traffic, step: number): StepCount {
  if (traffic.step === step) return traffic.count;
  const count = traffic.steps.get(step) ?? emptyStep();
  traffic.steps.set(step, count);
  traffic.step = step;
  traffic.count = count;
  return count;
}

function failuresOf({ repeatable, unrepeatable }: Pick<BehaviourTraffic, 'repeatable' | 'unrepeatable'>): number {
  return repeatable.failures + unrepeatable.failures;
}

function emptyStep(): StepCount {
  return { requests: 0, failures: 0, served: 0, unrepeatable: 0, unrepeatableFailures: 0 };
}

function nothing(): Count {
  return { requests: 0, failures: 0 };
}
