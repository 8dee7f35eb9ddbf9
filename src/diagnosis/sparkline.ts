/** A row of numbers as a row of bars, in text: fits where no chart does. Pure. */

const bars = '▁▂▃▄▅▆▇█';

/** One bar for each value, the highest at the largest; what is no number is drawn as nothing. Empty where all are 0. */
export function sparkline(values: readonly number[]): string {
  const counted = values.map((value) => (Number.isFinite(value) && value > 0 ? value : 0));
  const largest = Math.max(0, ...counted);
  if (largest === 0) return '';
  return counted
    .map((value) => (value === 0 ? bars[0] : bars[Math.max(1, Math.ceil((value / largest) * bars.length) - 1)]))
    .join('');
}
