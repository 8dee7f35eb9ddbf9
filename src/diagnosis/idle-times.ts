/** Who closes an idle connection first, CloudFront or what it connects to: from the balancer's settings, or from a connection that was held. Pure. */
import type { PerSubject } from './audit.js';
import type { KeepAliveLab, LoadBalancerEvidence, Origin } from './evidence.js';

/** What is known about one origin. Without flaws and without `sound` it could not be seen. */
export interface IdleTimes {
  readonly origin: Origin;
  /** Sentences. */
  readonly flaws: readonly string[];
  readonly sound: string | null;
}

export function readIdleTimes(
  origin: Origin,
  balancers: PerSubject<LoadBalancerEvidence>,
  labs: PerSubject<KeepAliveLab>,
): IdleTimes {
  const keepAlive = origin.keepAliveTimeoutSeconds ?? 0;
  const balancer = balancers.collected.find(({ subject }) => subject === origin.id)?.data;
  const idle = balancer?.idleTimeoutSeconds ?? null;
  if (balancer !== undefined && idle !== null) {
    const wait = origin.readTimeoutSeconds ?? 0;
    const flaws = [
      ...(keepAlive >= idle
        ? [
            `CloudFront keeps connections to ${balancer.name} for ${keepAlive} s, the balancer drops them after ${idle} s.`,
          ]
        : []),
      ...(wait > idle
        ? [
            `CloudFront waits ${wait} s for an answer, ${balancer.name} gives up after ${idle} s, so the rest is a 504 in any case.`,
          ]
        : []),
    ];
    const sound = `CloudFront’s ${keepAlive} s are below the ${idle} s of ${balancer.name}; its targets must keep connections longer than that, which only they know.`;
    return { origin, flaws, sound: flaws.length === 0 ? sound : null };
  }
  const lab = labs.collected.map(({ data }) => data).find(({ connection }) => connection.originId === origin.id);
  const closings = (lab?.held ?? []).flatMap(({ outcome, idleMs }) =>
    (outcome === 'closed' || outcome === 'reset') && idleMs !== null ? [idleMs / 1000] : [],
  );
  if (closings.length > 0) {
    const first = Math.min(...closings);
    const flaws =
      first <= keepAlive
        ? [
            `${origin.domainName} closed an idle connection after ${first.toFixed(1)} s, CloudFront keeps it for ${keepAlive} s.`,
          ]
        : [];
    const sound = `${origin.domainName} keeps connections for ${first.toFixed(1)} s, CloudFront for ${keepAlive} s.`;
    return { origin, flaws, sound: flaws.length === 0 ? sound : null };
  }
  const outlasting =
    lab?.held.some(({ outcome, idleMs }) => outcome === 'still-open' && (idleMs ?? 0) > keepAlive * 1000) ?? false;
  return {
    origin,
    flaws: [],
    sound: outlasting ? `${origin.domainName} kept an idle connection longer than CloudFront’s ${keepAlive} s.` : null,
  };
}
