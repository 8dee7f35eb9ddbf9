/** Nothing is wrong, whatever it looks like. */
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';

const nothing: Expected = { outcome: 'no-502s', top: null, causes: [] };

function healthy(what: string, world: WorldSketch): BenchCase {
  return { id: `healthy/${what}`, family: 'healthy', world, expected: nothing };
}

export const healthyCases: readonly BenchCase[] = [
  healthy('https', { origins: [{ label: 'web' }] }),
  healthy('http', { origins: [{ label: 'web', scheme: 'http' }] }),
  healthy('host-forwarded', { origins: [{ label: 'web' }], forwardsHost: true }),
  healthy('balancer', { origins: [{ label: 'web', balancer: {} }], forwardsHost: true }),
];
