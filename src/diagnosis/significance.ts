/** Whether a difference of failure rates can be chance: Fisher's exact test, one-sided. */

/**
 * Probability of seeing at least `failures` among `requests`, if the `allFailures` of `allRequests` were spread by chance
 * (hypergeometric upper tail). All four are counts; `failures` <= `requests` <= `allRequests`.
 */
export function chanceOfAtLeast(failures: number, requests: number, allFailures: number, allRequests: number): number {
  const most = Math.min(requests, allFailures);
  const least = Math.max(0, requests + allFailures - allRequests);
  if (failures <= least) return 1;
  const others = allRequests - allFailures;
  const ways =
    logChoose(allFailures, failures) + logChoose(others, requests - failures) - logChoose(allRequests, requests);
  // Each further term follows from the one before it; past the mean they shrink, so the sum can stop when they no longer count.
  let term = 1;
  let sum = 1;
  for (let count = failures; count < most; count++) {
    term *= ((allFailures - count) * (requests - count)) / ((count + 1) * (others - requests + count + 1));
    sum += term;
    if (term < sum * 1e-12 && term < 1) break;
  }
  return Math.min(1, Math.exp(ways + Math.log(sum)));
}

function logChoose(from: number, chosen: number): number {
  return logFactorial(from) - logFactorial(chosen) - logFactorial(from - chosen);
}

/** Stirling's series; exact enough from 10 on, and summed below. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
