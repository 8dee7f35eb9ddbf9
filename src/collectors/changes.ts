/** Reads from CloudTrail's event history who changed what around the window: the distribution, its functions, its load balancers. */
import { type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Change, Unavailability } from '../diagnosis/evidence.js';
import { Failure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import { parseChange } from './changes/parse-change.js';
import type { CollectContext, Collector, TaskOf } from './collector.js';
import { toGap } from './gap.js';
import { type Page, readPages } from './pages.js';

type Task = TaskOf<'changes'>;
type Lookup = Task['lookups'][number];

/** A change may take some minutes to reach all edges, and be noticed later still. */
const beforeWindowMs = 2 * 3_600_000;
const maxChanges = 50;
const pageSize = 50;
const maxPagesPerName = 2;
/** CloudTrail takes two look-ups per second, account and region; nobody waits for the rest. */
const budgetMs = 8_000;
const regionsAtOnce = 4;

interface Found {
  readonly changes: readonly Change[];
  readonly asked: readonly string[];
  readonly gaps: readonly Unavailability[];
}

/**
 * Events reach the history some minutes after the call, and stay for 90 days.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 *
 * @throws Failure where no look-up at all was answered; a region or a name that was not is a gap.
 */
export const collectChanges: Collector<'changes'> = async (context, { window, lookups, mentions }) => {
  const from = new Date(Date.parse(window.from) - beforeWindowMs);
  const to = new Date(window.to);
  const endsAt = performance.now() + budgetMs;
  const found = await mapBounded(lookups, regionsAtOnce, (lookup) =>
    lookUp(context, lookup, { from, to, endsAt, mentions }),
  );
  const asked = found.flatMap(({ asked: names }, index) => {
    const region = lookups[index]?.region;
    return region === undefined || names.length === 0 ? [] : [{ region, names }];
  });
  const gaps = found.flatMap((one) => one.gaps);
  const [gap] = gaps;
  if (asked.length === 0 && gap !== undefined) {
    throw new Failure('access-denied', `What changed could not be looked up: ${gap.message}`, {
      details: { ...(gap.remedy === undefined ? {} : { remedy: gap.remedy }), tried: ['cloudtrail:LookupEvents'] },
    });
  }
  const changes = found.flatMap((one) => one.changes).sort((a, b) => b.at.localeCompare(a.at));
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    changes: changes.slice(0, maxChanges),
    more: Math.max(0, changes.length - maxChanges),
    asked,
    gaps,
  };
};

interface Limits {
  readonly from: Date;
  readonly to: Date;
  readonly endsAt: number;
  readonly mentions: readonly string[];
}

/** One name after the other: more at once would only be throttled. */
async function lookUp(context: CollectContext, { region, names }: Lookup, limits: Limits): Promise<Found> {
  const changes: Change[] = [];
  const asked: string[] = [];
  for (const name of names) {
    if (performance.now() > limits.endsAt) return { changes, asked, gaps: [notReached(region, names, asked)] };
    context.onProgress(`${name} in ${region}`);
    try {
      let pages = 0;
      for await (const events of readPages((token) => readEvents(context, region, name, limits, token))) {
        changes.push(...events.flatMap((event) => parseChange(event, region, limits.mentions) ?? []));
        pages += 1;
        if (pages === maxPagesPerName) break;
      }
      asked.push(name);
    } catch (thrown) {
      // A permission that is absent for one name is absent for all.
      return { changes, asked, gaps: [toGap(context, thrown)] };
    }
  }
  return { changes, asked, gaps: [] };
}

function notReached(region: string, names: readonly string[], asked: readonly string[]): Unavailability {
  const left = names.filter((name) => !asked.includes(name));
  return {
    kind: 'timed-out',
    message: `CloudTrail in ${region} was not asked about ${left.join(', ')}: it answers two questions per second.`,
  };
}

async function readEvents(
  { aws, signal }: CollectContext,
  region: string,
  name: string,
  { from, to }: Limits,
  token: string | undefined,
): Promise<Page<Event>> {
  const command = new LookupEventsCommand({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
    StartTime: from,
    EndTime: to,
    MaxResults: pageSize,
    ...(token === undefined ? {} : { NextToken: token }),
  });
  const answer = await callAws(
    'cloudtrail:LookupEvents',
    '*',
    () => aws.cloudTrail(region).send(command, { abortSignal: signal }),
    signal,
  );
  return { items: answer.Events, next: answer.NextToken };
}
