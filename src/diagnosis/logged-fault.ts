/** A fault that CloudFront itself names in the logs by a value that says one thing only. Pure. */
import type { AccessLogEvidence } from './evidence.js';
import { countFitting } from './explain.js';
import type { Layer, Outcome } from './finding.js';
import { countOf } from './wording.js';

export interface LoggedFault {
  /** Values of `x-edge-detailed-result-type`. */
  readonly values: readonly [string, ...string[]];
  readonly layer: Layer;
  /** What the value means, behind "CloudFront logged <value> for 40 502s: ". */
  readonly means: string;
  /** The sentence where no row has such a value. */
  readonly absent: string;
  readonly remedy: string;
}

/** The log is CloudFront's own word and nothing was seen failing, so it claims `supported` and no more. */
export function judgeLoggedFault(logs: AccessLogEvidence, fault: LoggedFault): Outcome {
  const explains = { detailedResults: fault.values };
  const count = countFitting(logs, explains);
  const counted = countOf(count, '502');
  const citations = [
    { kind: 'access-log', ref: logs.source, fact: `${counted} with ${fault.values.join(', ')}` },
  ] as const;
  if (count === 0) return { state: 'ruled-out', because: fault.absent, citations };
  return {
    state: 'found',
    findings: [
      {
        claim: `CloudFront logged ${fault.values.join(' or ')} for ${counted}: ${fault.means}`,
        layer: fault.layer,
        strength: 'supported',
        originId: null,
        connectionId: null,
        citations,
        explains,
        remedy: fault.remedy,
      },
    ],
  };
}
