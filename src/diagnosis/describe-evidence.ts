/** One short phrase per collected piece of evidence, for the live message. States what was seen and judges nothing. */
import type { AddressProbe, EdgeFunctionErrors, EvidenceMap, Gathered, KeepAliveLab, OriginProbe } from './evidence.js';

const number = new Intl.NumberFormat('en-GB');

function plural(count: number, one: string, many = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

/** What may be described: the kinds of evidence, and the second look at an origin, which ends up in its probe. */
export interface DescribedMap extends EvidenceMap {
  readonly 'path-probe': OriginProbe;
}

const describers: { readonly [K in keyof DescribedMap]: (data: DescribedMap[K]) => string } = {
  distribution: (data) =>
    `${plural(data.origins.length, 'origin')}, ${plural(data.behaviours.length, 'behaviour')}, ${data.status}`,
  'access-logs': (data) =>
    data.requests === 0
      ? `no rows in the window (${plural(data.objects.listed, 'log object')})`
      : `${plural(data.failures, '502')} in ${plural(data.requests, 'request')}, newest row ${data.newestRow?.slice(11, 16) ?? '?'} UTC`,
  'cloudfront-metrics': (data) =>
    `${plural(data.requestsTotal, 'request')}, about ${number.format(Math.round(data.estimated5xx))} 5xx`,
  'load-balancer': (data) => {
    const targets = data.targetGroups.flatMap((group) => group.targets);
    const healthy = targets.filter((target) => target.state === 'healthy').length;
    const made = data.metrics === null ? '' : `, ${plural(data.metrics.elb502, '502')} of its own`;
    return `${data.name}: ${healthy} of ${plural(targets.length, 'target')} healthy${made}`;
  },
  'origin-probe': describeProbe,
  'path-probe': describePaths,
  'edge-functions': ({ functions, lambda }) => {
    const errors = [...functions, ...(lambda === null ? [] : [lambda])];
    const total = (pick: (one: EdgeFunctionErrors) => number) => errors.reduce((sum, one) => sum + pick(one), 0);
    const count = functions.length + (lambda?.arns.length ?? 0);
    return `${plural(count, 'function')}: ${plural(
      total((one) => one.validationErrors),
      'validation error',
    )}, ${plural(
      total((one) => one.executionErrors),
      'execution error',
    )}`;
  },
  changes: ({ changes, more }) =>
    changes.length === 0 ? 'no changes recorded' : `${plural(changes.length + more, 'change')} recorded`,
  'edge-twin': ({ outcome, status, xCache, error }) =>
    outcome === 'response' ? `answered ${status ?? '?'}, ${xCache ?? 'no X-Cache'}` : (error ?? outcome),
  'keep-alive': describeLab,
  alarms: (data) => (data.alarms.length === 0 ? 'no alarm watches it' : plural(data.alarms.length, 'alarm')),
  'log-delivery': (data) =>
    `${plural(data.deliveries.length, 'delivery', 'deliveries')} of standard logs v2, ${plural(data.realtimeLogs.length, 'real-time log')}`,
};

/** @param kind decides how `gathered.data` is read; the pair comes from one collect task. */
export function describeEvidence<K extends keyof DescribedMap>(kind: K, gathered: Gathered<DescribedMap[K]>): string {
  return gathered.state === 'collected' ? describers[kind](gathered.data) : gathered.reason.message;
}

function describeLab({ held, vantage, holdMs }: KeepAliveLab): string {
  if (held.length === 0) return vantage.class === 'blind' ? `not held: ${vantage.because}` : 'no connection was held';
  const seconds = (ms: number | null): string => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  const ended = held.flatMap(({ outcome, idleMs }) =>
    outcome === 'closed' || outcome === 'reset' ? [idleMs ?? 0] : [],
  );
  if (ended.length > 0) return `closed idle after ${seconds(Math.min(...ended))}`;
  if (held.some(({ outcome }) => outcome === 'still-open')) return `still open after ${seconds(holdMs)} idle`;
  return held.every(({ outcome }) => outcome === 'not-persistent')
    ? 'closes after each answer, and says so'
    : `no exchange: ${held.find(({ because }) => because !== null)?.because ?? '?'}`;
}

function describePaths({ addresses }: OriginProbe): string {
  const answers = addresses.flatMap(({ http }) => http);
  if (answers.length === 0) return 'no answer to any of the paths';
  const phrases = answers.map(({ path, outcome, status }) => `${path} ${outcome === 'response' ? status : outcome}`);
  return [...new Set(phrases)].slice(0, 5).join(', ');
}

function describeProbe(probe: OriginProbe): string {
  if (probe.vantage.class === 'blind' && probe.addresses.length === 0) return `not probed: ${probe.vantage.because}`;
  if (probe.addresses.length === 0)
    return probe.dns.outcome === 'resolved' ? 'no address may be probed' : `DNS: ${probe.dns.outcome}`;
  const phrases = [...new Set(probe.addresses.map(describeAddress))];
  return `${plural(probe.addresses.length, 'address', 'addresses')}: ${phrases.join('; ')}`;
}

function describeAddress({ tcp, tls, http }: AddressProbe): string {
  if (tcp.outcome !== 'connected') return `TCP ${tcp.outcome}`;
  const seen: string[] = [];
  if (tls !== null) {
    if (tls.outcome !== 'completed') return `TLS ${tls.outcome}`;
    seen.push(tls.trustProblems.length === 0 ? (tls.protocol ?? 'TLS') : `certificate ${tls.trustProblems.join(', ')}`);
    if (!tls.matchesHost && !tls.matchesOriginDomain) seen.push('name does not match');
  }
  const [first] = http;
  if (first !== undefined) seen.push(first.outcome === 'response' ? `HTTP ${first.status}` : `HTTP ${first.outcome}`);
  return seen.length === 0 ? 'TCP connected' : seen.join(', ');
}
