/** The world of a probe test: an authority, a resolver and the origins of one test, stopped after it. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { collectOriginProbe } from '../../../src/collectors/origin-probe.js';
import type { AddressProbe, OriginProbe } from '../../../src/diagnosis/evidence.js';
import type { NetworkSettings } from '../../../src/platform/network-settings.js';
import { mintAuthority, type TestAuthority } from '../../world/certificates.js';
import { type LocalDns, startLocalDns } from '../../world/dns.js';
import { type Origin, type OriginOptions, startOrigin } from '../../world/origins.js';
import { buildContext, buildTask, originName, type TaskOverrides } from './probe-builders.js';

export interface ProbeWorld {
  readonly authority: TestAuthority;
  readonly dns: LocalDns;
  /** Starts an origin for this test. */
  start(options?: OriginOptions): Promise<Origin>;
  /** Has something stopped after this test. */
  keep<T extends { stop(): Promise<void> }>(thing: T): T;
  /** Probes what `originName` resolves to, at this port. */
  probe(
    port: number,
    overrides?: TaskOverrides,
    network?: Partial<NetworkSettings>,
    signal?: AbortSignal,
  ): Promise<OriginProbe>;
  /** Starts an origin and probes it: its one address. */
  probeOrigin(options: OriginOptions, overrides?: TaskOverrides): Promise<AddressProbe>;
}

/** Sets the world up for all tests of a file; the result may be used inside tests only. */
export function useProbeWorld(): ProbeWorld {
  let authority: TestAuthority | null = null;
  let dns: LocalDns | null = null;
  const kept: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    authority = await mintAuthority();
    dns = await startLocalDns();
  });
  afterEach(async () => {
    for (const thing of kept.splice(0)) await thing.stop();
  });
  beforeEach(() => {
    dns?.set(originName, { a: ['127.0.0.1'] });
  });
  afterAll(async () => {
    await dns?.stop();
  });
  const ready = <T>(thing: T | null): T => {
    if (thing === null) throw new Error('the world is not there yet');
    return thing;
  };
  const world: ProbeWorld = {
    get authority() {
      return ready(authority);
    },
    get dns() {
      return ready(dns);
    },
    start: async (options = {}) => world.keep(await startOrigin(options)),
    keep: (thing) => {
      kept.push(thing);
      return thing;
    },
    probe: (port, overrides, network, signal) =>
      collectOriginProbe(
        buildContext(
          { dnsServers: [world.dns.server], extraTrustRoots: [world.authority.root.pem], ...network },
          signal,
        ),
        buildTask(port, overrides),
      ),
    probeOrigin: async (options, overrides) => {
      world.dns.set(originName, { a: [options.address ?? '127.0.0.1'] });
      const origin = await world.start(options);
      const { addresses } = await world.probe(origin.port, overrides);
      const [address] = addresses;
      if (address === undefined) throw new Error('no address was probed');
      return address;
    },
  };
  return world;
}
