/**
 * The queries by which Logs Insights counts a log group. It groups in one way per query and scans for each, so there are few of them; flags
 * are made of `strcontains`, which is documented to be 1 or 0. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import { timedStatuses } from '../../access-log/server-error-durations.js';
import { Failure } from '../../failure.js';
import type { LogGroupSource } from '../log-sources.js';
import { loggedPathRegex } from './logged-path-regex.js';

export const insightsQueryNames = ['traffic', 'results', 'places', 'paths', 'durations', 'failures'] as const;
export type InsightsQueryName = (typeof insightsQueryNames)[number];

/** Rows that one query answers at most. */
export const mostAnswers = 10_000;
const namedBehaviour = 'cache-behavior-path-pattern';
/**
 * The domain name of the distribution, whatever name the viewer used. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
const namedDistribution = 'cs(Host)';
/** What comes from the log, by the name it has in the queries. */
const fieldNames = {
  status: 'sc-status',
  method: 'cs-method',
  result: 'x-edge-detailed-result-type',
  protocol: 'cs-protocol-version',
  location: 'x-edge-location',
  host: 'x-host-header',
  path: 'cs-uri-stem',
  id: 'x-edge-request-id',
  taken: 'time-taken',
} as const;

export interface InsightsQueries {
  readonly texts: Readonly<Record<InsightsQueryName, string>>;
  /** Characters of the time by which traffic is told apart: 5 for minutes, 4 for ten minutes, 2 for hours. */
  readonly timeLength: 2 | 4 | 5;
  readonly hasBehaviours: boolean;
  /** Whether rows say how long they took. */
  readonly hasDurations: boolean;
}

/** How rows of one distribution are told from those of others that deliver to the same log group. */
type OwnRows =
  | { readonly by: 'name'; readonly domainName: string }
  /** The rows do not name it, and no other delivery of this account leads to the group. */
  | { readonly by: 'delivery' }
  | { readonly by: 'nothing'; readonly because: string };

/** Fields of the delivery may be empty where not known: then they are taken to be those of a delivery that nobody changed. */
type AskedGroup = Pick<LogGroupSource, 'name' | 'fields' | 'domainName' | 'isOnlyDelivery'>;

export function tellOwnRows({ name, fields, domainName, isOnlyDelivery }: AskedGroup): OwnRows {
  const isNamed = fields.length === 0 || fields.includes(namedDistribution);
  if (isNamed && domainName !== null && /^[a-z0-9.-]{1,253}$/.test(domainName)) return { by: 'name', domainName };
  if (isOnlyDelivery) return { by: 'delivery' };
  const why = isNamed
    ? 'requests come to it by the names of its tenants, which its rows do not tell apart from those of others. Give it a log group of its own, with a delivery that cf502 may look up.'
    : `its delivery lacks the field ${namedDistribution}. Add that field to the delivery, or give it a log group of its own.`;
  return {
    by: 'nothing',
    because: `The rows of this distribution cannot be told from those of others in ${name}: ${why}`,
  };
}

