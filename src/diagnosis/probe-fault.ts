/** Whether a probe met any fault on a fresh connection. Pure. */
import type { OriginProbe } from './evidence.js';

/** False where there is no probe: what was not seen is no fault. */
export function hasFault(probe: OriginProbe | null): boolean {
  return (
    probe !== null &&
    (probe.dns.outcome !== 'resolved' ||
      probe.addresses.some(
        ({ tcp, tls, http }) =>
          tcp.outcome !== 'connected' ||
          (tls !== null &&
            (tls.outcome !== 'completed' ||
              tls.trustProblems.length > 0 ||
              (!tls.matchesHost && !tls.matchesOriginDomain))) ||
          http.some(({ outcome, status }) => outcome !== 'response' || (status !== null && status >= 500)),
      ))
  );
}

/** Whether every address answered, from a vantage that counts. */
export function answersFromHere(probe: OriginProbe): boolean {
  return (
    probe.vantage.class === 'valid' &&
    probe.addresses.length > 0 &&
    !hasFault(probe) &&
    probe.addresses.every(({ http }) => http.length > 0)
  );
}
