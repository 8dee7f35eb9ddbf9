/** Where each field is kept in the configuration as AWS returns it, and what it holds there. Pure. */
import { isPlainObject, type JsonPath, own } from './json-diff.js';
import type { ChangeField, ChangeTarget, ChangeValue } from './proposal.js';

/** As much of the SDK's `DistributionConfig` as is read here; the whole of it is carried along. */
export interface LiveConfig {
  readonly Origins?: { readonly Items?: readonly LiveOrigin[] | undefined } | undefined;
}

/** As much of the SDK's `Origin`. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html */
export interface LiveOrigin {
  readonly Id?: string | undefined;
  readonly DomainName?: string | undefined;
}

/** As in the SDK's `LoadBalancerAttribute`. */
export interface BalancerAttribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** 1 to 4000 seconds, of Application Load Balancers. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const idleTimeoutKey = 'idle_timeout.timeout_seconds';

/** What CloudFront does where a field is left out. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html */
const defaults: Readonly<Record<Exclude<ChangeField, 'balancer-idle-timeout'>, ChangeValue>> = {
  'connection-attempts': 3,
  'connection-timeout': 10,
  'read-timeout': 30,
  'keep-alive-timeout': 5,
  'response-completion-timeout': null,
};

/** The part of the origin that holds a field; absent from the list: the field does not exist there. */
const blocks = {
  'read-timeout': ['VpcOriginConfig', 'CustomOriginConfig', 'S3OriginConfig'],
  'keep-alive-timeout': ['VpcOriginConfig', 'CustomOriginConfig'],
} as const;

const names: Readonly<Record<Exclude<ChangeField, 'balancer-idle-timeout'>, string>> = {
  'connection-attempts': 'ConnectionAttempts',
  'connection-timeout': 'ConnectionTimeout',
  'read-timeout': 'OriginReadTimeout',
  'keep-alive-timeout': 'OriginKeepaliveTimeout',
  'response-completion-timeout': 'ResponseCompletionTimeout',
};

export type LeafPlace =
  | { readonly ok: true; readonly path: JsonPath; readonly value: ChangeValue; readonly origin: LiveOrigin }
  | { readonly ok: false; readonly because: string };

/** Finds the one leaf that a change may touch, and the value that holds now. */
export function findLeaf(config: LiveConfig, originId: string, field: ChangeField): LeafPlace {
  if (field === 'balancer-idle-timeout')
    return { ok: false, because: 'The idle time-out belongs to a load balancer and not to an origin.' };
  const items = config.Origins?.Items ?? [];
  const found = items.flatMap((origin, index) => (origin.Id === originId ? [{ origin, index }] : []));
  const [only] = found;
  if (only === undefined)
    return { ok: false, because: `The distribution no longer has an origin named ${JSON.stringify(originId)}.` };
  if (found.length > 1)
    return { ok: false, because: `The distribution has several origins named ${JSON.stringify(originId)}.` };
  const at: JsonPath = ['Origins', 'Items', only.index];
  const path = field === 'read-timeout' || field === 'keep-alive-timeout' ? findBlock(only.origin, field) : [];
  if (path === null) return { ok: false, because: describeAbsence(field, originId) };
  const leaf = [...path, names[field]];
  const raw = leaf.reduce<unknown>(
    (node, key) => (isPlainObject(node) ? own(node, String(key)) : undefined),
    only.origin,
  );
  // CloudFront reports a completion limit that is not set as 0, or leaves it out.
  const isUnset = raw === undefined || raw === null || (field === 'response-completion-timeout' && raw === 0);
  if (!isUnset && typeof raw !== 'number')
    return { ok: false, because: `${names[field]} of origin ${JSON.stringify(originId)} is not a number.` };
  return {
    ok: true,
    path: [...at, ...leaf],
    value: isUnset || typeof raw !== 'number' ? defaults[field] : raw,
    origin: only.origin,
  };
}

/** The idle time-out that a balancer's attributes hold; null where they hold none. */
export function readIdleTimeout(attributes: readonly BalancerAttribute[]): number | null {
  const text = attributes.find(({ Key: key }) => key === idleTimeoutKey)?.Value ?? '';
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

/** The part of the live configuration that a change bears on: the whole origin, or all attributes; null where it is gone. */
export function subjectOf(live: LiveConfig | readonly BalancerAttribute[], target: ChangeTarget): unknown {
  if (isAttributes(live)) return target.kind === 'balancer' ? sortAttributes(live) : null;
  if (target.kind !== 'origin') return null;
  return (live.Origins?.Items ?? []).find(({ Id: id }) => id === target.originId) ?? null;
}

export function isAttributes(live: LiveConfig | readonly BalancerAttribute[]): live is readonly BalancerAttribute[] {
  return Array.isArray(live);
}

/** AWS promises no order. */
function sortAttributes(attributes: readonly BalancerAttribute[]): readonly BalancerAttribute[] {
  return [...attributes].sort((a, b) => ((a.Key ?? '') < (b.Key ?? '') ? -1 : 1));
}

function findBlock(origin: LiveOrigin, field: keyof typeof blocks): JsonPath | null {
  if (!isPlainObject(origin)) return null;
  const block = blocks[field].find((name) => isPlainObject(own(origin, name)));
  return block === undefined ? null : [block];
}

function describeAbsence(field: ChangeField, originId: string): string {
  return field === 'keep-alive-timeout'
    ? `Origin ${JSON.stringify(originId)} is an S3 bucket, whose connections AWS keeps itself: it has no keep-alive time-out.`
    : `Origin ${JSON.stringify(originId)} has no such setting.`;
}
