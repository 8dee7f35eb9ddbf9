/** Whether an origin closes idle connections before CloudFront does: measured, announced, or set at its load balancer. Pure. */
import type { KeepAliveLab, LoadBalancerEvidence } from './evidence.js';
import type { Citation } from './finding.js';

/** CloudFront must close first. Closer together than this the two race: the clocks start apart by the time on the wire. */
export const marginMs = 1_000;

export interface IdleClose {
  /** When the origin ends an idle connection. */
  readonly idleMs: number;
  readonly how: 'measured' | 'announced' | 'balancer';
  /** Sentence part: `closes idle connections after 4.9 s`. */
  readonly said: string;
  readonly citations: readonly [Citation, ...Citation[]];
}

/** The earliest end that comes before CloudFront's own, or too close to it; null where none is known. */
export function findEarlyClose(lab: KeepAliveLab, balancer: LoadBalancerEvidence | null): IdleClose | null {
  const limitMs = lab.keepAliveTimeoutSeconds * 1000 + marginMs;
  return findMeasured(lab, limitMs) ?? findAtBalancer(balancer, limitMs) ?? findAnnounced(lab, limitMs);
}

function findMeasured(lab: KeepAliveLab, limitMs: number): IdleClose | null {
  const ended = lab.held.filter(
    ({ outcome, idleMs }) => (outcome === 'closed' || outcome === 'reset') && idleMs !== null && idleMs < limitMs,
  );
  const [first, ...others] = ended.sort((a, b) => (a.idleMs ?? 0) - (b.idleMs ?? 0)).map((held) => cite(lab, held));
  const idleMs = Math.min(...ended.map((held) => held.idleMs ?? 0));
  if (first === undefined) return null;
  const said =
    idleMs < 100
      ? 'closes the connection right after its answer, without announcing it'
      : `closes idle connections after ${seconds(idleMs)}`;
  return { idleMs, how: 'measured', said, citations: [first, ...others.slice(0, 3)] };
}

/** Its idle timeout applies to connections from CloudFront too: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html */
function findAtBalancer(balancer: LoadBalancerEvidence | null, limitMs: number): IdleClose | null {
  const idleMs = (balancer?.idleTimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  if (balancer === null || idleMs >= limitMs) return null;
  return {
    idleMs,
    how: 'balancer',
    said: `is a load balancer that closes idle connections after ${seconds(idleMs)}`,
    citations: [{ kind: 'load-balancer', ref: balancer.arn, fact: `idle timeout ${balancer.idleTimeoutSeconds} s` }],
  };
}

function findAnnounced(lab: KeepAliveLab, limitMs: number): IdleClose | null {
  const held = lab.held.find(
    ({ outcome, idleMs, announcedTimeoutSeconds }) =>
      // A connection that outlasted what was announced has shown otherwise.
      outcome === 'still-open' && announcedTimeoutSeconds !== null && announcedTimeoutSeconds * 1000 > (idleMs ?? 0),
  );
  const idleMs = (held?.announcedTimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  if (held === undefined || idleMs >= limitMs) return null;
  return {
    idleMs,
    how: 'announced',
    said: `announces that it closes idle connections after ${seconds(idleMs)}`,
    citations: [cite(lab, held)],
  };
}

export function cite({ connection }: KeepAliveLab, held: KeepAliveLab['held'][number]): Citation {
  const { address, port, outcome, idleMs, announcedTimeoutSeconds, because, reuses } = held;
  const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const announced =
    announcedTimeoutSeconds === null ? '' : `, announced Keep-Alive: timeout=${announcedTimeoutSeconds}`;
  const used = reuses.map(
    (reuse) =>
      `; a request ${reuse.moment === 'after-close' ? 'just after' : `after ${seconds(reuse.idleMs)} idle`}: ${reuse.outcome}`,
  );
  const ended = {
    closed: `closed after ${seconds(idleMs ?? 0)} idle`,
    reset: `reset after ${seconds(idleMs ?? 0)} idle`,
    'still-open': `still open after ${seconds(idleMs ?? 0)} idle`,
    'not-persistent': 'closed with its answer, as announced',
    'no-exchange': because ?? 'no exchange',
  }[outcome];
  return { kind: 'probe', ref: `${connection.id} at ${at}`, fact: `${ended}${announced}${used.join('')}` };
}

export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