export function insightsQueries(group: AskedGroup, options: AggregateOptions): InsightsQueries {
  const { fields } = group;
  const rows = tellOwnRows(group);
  if (rows.by === 'nothing') throw new Failure('misconfigured', rows.because);
  const has = (field: string) => fields.length === 0 || fields.includes(field);
  for (const field of ['date', 'time', 'sc-status'])
    if (!has(field))
      throw new Failure(
        'misconfigured',
        `The log group lacks the field ${field}, without which nothing can be counted.`,
      );
  const value = (name: keyof typeof fieldNames) => (has(fieldNames[name]) ? `\`${fieldNames[name]}\`` : '"-"');
  // Without the field, 0: text cannot be reckoned with.
  const ofTaken = (reckon: (taken: string) => string) =>
    has(fieldNames.taken) ? reckon(value('taken')) : 'strcontains("-", "+")';
  const hasBehaviours = has(namedBehaviour);
  const behaviour = hasBehaviours ? `\`${namedBehaviour}\`` : '"-"';
  const minutes = (Date.parse(options.window.to) - Date.parse(options.window.from)) / 60_000;
  const groups = minutes * Math.max(1, options.behaviours.length);
  const timeLength = groups <= mostAnswers ? 5 : groups / 10 <= mostAnswers ? 4 : 2;
  const own = rows.by === 'name' ? `| filter \`${namedDistribution}\` = "${rows.domainName}"\n` : '';
  const ofPath =
    options.pathPattern === null
      ? ''
      : `| filter ${value('path')} like /${loggedPathRegex(options.pathPattern).replaceAll('/', '\\/')}/\n`;
  const wanted = own + ofPath;
  const failed = `strcontains(${value('status')}, "502")`;
  const isMethod = (method: string) => `strcontains(concat("|", ${value('method')}, "|"), "|${method}|")`;
  const begins = (name: 'status' | 'result', text: string) => `strcontains(concat("|", ${value(name)}), "|${text}")`;
  const isResult = (result: string) => `strcontains(concat("|", ${value('result')}, "|"), "|${result}|")`;
  const answered = `(${begins('status', '2')} + ${begins('status', '3')} + ${begins('status', '4')})`;
  const atEdge = ['LimitExceeded', 'CapacityExceeded', 'Function', 'Lambda']
    .map((text) => begins('result', text))
    .join(' + ');
  const texts = {
    traffic: `fields ${behaviour} as behaviour, substr(time, 0, ${timeLength}) as clock, ${failed} as f, 1 - ${isMethod('GET')} - ${isMethod('HEAD')} as once, (${isResult('Miss')} + ${isResult('RefreshHit')}) * ${answered} as served, (strcontains(${value('status')}, "503") + strcontains(${value('status')}, "504")) * (1 - ${atEdge}) as others, ${ofTaken((taken) => `least(1, floor(${taken} / 5))`)} as slow
${wanted}| stats count(*) as n, sum(f) as failures, sum(served) as served_n, sum(once) as once_n, sum(once * f) as once_f, sum(others) as others_n, sum(slow) as slow_n by behaviour, date, clock
| limit ${mostAnswers}`,
    results: `fields ${value('status')} as status, ${value('method')} as method, ${value('result')} as result, ${value('protocol')} as protocol
${wanted}| stats count(*) as n by status, method, result, protocol
| sort n desc
| limit ${mostAnswers}`,
    places: `fields ${value('location')} as location, ${value('host')} as host, ${failed} as f
${wanted}| stats count(*) as n, sum(f) as failures by location, host
| sort failures desc, n desc
| limit ${mostAnswers}`,
    paths: `fields ${value('path')} as path, ${behaviour} as behaviour, ${failed} as f
${wanted}| stats count(*) as n, sum(f) as failures by path, behaviour
| sort failures desc, n desc
| limit ${mostAnswers}`,
    durations: `fields ${behaviour} as behaviour, ${value('status')} as status, ${value('result')} as result, ${ofTaken((taken) => `floor((${taken} * 1000 + 0.01) / 100)`)} as tenths
| filter ${timedStatuses.map((status) => `${value('status')} = "${status}"`).join(' or ')}
${wanted}| stats count(*) as n by behaviour, status, result, tenths
| sort n desc
| limit ${mostAnswers}`,
    failures: `fields date, time as clock, ${value('id')} as id, ${value('location')} as location, ${value('method')} as method, ${value('host')} as host, ${value('path')} as path, ${value('result')} as result, ${value('taken')} as taken, ${behaviour} as behaviour
| filter ${value('status')} = "502"
${wanted}| sort @timestamp desc
| limit ${mostAnswers}`,
  };
  return { texts, timeLength, hasBehaviours, hasDurations: has(fieldNames.taken) };
}
