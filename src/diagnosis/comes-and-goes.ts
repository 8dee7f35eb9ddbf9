/** A fault that one address showed and did not show to the same request: of something behind it, and of no path. Pure. */
import type { AccessLogEvidence, AddressProbe } from './evidence.js';
import { countFitting } from './explain.js';
import type { Finding } from './finding.js';
import { decisiveResults } from './log-results.js';
import { answerOf } from './spoken-path.js';
import type { Limit } from './weigh-traffic.js';

interface Read<Reading> {
  readonly address: Pick<AddressProbe, 'address'>;
  readonly reading: Reading;
}

/** @param faults those of the readings that show the fault. */
export function comesAndGoes<Reading>(faults: readonly Read<Reading>[], readings: readonly Read<Reading>[]): boolean {
  const requestOf = ({ address, reading }: Read<Reading>): string | null => {
    const answer = answerOf(reading);
    return answer === null ? null : `${address.address} ${answer.method ?? ''} ${answer.path}`;
  };
  const failed = new Set(faults.map(requestOf).filter((request) => request !== null));
  const isFault = new Set(faults.map(({ reading }) => reading));
  return readings.some((one) => !isFault.has(one.reading) && failed.has(requestOf(one) ?? ''));
}

const decisive: readonly string[] = Object.values(decisiveResults).flat();

/** Which of CloudFront's requests met the fault is not known, unless CloudFront names it. */
export function weighComingAndGoing(finding: Finding, logs: AccessLogEvidence | null): Limit | null {
  const { explains } = finding;
  if (finding.comesAndGoes !== true || explains === null) return null;
  const named = explains.detailedResults?.filter((value) => decisive.includes(value)) ?? [];
  if (countFitting(logs, { ...explains, detailedResults: named }) > 0) return null;
  return {
    strength: 'supported',
    because:
      'The same request was answered with the fault and without it: something of what stands behind the address has it, or it limits how often it may be asked.',
  };
}
