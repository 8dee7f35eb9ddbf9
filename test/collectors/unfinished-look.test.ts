/** A second look that does not come to its end: tried once more, and said where that did not help. */
import { describe, expect, it } from '@jest/globals';
import { mergeProbes } from '../../src/collectors/merge-probes.js';
import { collectPathProbe } from '../../src/collectors/origin-probe.js';
import { describeCoverage } from '../../src/diagnosis/coverage.js';
import { aBag, aDeadAddress, anAddress, anAnswer, aProbe, collected } from '../builders/evidence.js';
import { buildContext, buildTask } from './origin-probe/probe-builders.js';
import { useProbeWorld } from './origin-probe/probe-world.js';

const world = useProbeWorld();
const late = anAnswer({ path: '/slow', outcome: 'timed-out', status: null });

describe('a second look that ran out of time', () => {
  it.each([
    ['at the port', aDeadAddress('timed-out')],
    ['at an answer', anAddress({ http: [late] })],
  ])('%s is told among what is missing', (_, address) => {
    const merged = mergeProbes(collected(aProbe()), collected(aProbe({ addresses: [address] })));
    const bag = aBag();
    const [id = ''] = Object.keys(bag.originProbes);
    const { missing } = describeCoverage({ ...bag, originProbes: { [id]: merged } });
    expect(missing.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The paths that fail were not answered in time at 1 of 1 addresses of origin\.example\.com, tried twice/,
      ),
    ]);
  });

  it('is none where it was answered, or where the first had no answer either', () => {
    const answered = mergeProbes(collected(aProbe()), collected(aProbe({ addresses: [anAddress()] })));
    expect(answered).not.toHaveProperty('data.gaps');
    const dead = aProbe({ addresses: [aDeadAddress('timed-out')] });
    expect(mergeProbes(collected(dead), collected(dead))).not.toHaveProperty('data.gaps');
  });

  it('is made once more', async () => {
    const origin = await world.start({ turns: ['silent', { status: 204 }] });
    const { connection, origin: settings } = buildTask(origin.port, {
      connection: { scheme: 'http', sni: null },
      origin: { readTimeoutSeconds: 2 },
    });
    const { addresses } = await collectPathProbe(buildContext({ dnsServers: [world.dns.server] }), {
      kind: 'path-probe',
      origin: settings,
      connection,
      requests: [{ method: 'GET', path: '/api' }],
    });
    expect(addresses[0]?.http).toMatchObject([{ path: '/api', status: 204 }]);
    expect(origin.requests).toHaveLength(2);
  });
});
