/**
 * The order of test files for Jest: those that wait for real processes are spread over the run from its beginning, so that at no time all workers
 * wait and none of these is left for the end; the rest by size, the largest first. The same on every machine, with or without a cache.
 */
import { statSync } from 'node:fs';

/** The longest first. */
const waiting = [
  'scenarios/left-alone',
  'scenarios/dying',
  'scenarios/staying-up',
  'cli/',
  'scenarios/',
  'jobs/late-write',
];

export default class WaitingFirst {
  sort(tests) {
    const rank = ({ path }) => waiting.findIndex((part) => path.includes(`/test/${part}`));
    const size = ({ path }) => statSync(path).size;
    const those = tests.filter((test) => rank(test) >= 0).sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
    const rest = tests.filter((test) => rank(test) < 0).sort((a, b) => size(b) - size(a));
    const every = Math.max(1, Math.floor(rest.length / 2 / Math.max(1, those.length)));
    const order = [];
    for (let at = 0; those.length + rest.length > 0; at += 1)
      order.push(...(at % (every + 1) === 0 ? those.splice(0, 1) : rest.splice(0, 1)));
    return order;
  }

  allFailedTests(tests) {
    return this.sort(tests);
  }

  shard(tests, { shardIndex, shardCount }) {
    const sorted = [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
    return sorted.filter((_, index) => index % shardCount === shardIndex - 1);
  }

  cacheResults() {}
}
