/** Counts a log group with CloudWatch Logs Insights: the only way to read one, at a price for each query's scan. */
import { type AggregateOptions, aggregateOf } from '../../access-log/aggregate.js';
import { createPartialScan } from '../../access-log/partial-scan.js';
import { Failure } from '../../failure.js';
import { mapBounded } from '../bounded.js';
import type { CollectContext } from '../collector.js';
import type { LogGroupSource } from '../log-sources.js';
import { foldInsights, type InsightsAnswers } from './fold-insights.js';
import { readIncomingBytes } from './incoming-bytes.js';
import { type InsightsAnswer, listAskedQueries, runInsightsQuery } from './insights-calls.js';
import {
  type InsightsQueries,
  type InsightsQueryName,
  insightsQueries,
  insightsQueryNames,
  mostAnswers,
  tellOwnRows,
} from './insights-queries.js';
import type { EngineCount, LogEngine } from './log-engine.js';

const gigabyte = 1e9;
/** Queries of one check that run at once, of the 100 that an account may run in a region. */
const queriesAtOnce = 3;

export function insightsEngine(dollarsPerGigabyte: number): LogEngine {
  return {
    name: 'insights',
    refuse: (place) => {
      if (place.kind === 's3') return 'Logs Insights reads log groups only, and these logs lie in S3.';
      if (place.source.format !== 'json')
        return `The log group ${place.source.name} holds ${place.source.format} lines; cf502 can ask Logs Insights only about JSON. Set the output format of the delivery to JSON.`;
      const rows = tellOwnRows(place.source);
      return rows.by === 'nothing' ? rows.because : null;
    },
    estimate: async (context, place, options) => {
      if (place.kind !== 'log-group') throw new Failure('bug', 'Logs Insights was asked about a bucket.');
      const incoming = await readIncomingBytes(context, place.source, options.window);
      const bytes = incoming.bytes === null ? null : incoming.bytes * insightsQueryNames.length;
      return {
        engine: 'insights',
        bytes,
        dollars: bytes === null ? null : (bytes / gigabyte) * dollarsPerGigabyte,
        price: `Logs Insights bills $${dollarsPerGigabyte} per gigabyte scanned by each of ${insightsQueryNames.length} queries, as the policy file says (https://aws.amazon.com/cloudwatch/pricing/).`,
      };
    },
    count: async (context, place, options) => {
      if (place.kind !== 'log-group') throw new Failure('bug', 'Logs Insights was asked about a bucket.');
      return countGroup(context, place.source, options, dollarsPerGigabyte);
    },
  };
}

async function countGroup(
  context: CollectContext,
  source: LogGroupSource,
  options: AggregateOptions,
  dollarsPerGigabyte: number,
): Promise<EngineCount> {
  const queries = insightsQueries(source, options);
  const from = Math.ceil(Date.parse(options.window.from) / 1000);
  // Both ends are inclusive there.
  const to = Math.ceil(Date.parse(options.window.to) / 1000) - 1;
  const asked = await listAskedQueries(context, source.region);
  const answers = await askAll(context, (one, name) =>
    runInsightsQuery(one, source, { text: queries.texts[name], limit: mostAnswers, from, to }, asked),
  );
  const rows = Object.fromEntries(answers.map(([name, answer]) => [name, answer.rows])) as InsightsAnswers;
  const { tally, truncated } = foldInsights(rows, options, queries);
  const own = tellOwnRows(source);
  if (own.by === 'name' && source.fields.length === 0 && tally.requests === 0)
    throw new Failure(
      'not-found',
      `No row of ${source.name} in this window says cs(Host) ${own.domainName}, and which fields its rows have is not known.`,
      {
        details: {
          remedy:
            'Check that the delivery to this log group has the field cs(Host), and that this distribution has it.',
        },
      },
    );
  const part = createPartialScan(options);
  part.add({
    aggregate: aggregateOf(tally, options),
    malformed: 0,
    duplicates: 0,
    missingFields:
      source.fields.length === 0
        ? []
        : ['x-edge-detailed-result-type', 'x-edge-request-id', 'time-taken'].filter(
            (field) => !source.fields.includes(field),
          ),
  });
  part.doubtDuplicates('not-sought');
  const paid = answers.filter(([, { wasAsked }]) => !wasAsked);
  const scannedBytes = paid.reduce((sum, [, answer]) => sum + answer.scannedBytes, 0);
  const dollars = (scannedBytes / gigabyte) * dollarsPerGigabyte;
  return {
    part,
    scannedBytes,
    dollars,
    reused: paid.length === 0,
    notes: [
      `Counted by CloudWatch Logs Insights in ${answers.length} queries, which scanned ${(scannedBytes / gigabyte).toFixed(3)} GB for about $${dollars.toFixed(4)}.${describeAsked(answers.length - paid.length)}`,
      ...(own.by === 'delivery'
        ? [
            'The rows do not name their distribution; all of the log group are counted, since no other delivery of this account leads there.',
          ]
        : []),
      ...describeLimits(queries, truncated, options),
    ],
  };
}

/** Where one query fails the others are stopped, and none is left running when this ends. */
async function askAll(
  context: CollectContext,
  ask: (context: CollectContext, name: InsightsQueryName) => Promise<InsightsAnswer>,
): Promise<readonly (readonly [InsightsQueryName, InsightsAnswer])[]> {
  const stop = new AbortController();
  const one = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const failures: unknown[] = [];
  const answers = await mapBounded(insightsQueryNames, queriesAtOnce, async (name) => {
    if (failures.length > 0) return [];
    try {
      return [[name, await ask(one, name)] as const];
    } catch (thrown) {
      failures.push(thrown);
      stop.abort(new Failure('cancelled', 'Another query over the same logs failed.'));
      return [];
    }
  });
  if (failures.length > 0) throw failures[0];
  return answers.flat();
}

function describeAsked(count: number): string {
  if (count === 0) return '';
  return ` ${count === 1 ? '1 of them was' : `${count} of them were`} asked a few minutes ago, and ${count === 1 ? 'is' : 'are'} not paid again.`;
}

function describeLimits(
  { timeLength, hasBehaviours }: InsightsQueries,
  truncated: readonly string[],
  { behaviours }: AggregateOptions,
): readonly string[] {
  const spans = { 2: 'hours', 4: 'ten minutes', 5: 'minutes' } as const;
  return [
    `Logs Insights tells time by ${spans[timeLength]}, and counts neither sizes nor the times of requests that succeeded; rows that were delivered twice count twice.`,
    ...(truncated.includes('failures')
      ? [`There are more 502s than it answers: the newest ${mostAnswers} are told apart, the others are counted only.`]
      : []),
    ...(truncated.some((name) => name !== 'failures')
      ? ['There are more values than it answers: the rest is counted under (other).']
      : []),
    ...(hasBehaviours || behaviours.length <= 1
      ? []
      : [
          'The log group lacks cache-behavior-path-pattern, so traffic over time is not told apart by behaviour. Add it to the fields of the delivery.',
        ]),
  ];
}
