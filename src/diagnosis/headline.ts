/** The one sentence that stands alone: which layer made the 502s, what the cause is, how much it explains. */
import type { EvidenceBag } from './evidence.js';
import type { Layer } from './finding.js';
import type { Cause, Inconclusive, Verdict } from './verdict.js';
import { afterColon, countOf, formatCount, plain } from './wording.js';

const maxLength = 700;

/** Who makes the 502s; `{502s}` stands for all or a part of them, `{likely}` for how sure it is. */
const madeBy: Readonly<Record<Layer, string>> = {
  'edge-function': 'An edge function {likely}makes {502s}',
  'cloudfront-to-origin': 'CloudFront {likely}makes {502s} because of its connection to the origin',
  'load-balancer': 'The load balancer {likely}makes {502s}',
  target: 'The application at the origin {likely}causes {502s}',
  viewer: 'The connection between viewer and CloudFront {likely}causes {502s}',
  configuration: 'The configuration of the distribution {likely}causes {502s}',
};

/** @param best a cause that is proven or supported. @param explained of the causes together; null without logged 502s. */
export function headlineOfCause(
  best: Cause,
  others: number,
  failures: Verdict['failures'],
  explained: number | null,
): string {
  const claim = afterColon(best.claim);
  if (failures?.count === 0)
    return sentence(`No 502s have been counted yet, but requests that need this origin will fail: ${claim}`);
  const isMost = failures === null || explained === null || explained >= failures.count / 2;
  const lead = madeBy[best.layer]
    .replace('{likely}', best.strength === 'proven' ? '' : 'most likely ')
    .replace('{502s}', isMost ? 'the 502s' : 'a part of the 502s');
  return sentence(`${lead}: ${claim}; ${explainedPhrase(others, failures, explained)}`);
}

function explainedPhrase(others: number, failures: Verdict['failures'], explained: number | null): string {
  if (failures === null) return 'how many 502s there were could not be counted';
  if (explained === null)
    return `CloudWatch counts about ${countOf(failures.count, '502')}, and without log rows it cannot be said how many of them this explains`;
  const rest = failures.count - explained;
  const subject = others === 0 ? 'this explains' : `with ${countOf(others, 'more cause')} this explains`;
  const remain = rest <= 0 ? 'none remain' : `${formatCount(rest)} ${rest === 1 ? 'remains' : 'remain'}`;
  return `${subject} ${formatCount(explained)} of ${countOf(failures.count, '502')}; ${remain}`;
}

export function headlineOfNone(failures: NonNullable<Verdict['failures']>, bag: EvidenceBag): string {
  if (failures.requests === 0)
    return sentence('No 502s seen and nothing wrong: CloudWatch counts no request at all in the window');
  const where = failures.source === 'access-logs' ? 'in the access logs' : 'by CloudWatch';
  const until = bag.accessLogs.state === 'collected' ? bag.accessLogs.data.newestRow : null;
  const newest =
    until === null || failures.source !== 'access-logs' ? '' : `, the newest at ${until.slice(11, 16)} UTC`;
  return sentence(
    `No 502s seen and nothing wrong: ${countOf(failures.requests, 'request')} ${where}${newest}, none of them a 502`,
  );
}

export function headlineOfInconclusive(
  failures: Verdict['failures'],
  doubt: string | null,
  lead: Cause | Inconclusive | null,
): string {
  const seen =
    failures === null
      ? 'Inconclusive: neither logs nor metrics could say whether there were 502s'
      : failures.count > 0
        ? `Inconclusive: ${failures.source === 'access-logs' ? '' : 'about '}${countOf(failures.count, '502')} in ${countOf(failures.requests, 'request')}, and nothing that can be seen from here decides why`
        : `Inconclusive: no 502s were counted in ${countOf(failures.requests, 'request')}, which does not show that there were none`;
  if (lead === null) return sentence(doubt === null ? seen : `${seen}: ${afterColon(doubt)}`);
  const words = 'claim' in lead ? lead.claim : `${lead.title}: ${afterColon(lead.lead ?? '')}`;
  return sentence(`${seen}; the strongest lead is “${words.replace(/\.$/, '')}”`);
}

export function headlineOfFailed(message: string): string {
  return sentence(`The check could not be done, because the distribution could not be read: ${afterColon(message)}`);
}

function sentence(text: string): string {
  return `${plain(text, maxLength).replace(/[.\s]+$/, '')}.`;
}
