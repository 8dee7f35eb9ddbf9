/** The bench for people: figures beside the runbook's, the confusion matrix, the time of each case, and every missed case. Pure. */
import { statedCauses } from './answer.js';
import { confusions, goals, isTopRight, listFaults, type Scored, type Scores, scoreAnswers } from './score.js';

export interface BenchReport {
  readonly product: readonly Scored[];
  readonly baseline: readonly Scored[];
  readonly elapsedMs: number;
}

export function renderReport({ product, baseline, elapsedMs }: BenchReport): string {
  const [ours, theirs] = [scoreAnswers(product), scoreAnswers(baseline)];
  const figures = (Object.keys(ours) as (keyof Scores)[]).map((key) =>
    row([key, figure(ours[key]), figure(theirs[key]), goalOf(key)], [20, 12, 12, 8]),
  );
  const missed = product.flatMap((one) => {
    const faults = listFaults(one);
    return faults.length === 0 ? [] : [`  ${one.bench.id}: ${faults.join('; ')}\n    "${one.answer.headline}"`];
  });
  return [
    row(['', 'cf502', 'runbook', 'goal'], [20, 12, 12, 8]),
    ...figures,
    '',
    'By family (right first answers of cf502, of the runbook, cases):',
    ...renderFamilies(product, baseline),
    '',
    'First answers, expected -> said (cf502 | the runbook):',
    ...renderConfusions(product, baseline),
    '',
    'Time per case, ms:',
    ...[...product]
      .sort((a, b) => b.answer.elapsedMs - a.answer.elapsedMs)
      .map(({ bench, answer }) => `  ${String(answer.elapsedMs).padStart(6)}  ${bench.id}`),
    '',
    missed.length === 0 ? 'No case was missed.' : `${missed.length} cases missed:`,
    ...missed,
    '',
    `${product.length} cases in ${(elapsedMs / 1000).toFixed(1)} s`,
    '',
  ].join('\n');
}

/** One case as soon as it is done. */
export function renderCase(product: Scored, baseline: Scored): string {
  const faults = listFaults(product);
  const said = product.answer.causes.map(({ id, strength }) => `${id} (${strength})`).join(', ') || 'none';
  return [
    `${faults.length === 0 ? 'ok    ' : 'MISSED'} ${product.bench.id} in ${product.answer.elapsedMs} ms`,
    `       ${product.answer.outcome}: ${said}`,
    `       "${product.answer.headline}"`,
    ...(faults.length === 0 ? [] : [`       ${faults.join('; ')}`]),
    `       runbook: ${statedCauses(baseline.answer).join(', ') || baseline.answer.outcome}`,
    '',
  ].join('\n');
}

function renderFamilies(product: readonly Scored[], baseline: readonly Scored[]): readonly string[] {
  const right = (all: readonly Scored[], family: string) =>
    all.filter((one) => one.bench.family === family && isTopRight(one)).length;
  return [...new Set(product.map(({ bench }) => bench.family))].map((family) => {
    const count = product.filter(({ bench }) => bench.family === family).length;
    return row(
      [`  ${family}`, String(right(product, family)), String(right(baseline, family)), String(count)],
      [20, 6, 6, 6],
    );
  });
}

/** A line for each expected answer: what was said for it, and how often. */
function renderConfusions(product: readonly Scored[], baseline: readonly Scored[]): readonly string[] {
  const [ours, theirs] = [confusions(product), confusions(baseline)];
  const cells = (all: ReturnType<typeof confusions>, expected: string) =>
    all
      .filter((cell) => cell.expected === expected)
      .map(({ said, count }) => `${said === expected ? '=' : said} ${count}`)
      .join(', ');
  return [...new Set(ours.map(({ expected }) => expected))].map(
    (expected) => `  ${expected.padEnd(36)} ${cells(ours, expected)} | ${cells(theirs, expected)}`,
  );
}

function goalOf(key: keyof Scores): string {
  switch (key) {
    case 'top1':
      return `>= ${goals.top1}`;
    case 'falseProven':
    case 'falseAlarms':
    case 'blindAbstained':
      return String(goals[key]);
    case 'cases':
    case 'everyCauseRecall':
    case 'falseSupported':
      return '';
  }
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join('')
    .trimEnd();
}
