/** How answers are scored against what is expected. The same keys for the product and for the article's runbook. Pure. */
import { type Answer, statedCauses, topOf } from './answer.js';
import type { BenchCase } from './bench-case.js';

export interface Scores {
  readonly cases: number;
  /** Share of all cases whose first answer is right; where nothing may be named, that nothing is. */
  readonly top1: number;
  /** Of all causes in all worlds, the share that was named as proven or supported. */
  readonly everyCauseRecall: number;
  /** Causes called proven that are none in that world. */
  readonly falseProven: number;
  /** Causes called supported that are none in that world. */
  readonly falseSupported: number;
  /** Healthy worlds in which a cause was named. */
  readonly falseAlarms: number;
  /** Share of the blind worlds in which no cause was named. */
  readonly blindAbstained: number;
}

/** What the product must reach; `npm run bench:diagnosis` fails below. */
export const goals = { top1: 0.98, falseProven: 0, falseAlarms: 0, blindAbstained: 1 } as const;

export interface Scored {
  readonly bench: Pick<BenchCase, 'id' | 'family' | 'expected'>;
  readonly answer: Answer;
}

export function scoreAnswers(scored: readonly Scored[]): Scores {
  const healthy = scored.filter(({ bench }) => bench.family === 'healthy');
  const blind = scored.filter(({ bench }) => bench.family === 'blind');
  const causes = scored.flatMap(({ bench, answer }) =>
    bench.expected.causes.map((cause) => statedCauses(answer).includes(cause)),
  );
  return {
    cases: scored.length,
    top1: share(scored.map(isTopRight)),
    everyCauseRecall: share(causes),
    falseProven: scored.reduce((sum, one) => sum + wrong(one, 'proven').length, 0),
    falseSupported: scored.reduce((sum, one) => sum + wrong(one, 'supported').length, 0),
    falseAlarms: healthy.filter(({ answer }) => namesCause(answer)).length,
    blindAbstained: share(blind.map(({ answer }) => !namesCause(answer))),
  };
}

export function isTopRight({ bench, answer }: Scored): boolean {
  const top = topOf(answer);
  return top === bench.expected.top || (top !== null && (bench.expected.orTop ?? []).includes(top));
}

/** Everything that is wrong with one answer, a phrase each; empty where it is right. */
export function listFaults({ bench, answer }: Scored): readonly string[] {
  const { expected } = bench;
  const scored = { bench, answer };
  const stated = statedCauses(answer);
  const said = answer.causes.map(({ id }) => id);
  return [
    ...(isTopRight(scored) ? [] : [`first answer ${topOf(answer) ?? 'none'}`]),
    ...(answer.outcome === expected.outcome ? [] : [`outcome ${answer.outcome}`]),
    ...expected.causes.filter((cause) => !stated.includes(cause)).map((cause) => `missed ${cause}`),
    ...wrong(scored, 'proven').map((cause) => `false proven ${cause}`),
    ...wrong(scored, 'supported').map((cause) => `false supported ${cause}`),
    ...(expected.mustNotSay ?? []).filter((cause) => said.includes(cause)).map((cause) => `must not say ${cause}`),
    ...(isExplainedRight(scored) ? [] : [`explains ${((answer.explained ?? 0) * 100).toFixed(0)} %`]),
    ...answer.crashed.map((check) => `crashed ${check}`),
  ];
}

/** First answers expected and given, with how often; those that differ only. */
export function confusions(
  scored: readonly Scored[],
): readonly { readonly expected: string; readonly said: string; readonly count: number }[] {
  const counts = new Map<string, { expected: string; said: string; count: number }>();
  for (const { bench, answer } of scored) {
    const said = topOf(answer) ?? answer.outcome;
    const expected = isTopRight({ bench, answer }) ? said : (bench.expected.top ?? bench.expected.outcome);
    const key = `${expected} ${said}`;
    const cell = counts.get(key) ?? { expected, said, count: 0 };
    counts.set(key, { ...cell, count: cell.count + 1 });
  }
  return [...counts.values()].sort((a, b) => a.expected.localeCompare(b.expected) || b.count - a.count);
}

/** Which goals were missed, a sentence each. */
export function missedGoals(scores: Scores): readonly string[] {
  return [
    ...(scores.top1 >= goals.top1 ? [] : [`top-1 is ${scores.top1.toFixed(3)}, the goal is ${goals.top1}`]),
    ...(scores.falseProven === goals.falseProven ? [] : [`${scores.falseProven} false proven, the goal is none`]),
    ...(scores.falseAlarms === goals.falseAlarms ? [] : [`${scores.falseAlarms} false alarms, the goal is none`]),
    ...(scores.blindAbstained === goals.blindAbstained
      ? []
      : [`${scores.blindAbstained.toFixed(3)} of the blind cases abstained, the goal is all`]),
  ];
}

function wrong({ bench, answer }: Scored, strength: 'proven' | 'supported'): readonly string[] {
  const unproven = strength === 'proven' ? (bench.expected.mustNotProve ?? []) : [];
  const right = [...bench.expected.causes, ...(bench.expected.mayAlsoSay ?? [])].filter((id) => !unproven.includes(id));
  const said = answer.causes.filter((cause) => cause.strength === strength).map(({ id }) => id);
  return [...new Set(said)].filter((id) => !right.includes(id));
}

function isExplainedRight({ bench, answer }: Scored): boolean {
  const [least, most] = bench.expected.explains ?? [0, 1];
  const explained = answer.explained ?? 0;
  return bench.expected.explains === undefined || (explained >= least && explained <= most);
}

function namesCause(answer: Answer): boolean {
  return answer.outcome === 'cause-found' || statedCauses(answer).length > 0;
}

/** 1 for nothing at all: no case was missed. */
function share(hits: readonly boolean[]): number {
  return hits.length === 0 ? 1 : hits.filter(Boolean).length / hits.length;
}
