/** Decides whether an engine counts logs in place of reading them, within the budget, and lets it. */
import type { AggregateOptions } from '../../access-log/aggregate.js';
import type { PartialScan } from '../../access-log/partial-scan.js';
import type { Iso } from '../../diagnosis/evidence.js';
import { Failure, toFailure } from '../../failure.js';
import type { CollectContext } from '../collector.js';
import type { ListedLogs } from '../list-logs.js';
import type { LogListing } from '../log-objects.js';
import { athenaEngine } from './athena.js';
import { describeHours, fullestListing, isGroupFuller } from './fuller-place.js';
import { insightsEngine } from './insights.js';
import type { EngineCount, LogEngine, QueriedPlace } from './log-engine.js';

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
  /** What that place holds for the window, whatever lies beside it; each hour of a log group counts as one, since it is looked through whole. */
  readonly hours: readonly { readonly hour: Iso; readonly objects: number }[];
  /** A sentence each: what was counted and for how much, or why not. */
  readonly notes: readonly string[];
}

/** As the default policy says. https://aws.amazon.com/cloudwatch/pricing/ */
const defaultInsightsPrice = 0.005;

/**
 * Athena counts objects in S3 where the policy says so, or where there are too many to read; Logs Insights counts a log group where nothing
 * lies in S3, since nothing else can, or where it holds hours that S3 lacks. One place is counted: rows that lie in two cannot be told to be
 * one by a query.
 * @throws Failure where a log group is all there is, and why it cannot be counted.
 */
export async function countByEngine(
  context: CollectContext,
  listed: ListedLogs,
  options: AggregateOptions,
  budget: EngineBudget,
): Promise<EngineOutcome> {
  const [group] = listed.logGroups;
  const choices = await chooseEngines(context, listed, budget.isOverBudget);
  if (choices.length === 0 && listed.listings.length === 0 && group !== undefined)
    throw onlyInGroup(group.name, notAllowed, null);
  const notes: string[] = [];
  for (const { engine, place } of choices) {
    const name = nameOf(place);
    try {
      const counted = await countWithin(context, engine, place, options, budget.maxDollars);
      return {
        part: counted.part,
        source: name,
        hours: hoursOf(place, listed),
        notes: [...counted.notes, ...notes, ...describeOthers(listed, place)],
      };
    } catch (thrown) {
      context.signal.throwIfAborted();
      const failure = toFailure(thrown);
      if (failure.kind === 'bug' && !(thrown instanceof Failure)) throw thrown;
      if (listed.objects === 0) throw onlyInGroup(name, failure.message, failure);
      const { remedy } = failure.details;
      const help = typeof remedy === 'string' ? ` ${remedy}` : '';
      notes.push(`${labels[engine.name]} did not count ${name}: ${failure.message}${help}`);
    }
  }
  const unread = listed.objects > 0 ? listed.logGroups : [];
  return {
    part: null,
    source: null,
    hours: [],
    notes: [...notes, ...unread.map((source) => `${source.name} was not counted; ${mayHoldMore}`)],
  };
}

async function countWithin(
  context: CollectContext,
  engine: LogEngine,
  place: QueriedPlace,
  options: AggregateOptions,
  maxDollars: number,
): Promise<EngineCount> {
  const name = nameOf(place);
  const refusal = engine.refuse(place, options);
  if (refusal !== null) throw new Failure('misconfigured', refusal);
  const { dollars, price } = await engine.estimate(context, place, options);
  if (dollars === null && Number.isFinite(maxDollars))
    throw new Failure(
      'misconfigured',
      `What counting ${name} would cost cannot be told, since CloudWatch has no figure of what came in (IncomingBytes) in this window, and a check may spend $${maxDollars}. ${price}`,
      {
        details: {
          remedy:
            'Where nothing came in, ask about another window; the newest figures are some minutes late. Or add a delivery of standard logs to S3.',
        },
      },
    );
  if (dollars !== null && dollars > maxDollars)
    throw new Failure(
      'misconfigured',
      `Counting ${name} would cost about $${dollars.toFixed(2)}, and a check may spend $${maxDollars}. ${price}`,
      { details: { remedy: 'Ask about a shorter window, or raise checks.maxLogDollars in the policy file.' } },
    );
  context.onProgress(
    `${labels[engine.name]} counts, ${dollars === null ? 'at a price that is not known' : `for about $${dollars.toFixed(4)}`}`,
  );
  return engine.count(context, place, options);
}

interface Choice {
  readonly engine: LogEngine;
  readonly place: QueriedPlace;
}

/** In the order in which they are tried; where none counts the listings are read. */
async function chooseEngines(
  context: CollectContext,
  listed: ListedLogs,
  isOverBudget: boolean,
): Promise<readonly Choice[]> {
  const { logs: settings } = context;
  const wanted = settings?.engine ?? 'auto';
  const listing = fullestListing(listed.listings);
  const [group] = listed.logGroups;
  const athena = athenaEngine(settings?.athena ?? null);
  const choices: Choice[] = [];
  const countsGroup =
    wanted === 'insights' ||
    (wanted === 'auto' && group !== undefined && (listing === null || (await isGroupFuller(context, group, listed))));
  if (group !== undefined && countsGroup)
    choices.push({
      engine: insightsEngine(settings?.insights.dollarsPerGigabyte ?? defaultInsightsPrice),
      place: { kind: 'log-group', source: group },
    });
  if (listing !== null && athena !== null && (wanted === 'athena' || (wanted === 'auto' && isOverBudget)))
    choices.push({ engine: athena, place: { kind: 's3', listing } });
  return choices;
}

const labels = { athena: 'Athena', insights: 'Logs Insights' } as const;
const notAllowed = 'the policy file lets no engine count log groups (logs.engine).';

const mayHoldMore = 'it may hold rows of this window that do not lie in S3.';

/** What was left aside, and what is known of it: whether it holds the same rows is not. */
function describeOthers({ listings, logGroups }: ListedLogs, counted: QueriedPlace): readonly string[] {
  const inS3 = listings.filter(({ objects }) => objects.length > 0).filter((one) => !isSame(one, counted));
  const groups = logGroups.filter((source) => counted.kind === 's3' || source.name !== counted.source.name);
  const why = 'since rows that lie in two places cannot be told to be one by a query.';
  return [
    ...inS3.map((one) => `${one.source.name} has objects for ${describeHours(one)} and was not counted, ${why}`),
    ...groups.map(({ name }) => `${name} was not counted, ${why}`),
  ];
}

function isSame(listing: LogListing, counted: QueriedPlace): boolean {
  return counted.kind === 's3' && counted.listing === listing;
}

function hoursOf(place: QueriedPlace, { byHour }: ListedLogs): EngineOutcome['hours'] {
  return place.kind === 's3'
    ? place.listing.byHour.map(({ hour, objects }) => ({ hour, objects }))
    : byHour.map(({ hour }) => ({ hour, objects: 1 }));
}

function nameOf(place: QueriedPlace): string {
  return place.kind === 's3' ? place.listing.source.name : place.source.name;
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
