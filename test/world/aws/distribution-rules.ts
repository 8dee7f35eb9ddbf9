/** What CloudFront checks of a configuration before it takes it, with its error names; the rules that a change made by a program can break. */
import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront';
import { AwsFault } from './wire.js';

/** @throws AwsFault named as CloudFront names the first broken rule. */
export function checkUpdate(current: DistributionConfig, wanted: DistributionConfig): void {
  for (const field of ['CallerReference', 'Comment', 'Origins', 'DefaultCacheBehavior', 'Enabled'] as const) {
    if (wanted[field] === undefined || wanted[field] === null)
      throw new AwsFault(400, 'InvalidArgument', `The parameter ${field} is required.`);
  }
  if (wanted.CallerReference !== current.CallerReference)
    throw new AwsFault(400, 'IllegalUpdate', 'The caller reference cannot be changed.');
  if ((wanted.Staging ?? false) !== (current.Staging ?? false))
    throw new AwsFault(400, 'IllegalUpdate', 'Staging cannot be changed.');
  if (wanted.Staging === true && (wanted.Aliases?.Quantity ?? 0) > 0)
    throw new AwsFault(400, 'InvalidArgument', 'A staging distribution has no alternate domain names.');
  if ((wanted.ContinuousDeploymentPolicyId ?? '') !== '' && (wanted.HttpVersion ?? '').endsWith('3'))
    throw new AwsFault(400, 'InvalidArgument', 'Continuous deployment is not supported for distributions with HTTP/3.');
  checkQuantities(wanted, 'DistributionConfig');
  checkTargets(wanted);
  checkQuotas(wanted);
  for (const origin of wanted.Origins?.Items ?? []) {
    const settings = origin.CustomOriginConfig ?? origin.VpcOriginConfig;
    checkRange(
      settings?.OriginReadTimeout ?? origin.S3OriginConfig?.OriginReadTimeout,
      [1, 120],
      'InvalidOriginReadTimeout',
    );
    checkRange(settings?.OriginKeepaliveTimeout, [1, 120], 'InvalidOriginKeepaliveTimeout');
    checkRange(origin.ConnectionAttempts, [1, 3], 'InvalidArgument');
    checkRange(origin.ConnectionTimeout, [1, 10], 'InvalidArgument');
    checkCompletion(wanted, origin);
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
function checkQuotas(wanted: DistributionConfig): void {
  const quotas: readonly (readonly [number, number, string])[] = [
    [wanted.Origins?.Items?.length ?? 0, 100, 'TooManyOrigins'],
    [wanted.OriginGroups?.Items?.length ?? 0, 10, 'TooManyOriginGroupsPerDistribution'],
    [wanted.Aliases?.Items?.length ?? 0, 100, 'TooManyDistributionCNAMEs'],
    [wanted.CacheBehaviors?.Items?.length ?? 0, 75, 'TooManyCacheBehaviors'],
  ];
  for (const [count, most, code] of quotas)
    if (count > most) throw new AwsFault(400, code, `There are ${count}, and at most ${most} are allowed.`);
}

/** At least the response timeout, and not with continuous deployment. */
function checkCompletion(wanted: DistributionConfig, origin: Origin): void {
  const limit = origin.ResponseCompletionTimeout;
  if (limit === undefined) return;
  const read =
    (origin.CustomOriginConfig ?? origin.VpcOriginConfig)?.OriginReadTimeout ??
    origin.S3OriginConfig?.OriginReadTimeout;
  if (limit < (read ?? 30))
    throw new AwsFault(400, 'InvalidArgument', 'The response completion timeout is below the origin response timeout.');
  if ((wanted.ContinuousDeploymentPolicyId ?? '') !== '')
    throw new AwsFault(
      400,
      'InvalidArgument',
      'The response completion timeout cannot be used with continuous deployment.',
    );
}

/** Every list of CloudFront says its own length. */
function checkQuantities(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  const entries = Object.entries(value);
  const quantity: unknown = 'Quantity' in value ? value.Quantity : undefined;
  const items: unknown = 'Items' in value ? value.Items : undefined;
  const length = Array.isArray(items) ? items.length : 0;
  if (typeof quantity === 'number' && quantity !== length) {
    throw new AwsFault(
      400,
      'InconsistentQuantities',
      `The value of Quantity and the size of Items do not match in ${path}.`,
    );
  }
  for (const [name, inner] of entries) checkQuantities(inner, `${path}.${name}`);
}

function checkTargets(wanted: DistributionConfig): void {
  const targets = new Set([
    ...(wanted.Origins?.Items ?? []).map((origin) => origin.Id),
    ...(wanted.OriginGroups?.Items ?? []).map((group) => group.Id),
  ]);
  for (const behaviour of [wanted.DefaultCacheBehavior, ...(wanted.CacheBehaviors?.Items ?? [])]) {
    if (!targets.has(behaviour?.TargetOriginId)) {
      throw new AwsFault(404, 'NoSuchOrigin', 'One or more of your origins or origin groups do not exist.');
    }
  }
}

function checkRange(value: number | undefined, [least, most]: readonly [number, number], code: string): void {
  if (value !== undefined && (value < least || value > most))
    throw new AwsFault(400, code, `The value ${value} is not between ${least} and ${most}.`);
}
