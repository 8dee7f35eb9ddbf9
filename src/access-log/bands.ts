/** Bands of sizes and times, so that what failures have in common can be counted. */

const kilobyte = 1_000;
const sizeBands = [
  [kilobyte, 'under 1 kB'],
  [10 * kilobyte, '1 to 10 kB'],
  [100 * kilobyte, '10 to 100 kB'],
  [1_000 * kilobyte, '100 kB to 1 MB'],
  [10_000 * kilobyte, '1 to 10 MB'],
  [Number.POSITIVE_INFINITY, '10 MB and more'],
] as const;

/** Narrow around 30 s and 60 s: the defaults of CloudFront's read timeout and of a load balancer's idle timeout. */
const timeBands = [
  [100, 'under 0.1 s'],
  [500, '0.1 to 0.5 s'],
  [1_000, '0.5 to 1 s'],
  [5_000, '1 to 5 s'],
  [10_000, '5 to 10 s'],
  [29_500, '10 to 29.5 s'],
  [31_000, '29.5 to 31 s'],
  [59_500, '31 to 59.5 s'],
  [61_000, '59.5 to 61 s'],
  [Number.POSITIVE_INFINITY, '61 s and more'],
] as const;

/** What a band is called where the value is absent. */
export const unknownBand = '-';

/** In ascending order, the unknown one last. */
export const sizeBandNames: readonly string[] = [...sizeBands.map(([, name]) => name), unknownBand];
export const timeBandNames: readonly string[] = [...timeBands.map(([, name]) => name), unknownBand];

/** Upper bounds, exclusive, of the known bands in ascending order: bytes and milliseconds. */
export const sizeBandLimits: readonly number[] = sizeBands.map(([below]) => below);
export const timeBandLimits: readonly number[] = timeBands.map(([below]) => below);

/** Index into `sizeBandNames`. @param bytes -1 where it is absent. */
export function sizeBand(bytes: number): number {
  return bandOf(sizeBands, bytes);
}

/** Index into `timeBandNames`. @param ms -1 where it is absent. */
export function timeBand(ms: number): number {
  return bandOf(timeBands, ms);
}

function bandOf(bands: readonly (readonly [below: number, name: string])[], value: number): number {
  if (value < 0) return bands.length;
  let index = 0;
  while (value >= (bands[index]?.[0] ?? Number.POSITIVE_INFINITY)) index += 1;
  return index;
}
