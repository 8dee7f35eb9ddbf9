/** Whether the resolvers that probes ask can be reached, and whether this machine's clock is right. */
import { Resolver } from 'node:dns/promises';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import type { DoctorContext } from './doctor-context.js';

/** Any answer will do, also that there is no such name. */
const askedName = 'cloudfront.amazonaws.com';
const answered: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED']);
const timeoutMs = 3_000;
/**
 * Slack refuses, and is refused, at five minutes (https://docs.slack.dev/authentication/verifying-requests-from-slack); log rows and metrics are
 * put beside each other by the minute.
 */
const maxSkewMs = 30_000;

export async function examineNetwork({ config, signal }: DoctorContext): Promise<readonly DoctorItem[]> {
  return Promise.all(config.dnsServers.map((server) => examineResolver(server, signal)));
}

async function examineResolver(server: string, signal: AbortSignal): Promise<DoctorItem> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    resolver.setServers([server]);
    await resolver.resolve4(askedName);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
    if (!answered.has(code))
      return {
        part: 'network',
        state: 'missing',
        what: `The resolver ${server} did not answer (${code}); without resolvers no origin can be probed.`,
        permission: null,
        remedy: 'Let port 53, UDP and TCP, out to it, or name others in CF502_DNS_SERVERS.',
      };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  return { part: 'network', state: 'ok', what: `The resolver ${server} answers.`, permission: null, remedy: null };
}

/** Beside the clock of Slack, to the second. */
export async function examineClock({ config, now, signal }: DoctorContext): Promise<readonly DoctorItem[]> {
  const url = new URL('api.test', config.slack.apiUrl ?? 'https://slack.com/api/');
  try {
    const asked = now().getTime();
    const answer = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.arrayBuffer();
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    return [judgeClock(Number.isNaN(theirs) ? null : (asked + now().getTime()) / 2 - theirs)];
  } catch {
    return [judgeClock(null)];
  }
}

/** @param skewMs how far this clock is ahead; null where there was nothing to compare with. Pure. */
export function judgeClock(skewMs: number | null): DoctorItem {
  const shared = { part: 'clock', permission: null, remedy: null } as const;
  if (skewMs === null)
    return { ...shared, state: 'unknown', what: 'No clock could be reached to compare this one with.' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const where = skewMs > 0 ? 'ahead' : 'behind';
  if (Math.abs(skewMs) <= maxSkewMs)
    return { ...shared, state: 'ok', what: 'The clock is right to within half a minute.' };
  return {
    ...shared,
    state: 'missing',
    what: `This clock is ${seconds} seconds ${where}: logs and metrics would be put beside the wrong minutes, and from five minutes on Slack and AWS refuse.`,
    remedy: 'Have it set by NTP (chrony, systemd-timesyncd).',
  };
}
