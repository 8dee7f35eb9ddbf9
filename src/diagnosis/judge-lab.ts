/** What is said of a keep-alive lab that saw no early close. Pure. */
import type { KeepAliveLab, LoadBalancerEvidence, Unavailability } from './evidence.js';
import type { Outcome } from './finding.js';
import { cite, type IdleClose, marginMs, seconds } from './idle-close.js';
import { afterColon } from './wording.js';

/** @param unsure a close that was seen from a vantage that does not count. */
export function judgeLabWithoutClose(
  lab: KeepAliveLab,
  unsure: IdleClose | null,
  balancer: LoadBalancerEvidence | null,
): Outcome {
  const { connection, held, vantage, keepAliveTimeoutSeconds, holdMs } = lab;
  const name = connection.domainName;
  if (unsure !== null)
    return { state: 'inconclusive', missing: [notSeen(lab)], lead: `From here ${name} ${unsure.said}.` };
  const idleMs = (balancer?.idleTimeoutSeconds ?? 0) * 1000;
  if (balancer !== null && idleMs >= keepAliveTimeoutSeconds * 1000 + marginMs)
    return {
      state: 'ruled-out',
      because: `The load balancer keeps idle connections for ${seconds(idleMs)}, longer than CloudFront with ${keepAliveTimeoutSeconds} s.`,
      citations: [{ kind: 'load-balancer', ref: balancer.arn, fact: `idle timeout ${balancer.idleTimeoutSeconds} s` }],
    };
  if (held.length === 0 || vantage.class !== 'valid') return { state: 'inconclusive', missing: [notSeen(lab)] };
  const citations = held.slice(0, 8).map((one) => cite(lab, one));
  const met = held.filter(({ outcome }) => outcome !== 'no-exchange');
  if (met.length === 0) {
    const isFirm = held.every(
      ({ because }) => because !== null && !/timed-out|failed|unreachable|no complete/.test(because),
    );
    if (isFirm)
      return { state: 'ruled-out', because: `CloudFront gets no connection to ${name} that could be idle.`, citations };
    return { state: 'inconclusive', missing: [notSeen(lab)] };
  }
  if (met.every(({ outcome }) => outcome === 'not-persistent'))
    return {
      state: 'ruled-out',
      because: `${name} closes the connection after each answer and says so, so none is used again.`,
      citations,
    };
  const isLongEnough = holdMs >= keepAliveTimeoutSeconds * 1000 + marginMs;
  if (isLongEnough)
    return {
      state: 'ruled-out',
      because: `${name} keeps idle connections longer than CloudFront with ${keepAliveTimeoutSeconds} s.`,
      citations,
    };
  return {
    state: 'inconclusive',
    missing: [
      {
        kind: 'not-seen',
        message: `${name} kept an idle connection for ${seconds(holdMs)}, which is as long as one was held; CloudFront keeps it for ${keepAliveTimeoutSeconds} s.`,
        remedy: `Compare the origin's idle timeout with ${keepAliveTimeoutSeconds} s, or raise probes.keepAliveHoldSeconds in the policy file.`,
      },
    ],
  };
}

function notSeen({ connection, vantage, held }: KeepAliveLab): Unavailability {
  const why =
    vantage.class === 'valid' ? (held[0]?.because ?? 'no connection could be held') : afterColon(vantage.because);
  return {
    kind: 'not-seen',
    message: `How long ${connection.domainName} keeps idle connections could not be measured from here: ${why.replace(/\.$/, '')}.`,
    remedy: `Compare the idle timeout of ${connection.domainName} with CloudFront's keep-alive timeout for it.`,
  };
}
