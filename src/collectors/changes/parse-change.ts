/** From an event of CloudTrail's history to a change: who by name only, what, when, on which resources. Pure. */
import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Change } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';

const maxResources = 5;
const maxLength = 200;
/** A record holds at most 256 KB; ids lie near the top. */
const maxDepth = 6;

/** Keys of request parameters that say what a call was about. */
const idKeys: ReadonlySet<string> = new Set([
  'id',
  'name',
  'distributionId',
  'functionName',
  'loadBalancerArn',
  'listenerArn',
  'ruleArn',
  'targetGroupArn',
  'certificateArn',
]);

/**
 * @param mentions ids and names of what the check is about. Of the services whose calls name what they change, other changes are left out.
 * @returns null where the event is no change of what the check is about, or not to be read.
 */
export function parseChange(event: Event, region: string, mentions: readonly string[]): Change | null {
  const { EventName: name, EventTime: time, EventSource: source = '' } = event;
  if (name === undefined || time === undefined || Number.isNaN(time.getTime())) return null;
  const record = parseRecord(event.CloudTrailEvent);
  const named = [
    ...(event.Resources ?? []).flatMap(({ ResourceName }) => ResourceName ?? []),
    ...listIds(record['requestParameters'], 0),
  ];
  if (isOfAnother(source, named, mentions)) return null;
  const errorCode = record['errorCode'];
  return {
    at: time.toISOString(),
    name: plain(name, 80),
    service: plain(source.replace(/\.amazonaws\.com$/, ''), 60),
    region,
    by: event.Username === undefined || event.Username === '' ? null : plain(event.Username, 80),
    resources: [...new Set(named.map((id) => plain(id, maxLength)))].slice(0, maxResources),
    errorCode: typeof errorCode === 'string' && errorCode !== '' ? plain(errorCode, 80) : null,
  };
}

/** Target groups and certificates do not name the balancer that uses them: whether they matter is decided when the balancer is known. */
function isOfAnother(source: string, named: readonly string[], mentions: readonly string[]): boolean {
  const isNamed = named.some((id) => mentions.some((mention) => names(id, mention)));
  if (source === 'cloudfront.amazonaws.com') return !isNamed;
  const ofBalancer = named.filter((id) => /:(?:loadbalancer|listener|listener-rule)\//.test(id));
  return ofBalancer.length > 0 && !isNamed;
}

/** `web` is named by `…:loadbalancer/app/web/50dc6c49` and by `web`, not by `web-2`. */
function names(id: string, mention: string): boolean {
  return id === mention || id.split(/[/:]/).includes(mention);
}

function parseRecord(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    return asRecord(parsed);
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listIds(value: unknown, depth: number): readonly string[] {
  if (depth >= maxDepth) return [];
  return Object.entries(asRecord(value)).flatMap(([key, inner]) => {
    if (typeof inner === 'string') return idKeys.has(key) ? [inner] : [];
    // The configuration that a call carries names a great many things that it does not change.
    return key.endsWith('Config') || key.endsWith('Configuration') ? [] : listIds(inner, depth + 1);
  });
}
