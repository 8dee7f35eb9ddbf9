/** What the competitors count too: a part of what ours counts, written down once so that all can be held against each other. */
import { readPath } from '../../../src/access-log/known-values.js';
import { benchOptions } from './generate.js';

/** Counts by `kind` and value: `requests`, `failures`, `status 502`, `minute 10:15`, `failed minute 10:15`, `location FRA50-P1` … */
export type Subset = ReadonlyMap<string, number>;

/** Lines of `kind<TAB>value<TAB>count`; paths become templates here, as they do in ours. */
export function readSubset(text: string): Subset {
  const subset = new Map<string, number>();
  for (const line of text.trim().split('\n')) {
    const [kind = '', value = '', count = '0'] = line.split('\t');
    const named = kind === 'path' ? readPath(value, benchOptions).template : value;
    const key = `${kind} ${named}`;
    subset.set(key, (subset.get(key) ?? 0) + Number(count));
  }
  return subset;
}

interface Counted {
  readonly value: string;
  readonly requests: number;
  readonly failures: number;
}

/** The same from our result. */
export function subsetOf(result: Readonly<Record<string, unknown>>): Subset {
  const subset = new Map<string, number>();
  const add = (kind: string, value: string, count: number) => {
    if (count > 0) subset.set(`${kind} ${value}`, count);
  };
  add('requests', '', Number(result['requests']));
  add('failures', '', Number(result['failures']));
  for (const { status, count } of result['byStatus'] as readonly { readonly status: string; readonly count: number }[])
    add('status', status, count);
  const minutes = result['perMinute'] as readonly (Omit<Counted, 'value'> & { readonly minute: string })[];
  for (const { minute, requests, failures } of minutes) {
    add('minute', minute.slice(11, 16), requests);
    add('failed minute', minute.slice(11, 16), failures);
  }
  const dimensions = result['dimensions'] as Readonly<Record<string, readonly Counted[]>>;
  for (const [kind, name] of [
    ['location', 'edge-location'],
    ['result', 'detailed-result'],
    ['host', 'host'],
    ['path', 'path'],
  ] as const)
    for (const { value, failures } of dimensions[name] ?? []) if (value !== '(other)') add(kind, value, failures);
  return subset;
}

/** Whether every count that ours lists is the other's too; ours lists at most 50 values of a dimension. */
export function isWithin(ours: Subset, theirs: Subset): boolean {
  return [...ours].every(([key, count]) => theirs.get(key) === count);
}

/** One pass, arrays by value, as an engineer would write it. Columns by position, no request ids, no malformed lines: less than ours does. */
export const awkProgram = `BEGIN { FS = "\\t" }
/^#/ { next }
{
  n++; status[$9]++; minute = substr($2, 1, 5); minutes[minute]++; digits[length($4)]++
  if ($9 == "502") {
    failed++; failedMinutes[minute]++; locations[$3]++; results[$29]++; hosts[$16]++; paths[$8]++; times[int($19 * 1000 + 0.5)]++
  }
}
END {
  printf "requests\\t\\t%d\\nfailures\\t\\t%d\\n", n, failed
  for (k in status) printf "status\\t%s\\t%d\\n", k, status[k]
  for (k in minutes) printf "minute\\t%s\\t%d\\n", k, minutes[k]
  for (k in failedMinutes) printf "failed minute\\t%s\\t%d\\n", k, failedMinutes[k]
  for (k in locations) printf "location\\t%s\\t%d\\n", k, locations[k]
  for (k in results) printf "result\\t%s\\t%d\\n", k, results[k]
  for (k in hosts) printf "host\\t%s\\t%d\\n", k, hosts[k]
  for (k in paths) printf "path\\t%s\\t%d\\n", k, paths[k]
  for (k in times) printf "time\\t%s\\t%d\\n", k, times[k]
  for (k in digits) printf "digits\\t%s\\t%d\\n", k, digits[k]
}
`;
