/** Starts the hosts of one origin of a case, and gives the origin its name in DNS. */
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import { type Origin, type OriginTls, startOrigin } from '../../world/origins.js';
import { type DroppingHost, startDroppingHost } from '../../world/ports.js';
import type { CaseNames, HostSketch, OriginSketch } from './bench-case.js';
import type { Stage } from './stage.js';

export interface RaisedOrigin {
  readonly sketch: OriginSketch;
  readonly domainName: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

export interface OriginSite {
  readonly stage: Stage;
  readonly names: CaseNames;
  /** Whether any behaviour sends the viewer's Host to this origin. */
  readonly forwardsHost: boolean;
  /** The next loopback address of the case. */
  readonly nextAddress: () => string;
}

export async function raiseOrigin(sketch: OriginSketch, site: OriginSite): Promise<RaisedOrigin> {
  const { stage, names } = site;
  const { scheme = 'https', hosts = [{}] } = sketch;
  const isBalancer = sketch.balancer !== undefined || sketch.vpc === true;
  const domainName =
    sketch.domainName?.(names) ?? (isBalancer ? names.balancer(sketch.label) : names.host(sketch.label));
  const started: (Origin | DroppingHost)[] = [];
  const raiseAll = async (sketches: readonly HostSketch[], addresses: readonly string[], secure: boolean) => {
    let port = 0;
    // A host that drops SYNs cannot be told its port, so the others take it over.
    for (const [index, host] of droppingFirst(sketches, addresses)) {
      if (host.state === 'dropping') {
        const dropping = await startDroppingHost(index);
        started.push(dropping);
        port = dropping.port;
        continue;
      }
      const origin = await startOrigin({
        address: index,
        port,
        ...(secure && host.tls !== 'plain' ? { tls: await tlsOf(host, sketch, domainName, site) } : {}),
        ...(host.connection === undefined ? {} : { connection: host.connection }),
        ...(host.answer === undefined ? {} : { answer: host.answer }),
        ...(host.paths === undefined ? {} : { paths: host.paths }),
        ...(host.turns === undefined ? {} : { turns: host.turns }),
        ...(host.idle === undefined ? {} : { idle: host.idle }),
      });
      port = origin.port;
      if (host.state === 'refusing') await origin.stop();
      else started.push(origin);
    }
    return port;
  };
  const addresses = hosts.map(({ address }) => address ?? site.nextAddress());
  const httpsPort = scheme === 'http' ? 443 : await raiseAll(hosts, addresses, true);
  const httpPort =
    scheme === 'https' ? 80 : await raiseAll(scheme === 'http' ? hosts : (sketch.plainHosts ?? [{}]), addresses, false);
  const answer = typeof sketch.dns === 'function' ? sketch.dns(addresses) : sketch.dns;
  stage.dns.set(
    domainName,
    answer ?? {
      a: addresses.filter((address) => !address.includes(':')),
      aaaa: addresses.filter((address) => address.includes(':')),
    },
  );
  return {
    sketch,
    domainName,
    httpsPort,
    httpPort,
    addresses,
    stop: async () => {
      await Promise.all(started.map((one) => one.stop()));
    },
  };
}

function droppingFirst(
  sketches: readonly HostSketch[],
  addresses: readonly string[],
): readonly (readonly [string, HostSketch])[] {
  const pairs = sketches.map((host, index) => [addresses[index] ?? '127.0.0.1', host] as const);
  return [
    ...pairs.filter(([, { state }]) => state === 'dropping'),
    ...pairs.filter(([, { state }]) => state !== 'dropping'),
  ];
}

async function tlsOf(
  { tls = 'none' }: HostSketch,
  sketch: OriginSketch,
  domainName: string,
  { stage: { authority }, names, forwardsHost }: OriginSite,
): Promise<OriginTls> {
  const wanted = sketch.certificateNames?.(names) ?? defaultNames(sketch, domainName, names, forwardsHost);
  if (typeof tls === 'function') return tls(authority, wanted);
  return tls === 'none' || tls === 'plain' ? soundTls(authority, wanted) : faultyTls(tls, authority, wanted);
}

/** Amazon's own names are on nobody's certificate. */
function defaultNames(
  { balancer }: OriginSketch,
  domainName: string,
  { viewerHost }: CaseNames,
  forwardsHost: boolean,
): readonly [string, ...string[]] {
  if (balancer !== undefined) return [viewerHost];
  return forwardsHost ? [domainName, viewerHost] : [domainName];
}
