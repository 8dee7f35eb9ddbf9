/** Decides whether an engine counts logs in place of reading them, within the budget, and lets it. */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import type { PartialScan } from '../../access-log/partial-scan.js';
import { Failure, toFailure } from '../../failure.js';
import type { LogSettings } from '../../platform/log-settings.js';
import type { CollectContext } from '../collector.js';
import type { ListedLogs } from '../list-logs.js';
import { athenaEngine } from './athena.js';
import { insightsEngine } from './insights.js';
import type { LogEngine, QueriedPlace } from './log-engine.js';

export interface EngineBudget {
  /** Whether reading all that is listed would go past what a check may take. */
  readonly isOverBudget: boolean;
  /** What queries may cost together. */
  readonly maxDollars: number;
}

export interface EngineOutcome {
  /** null: nothing was counted by an engine, so that the listings are to be read. Else they are not, or rows would count twice. */
  readonly part: PartialScan | null;
  /** Of the place that was counted, for people; null where none was. */
  readonly source: string | null;
  /** A sentence each: what was counted and for how much, or why not. */
  readonly notes: readonly string[];
}

/** As the default policy says. https://aws.amazon.com/cloudwatch/pricing/ */
const defaultInsightsPrice = 0.005;

/**
 * Athena counts objects in S3 where the policy says so, or where there are too many to read; Logs Insights counts a log group where nothing
 * lies in S3, since nothing else can. One place is counted: rows that lie in two cannot be told to be one by a query.
 * @throws Failure where a log group is all there is, and why it cannot be counted.
 */
export async function countByEngine(
  context: CollectContext,
  listed: ListedLogs,
  options: AggregateOptions,
  budget: EngineBudget,
): Promise<EngineOutcome> {
  const choice = chooseEngine(context.logs, listed, budget.isOverBudget);
  const [group] = listed.logGroups;
  if (choice === null) {
    if (listed.listings.length === 0 && group !== undefined) throw onlyInGroup(group.name, notAllowed, null);
    const unread = listed.objects > 0 ? listed.logGroups : [];
    return {
      part: null,
      source: null,
      notes: unread.map(({ name }) => `${name} holds the same rows and was not counted.`),
    };
  }
  const { engine, place } = choice;
  const name = place.kind === 's3' ? place.listing.source.name : place.source.name;
  try {
    const refusal = engine.refuse(place, options);
    if (refusal !== null) throw new Failure('misconfigured', refusal);
    const estimate = await engine.estimate(context, place, options);
    const { dollars } = estimate;
    if (dollars === null && Number.isFinite(budget.maxDollars))
      throw new Failure(
        'misconfigured',
        `What counting ${name} would cost cannot be told, since CloudWatch has no figure of what came in (IncomingBytes) in this window, and a check may spend $${budget.maxDollars}. ${estimate.price}`,
        {
          details: {
            remedy:
              'Where nothing came in, ask about another window; the newest figures are some minutes late. Or add a delivery of standard logs to S3.',
          },
        },
      );
    if (dollars !== null && dollars > budget.maxDollars)
      throw new Failure(
        'misconfigured',
        `Counting ${name} would cost about $${dollars.toFixed(2)}, and a check may spend $${budget.maxDollars}. ${estimate.price}`,
        { details: { remedy: 'Ask about a shorter window, or raise checks.maxLogDollars in the policy file.' } },
      );
    context.onProgress(
      `${labels[engine.name]} counts, ${dollars === null ? 'at a price that is not known' : `for about $${dollars.toFixed(4)}`}`,
    );
    const { part, notes } = await engine.count(context, place, options);
    return { part, source: name, notes: [...notes, ...describeOthers(listed, name)] };
  } catch (thrown) {
    context.signal.throwIfAborted();
    const failure = toFailure(thrown);
    if (failure.kind === 'bug' && !(thrown instanceof Failure)) throw thrown;
    if (listed.objects === 0) throw onlyInGroup(name, failure.message, failure);
    const { remedy } = failure.details;
    const help = typeof remedy === 'string' ? ` ${remedy}` : '';
    return {
      part: null,
      source: null,
      notes: [`${labels[engine.name]} did not count these logs: ${failure.message}${help}`],
    };
  }
}

/** Pure. null where the listings are to be read. */
export function chooseEngine(
  settings: LogSettings | undefined,
  { listings, logGroups }: ListedLogs,
  isOverBudget: boolean,
): { readonly engine: LogEngine; readonly place: QueriedPlace } | null {
  const wanted = settings?.engine ?? 'auto';
  const listing = listings.find(({ objects }) => objects.length > 0);
  const [group] = logGroups;
  const athena = athenaEngine(settings?.athena ?? null);
  if (listing !== undefined && athena !== null && (wanted === 'athena' || (wanted === 'auto' && isOverBudget)))
    return { engine: athena, place: { kind: 's3', listing } };
  if (group !== undefined && (wanted === 'insights' || (wanted === 'auto' && listing === undefined)))
    return {
      engine: insightsEngine(settings?.insights.dollarsPerGigabyte ?? defaultInsightsPrice),
      place: { kind: 'log-group', source: group },
    };
  return null;
}

const labels = { athena: 'Athena', insights: 'Logs Insights' } as const;
const notAllowed = 'the policy file lets no engine count log groups (logs.engine).';

function describeOthers({ listings, logGroups }: ListedLogs, counted: string): readonly string[] {
  const names = [
    ...listings.filter(({ objects }) => objects.length > 0).map(({ source }) => source.name),
    ...logGroups.map((source) => source.name),
  ].filter((name) => name !== counted);
  return names.map((name) => `${name} holds the same rows and was not counted, so that none counts twice.`);
}

function onlyInGroup(name: string, because: string, cause: Failure | null): Failure {
  const remedy = cause?.details['remedy'];
  return new Failure(cause?.kind ?? 'misconfigured', `The rows lie in ${name} only, and were not counted: ${because}`, {
    ...(cause === null ? {} : { cause }),
    details: {
      ...cause?.details,
      remedy:
        typeof remedy === 'string'
          ? remedy
          : 'Set logs.engine to auto in the policy file, or add a delivery of standard logs to S3.',
      tried: [name],
    },
  });
}
