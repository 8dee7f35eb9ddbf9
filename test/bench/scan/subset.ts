/** What the competitors count too, written down once so that all can be held against each other: everything but what ours adds (see below). */
import { sizeBandLimits, sizeBandNames, timeBandLimits, timeBandNames } from '../../../src/access-log/bands.js';
import { readPath } from '../../../src/access-log/known-values.js';
import { benchOptions } from './generate.js';

/** Requests and failures by `kind` and value: `all `, `status 502`, `minute 10:15`, `edge-location FRA50-P1` … */
export type Subset = ReadonlyMap<string, Counted>;

interface Counted {
  requests: number;
  failures: number;
}

/** Dimensions of ours by the name that the competitors print, too; paths of failures only. */
const dimensions = [
  'behaviour',
  'method',
  'edge-location',
  'host',
  'protocol-version',
  'detailed-result',
  'size-band',
  'time-taken-band',
] as const;

/** Lines of `kind<TAB>value<TAB>requests<TAB>failures`; paths become templates here, as they do in ours. */
export function readSubset(text: string): Subset {
  const subset = new Map<string, Counted>();
  for (const line of text.trim().split('\n')) {
    const [kind = '', value = '', requests = '0', failures = '0'] = line.split('\t');
    const named = kind === 'path' ? readPath(value, benchOptions).template : value;
    const key = `${kind} ${named}`;
    const counted = subset.get(key) ?? { requests: 0, failures: 0 };
    counted.requests += Number(requests);
    counted.failures += Number(failures);
    subset.set(key, counted);
  }
  return subset;
}

/** The same from our result; of paths the failures alone. */
export function subsetOf(result: Readonly<Record<string, unknown>>): Subset {
  const subset = new Map<string, Counted>();
  const add = (kind: string, value: string, requests: number, failures: number) => {
    if (requests > 0) subset.set(`${kind} ${value}`, { requests, failures });
  };
  add('all', '', Number(result['requests']), Number(result['failures']));
  for (const { status, count } of result['byStatus'] as readonly { readonly status: string; readonly count: number }[])
    add('status', status, count, status === '502' ? count : 0);
  const minutes = result['perMinute'] as readonly (Counted & { readonly minute: string })[];
  for (const { minute, requests, failures } of minutes) add('minute', minute.slice(11, 16), requests, failures);
  const counts = result['dimensions'] as Readonly<Record<string, readonly (Counted & { readonly value: string })[]>>;
  for (const name of dimensions)
    for (const { value, requests, failures } of counts[name] ?? [])
      if (value !== '(other)') add(name, value, requests, failures);
  for (const { value, failures } of counts['path'] ?? [])
    if (value !== '(other)') add('path', value, failures, failures);
  return subset;
}

/** Whether every count that ours lists is the other's too; ours lists at most 50 values of a dimension. */
export function isWithin(ours: Subset, theirs: Subset): boolean {
  return [...ours].every(([key, { requests, failures }]) => {
    const other = theirs.get(key);
    return other?.requests === requests && other.failures === failures;
  });
}

/** An expression for the band of a value, in a language of nested conditions. */
function bandOf(
  value: string,
  limits: readonly number[],
  names: readonly string[],
  choose: (condition: string, name: string, otherwise: string) => string,
): string {
  const finite = limits.filter(Number.isFinite);
  return finite.reduceRight(
    (otherwise, limit, index) => choose(`${value} < ${limit}`, names[index] ?? '', otherwise),
    `"${names[finite.length] ?? ''}"`,
  );
}

const ternary = (condition: string, name: string, otherwise: string) => `(${condition} ? "${name}" : ${otherwise})`;

