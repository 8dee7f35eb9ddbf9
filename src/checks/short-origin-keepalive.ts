/** The origin closes idle connections before, or just when, CloudFront would: a request that crosses the close fails. */
import { defineCheck } from '../diagnosis/check.js';
import type { Finding, Outcome, Strength } from '../diagnosis/finding.js';
import { findEarlyClose, type IdleClose, seconds } from '../diagnosis/idle-close.js';
import { judgeLabWithoutClose } from '../diagnosis/judge-lab.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { behavioursBeside, trafficOf } from '../diagnosis/origin-traffic.js';
import { hasFault } from '../diagnosis/probe-fault.js';
import { type RaceSigns, readRaceSigns } from '../diagnosis/race-signature.js';

export const shortOriginKeepalive = defineCheck({
  id: 'short-origin-keepalive',
  title: 'Origin closes idle connections first',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html',
  needs: ['keep-alive', 'distribution'],
  uses: ['access-logs', 'load-balancer', 'origin-probe'],
  evaluate: ({ 'keep-alive': lab, distribution, 'access-logs': logs, 'load-balancer': balancer, ...rest }): Outcome => {
    const close = findEarlyClose(lab, balancer);
    if (close === null || (close.how !== 'balancer' && lab.vantage.class !== 'valid')) {
      return judgeLabWithoutClose(lab, close, balancer);
    }
    const behaviours = behavioursBeside(distribution, lab.connection);
    const signs = readRaceSigns(logs, behaviours, trafficOf(logs, behaviours));
    const strength = signs === null ? null : strengthOf(close, signs, hasFault(rest['origin-probe']));
    const source = logs?.source ?? '';
    const logged = (signs?.said ?? []).map((fact) => ({ kind: 'access-log', ref: source, fact }) as const);
    const finding: Finding = {
      claim: `${lab.connection.domainName} ${close.said}, and CloudFront keeps them for ${lab.keepAliveTimeoutSeconds} s: a request sent in that moment is lost`,
      layer: 'cloudfront-to-origin',
      strength: strength ?? 'possible',
      originId: lab.connection.originId,
      connectionId: lab.connection.id,
      citations: [...close.citations, ...logged],
      // Without the signature in the logs it is a setting to mend, and no account of any 502.
      explains:
        strength === null || signs === null
          ? null
          : { behaviours, detailedResults: resultsOf.race, atMost: Math.max(1, signs.fast) },
      remedy: remedyOf(close, lab.keepAliveTimeoutSeconds),
    };
    return { state: 'found', findings: [finding] };
  },
});

/** Null where the logs do not look like a race. The race itself cannot be seen, so all of its signs are needed for the highest, and two besides speed to name it. */
function strengthOf(close: IdleClose, signs: RaceSigns, isFaulty: boolean): Strength | null {
  const { isFast, isUnrepeatable, trend, named, fitting } = signs;
  if (!isFast || trend?.direction === 'rises') return null;
  const isCut = named * 2 >= fitting;
  const isOfRace = isUnrepeatable && trend?.direction === 'falls';
  if (isOfRace && isCut) return isFaulty || close.how === 'announced' ? 'supported' : 'proven';
  // What fails on a fresh connection needs no race to fail.
  if (isFaulty) return null;
  const others = [isUnrepeatable, trend?.direction === 'falls', isCut].filter((isThere) => isThere).length;
  if (others > 1) return 'supported';
  return others === 1 ? 'possible' : null;
}

function remedyOf({ idleMs }: IdleClose, keepAliveSeconds: number): string {
  const lower = Math.floor((idleMs - 1_000) / 1000);
  const raise = `raise the origin's idle timeout well above ${keepAliveSeconds} s`;
  const never = "Do not raise CloudFront's: that makes it worse.";
  if (lower < 1) return `At the origin, ${raise}. ${never}`;
  return `Lower CloudFront's keep-alive timeout for this origin to ${lower} s, below the ${seconds(idleMs)} of the origin, or ${raise}. ${never}`;
}
