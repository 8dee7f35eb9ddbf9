/** CloudFront logged a fault of the origin that is not to be seen from here now: a lead, and never more. */
import { defineCheck } from '../diagnosis/check.js';
import type { OriginProbe } from '../diagnosis/evidence.js';
import { countFitting } from '../diagnosis/explain.js';
import type { Outcome } from '../diagnosis/finding.js';
import { readOriginResults } from '../diagnosis/log-results.js';
import { answersFromHere } from '../diagnosis/probe-fault.js';
import { refusalsOf } from '../diagnosis/probe-gaps.js';
import { isHostUnknown, nameOf } from '../diagnosis/probe-subject.js';
import { countOf } from '../diagnosis/wording.js';

export const unseenOriginFault = defineCheck({
  id: 'unseen-origin-fault',
  title: 'Fault that CloudFront logged and nothing here shows',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  role: 'lead',
  needs: ['access-logs', 'origin-probe'],
  evaluate: ({ 'access-logs': logs, 'origin-probe': probe }): Outcome => {
    const { connection } = probe;
    const hosts =
      connection.hostIsForwarded && !isHostUnknown(connection) ? { hosts: [connection.host.toLowerCase()] } : {};
    const [worst] = readOriginResults(logs, connection.behaviours)
      .map((result) => ({
        ...result,
        count: countFitting(logs, { behaviours: connection.behaviours, detailedResults: [result.value], ...hosts }),
      }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count);
    const citations = [
      {
        kind: 'access-log',
        ref: logs.source,
        fact:
          worst === undefined
            ? 'no row names a fault of the origin'
            : `${countOf(worst.count, '502')} with ${worst.value}`,
      },
    ] as const;
    if (worst === undefined)
      return { state: 'ruled-out', because: `No logged 502 names a fault of ${nameOf(connection)}.`, citations };
    if (!answersFromHere(probe))
      return {
        state: 'ruled-out',
        because: `The probe of ${nameOf(connection)} does not show it sound, so the other checks speak of it.`,
        citations,
      };
    const away = describeRefusals(probe);
    const logged = `CloudFront logged ${worst.value} on ${countOf(worst.count, 'row')} (${worst.means})`;
    return {
      state: 'inconclusive',
      missing: [
        {
          kind: 'not-seen',
          message: `${nameOf(connection)} ${away ?? 'answers from here'} now.`,
          remedy: `${worst.look} Run the check again while the 502s happen.`,
        },
      ],
      lead:
        away === null
          ? `${logged}, yet ${nameOf(connection)} answers from here.`
          : `${nameOf(connection)} ${away}, and ${logged}.`,
    };
  },
});

/** An origin that turns us away is reached, and no more is known of what it answers to others; null where it does not. */
function describeRefusals(probe: OriginProbe): string | null {
  const refused = refusalsOf(probe);
  if (refused === null) return null;
  const which =
    refused.count === refused.of ? 'every request' : `${refused.count} of ${countOf(refused.of, 'request')}`;
  return `turned ${which} from here away with ${refused.status}`;
}