/** Arrays of the awk program, with the expression of their key. */
const awkTables = [
  ['status', '$9'],
  ['minute', 'substr($2, 1, 5)'],
  ['edge-location', '$3'],
  ['method', '$6'],
  ['host', '$16'],
  ['protocol-version', '$24'],
  ['detailed-result', '$29'],
  [
    'behaviour',
    '($8 ~ /^\\/api\\// ? "/api/*" : ($8 ~ /^\\/assets\\// ? "/assets/*" : ($8 ~ /^\\/img\\/.*\\.jpg$/ ? "/img/*.jpg" : "*")))',
  ],
  ['size-band', bandOf('bytes', sizeBandLimits, sizeBandNames, ternary)],
  ['time-taken-band', bandOf('ms', timeBandLimits, timeBandNames, ternary)],
] as const;

/**
 * One pass, arrays by value, as an engineer would write it. Less than ours does: columns by position, nothing decoded, rows delivered twice
 * counted twice, malformed lines counted as rows, paths of failures only and as they are, behaviours not over time, no samples.
 */
export const awkProgram = `BEGIN { FS = "\\t" }
/^#/ { next }
{
  n++; bytes = $4 + 0; ms = $19 * 1000
${awkTables.map(([, key], index) => `  k${index} = ${key}; all${index}[k${index}]++`).join('\n')}
  if ($9 == "502") {
    failed++; paths[$8]++; times[int(ms + 0.5)]++
    ${awkTables.map((_, index) => `failed${index}[k${index}]++`).join('; ')}
  }
}
END {
  printf "all\\t\\t%d\\t%d\\n", n, failed
${awkTables.map(([name], index) => `  for (k in all${index}) printf "${name}\\t%s\\t%d\\t%d\\n", k, all${index}[k], failed${index}[k]`).join('\n')}
  for (k in paths) printf "path\\t%s\\t%d\\t%d\\n", k, paths[k], paths[k]
  for (k in times) printf "time\\t%s\\t%d\\t%d\\n", k, times[k], times[k]
}
`;

/** A lesser question: requests by status and minute, and what failures have in common. What it prints is not held against anything. */
export const lesserAwkProgram = `BEGIN { FS = "\\t" }
/^#/ { next }
{
  n++; status[$9]++; minute = substr($2, 1, 5); minutes[minute]++; digits[length($4)]++
  if ($9 == "502") {
    failed++; failedMinutes[minute]++; locations[$3]++; results[$29]++; hosts[$16]++; paths[$8]++; times[int($19 * 1000 + 0.5)]++
  }
}
END {
  print n, failed
  for (k in status) print k, status[k]
  for (k in minutes) print k, minutes[k], failedMinutes[k]
  for (k in locations) print k, locations[k]
  for (k in results) print k, results[k]
  for (k in hosts) print k, hosts[k]
  for (k in paths) print k, paths[k]
  for (k in times) print k, times[k]
  for (k in digits) print k, digits[k]
}
`;

const when = (condition: string, name: string, otherwise: string) =>
  `CASE WHEN ${condition} THEN '${name}' ELSE ${otherwise.replace(/^"(.*)"$/, "'$1'")} END`;

/** The same tables as SQL: name, and the expression of the key over columns c1 to c33. */
export const sqlTables = [
  ['status', 'c9'],
  ['minute', 'substr(c2, 1, 5)'],
  ['edge-location', 'c3'],
  ['method', 'c6'],
  ['host', 'c16'],
  ['protocol-version', 'c24'],
  ['detailed-result', 'c29'],
  [
    'behaviour',
    "CASE WHEN c8 LIKE '/api/%' THEN '/api/*' WHEN c8 LIKE '/assets/%' THEN '/assets/*' WHEN c8 LIKE '/img/%.jpg' THEN '/img/*.jpg' ELSE '*' END",
  ],
  ['size-band', bandOf('CAST(c4 AS BIGINT)', sizeBandLimits, sizeBandNames, when)],
  ['time-taken-band', bandOf('round(CAST(c19 AS DOUBLE) * 1000)', timeBandLimits, timeBandNames, when)],
  ['path', "CASE WHEN c9 = '502' THEN c8 ELSE '/not-a-failure' END"],
  ['time', "CASE WHEN c9 = '502' THEN c19 END"],
] as const;
