/** What must be known of a log bucket before it is listed, and what its refusals mean. */
import {
  GetBucketLocationCommand,
  GetBucketRequestPaymentCommand,
  HeadBucketCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { Failure, toFailure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import type { CollectContext } from './collector.js';

const anyRegion = 'us-east-1';
/**
 * Regions that every account has; all others must be turned on, and take only session tokens that are made for them.
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 */
const defaultRegions: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
]);

/** @throws Failure `not-found` where there is no such bucket, `access-denied` where neither way of asking is allowed. */
export async function findBucketRegion({ aws, signal }: CollectContext, bucket: string): Promise<string> {
  const resource = `arn:aws:s3:::${bucket}`;
  const s3 = aws.s3(anyRegion);
  try {
    const { LocationConstraint: place } = await callAws(
      's3:GetBucketLocation',
      resource,
      () => s3.send(new GetBucketLocationCommand({ Bucket: bucket }), { abortSignal: signal }),
      signal,
    );
    // The oldest region is reported as nothing, and the second oldest by its first name.
    if (place === undefined || String(place) === '') return anyRegion;
    return place === 'EU' ? 'eu-west-1' : place;
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'not-found') throw noSuchBucket(bucket, failure);
    if (failure.kind !== 'access-denied') throw failure;
    const region = await askByHead({ aws, signal }, bucket, resource);
    if (region === null) throw failure;
    return region;
  }
}

/** HeadBucket needs `s3:ListBucket` alone, and even its refusals name the region. */
async function askByHead(
  { aws, signal }: Pick<CollectContext, 'aws' | 'signal'>,
  bucket: string,
  resource: string,
): Promise<string | null> {
  try {
    const { BucketRegion: region } = await callAws(
      's3:ListBucket',
      resource,
      () => aws.s3(anyRegion).send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal }),
      signal,
    );
    return region ?? anyRegion;
  } catch (thrown) {
    signal.throwIfAborted();
    return regionInAnswer(toFailure(thrown).cause);
  }
}

function regionInAnswer(error: unknown): string | null {
  const answer = read(error, '$response');
  const region = read(read(answer, 'headers'), 'x-amz-bucket-region');
  return typeof region === 'string' && region !== '' ? region : null;
}

function read(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null && name in from ? Reflect.get(from, name) : undefined;
}

function noSuchBucket(bucket: string, cause: Failure): Failure {
  return new Failure('not-found', `The log bucket ${bucket} of the distribution does not exist.`, {
    cause,
    details: {
      remedy: 'Set the log bucket anew in CloudFront > the distribution > Logging.',
      tried: [`s3://${bucket}`],
    },
  });
}

/** What S3 takes to charge the reader; nothing unless the policy file says so. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html */
export function payerOf({ logs }: Pick<CollectContext, 'logs'>): { readonly RequestPayer?: 'requester' } {
  return logs?.requesterPays === true ? { RequestPayer: 'requester' } : {};
}

export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
}

/** Why a bucket or one of its objects was refused, as a Failure that says what would help. Others come back as they were. */
export async function explainRefusal(
  context: CollectContext,
  { bucket, region }: BucketPlace,
  thrown: unknown,
  /** null: the listing was refused. */
  key: string | null,
): Promise<Failure> {
  const failure = toFailure(thrown);
  context.signal.throwIfAborted();
  const tried = [key === null ? `s3:ListBucket on s3://${bucket}` : `s3:GetObject on objects in s3://${bucket}`];
  if (failure.kind === 'misconfigured' && !defaultRegions.has(region))
    return new Failure(
      'access-denied',
      `The log bucket ${bucket} lies in ${region}, a region that must be turned on, and AWS did not take the credentials there.`,
      {
        cause: failure,
        details: {
          remedy: `Turn on ${region} in the account of the role that cf502 reads with, and set AWS_REGION so that its session comes from a regional STS endpoint; tokens of the global endpoint are not valid there.`,
          tried,
        },
      },
    );
  if (failure.kind === 'not-found' && failure.details['errorName'] === 'NoSuchBucket')
    return noSuchBucket(bucket, failure);
  if (failure.kind !== 'access-denied') return failure;
  if (await isRequesterPays(context, { bucket, region }))
    return new Failure(
      'access-denied',
      `The log bucket ${bucket} is a Requester Pays bucket: S3 answers only those who agree to pay.`,
      {
        cause: failure,
        details: {
          remedy: 'Set logs.requesterPays to true in the policy file, or turn Requester Pays off on the bucket.',
          tried,
        },
      },
    );
  const keyArn = key === null ? null : await keyOf(context, { bucket, region }, key);
  if (keyArn !== null)
    return new Failure(
      'access-denied',
      `The log objects in ${bucket} are encrypted with a KMS key that cf502 may not use.`,
      {
        cause: failure,
        details: {
          keyArn,
          remedy: `Allow kms:Decrypt on ${keyArn} for the role that cf502 reads with, in its own policy and in the key policy.`,
          tried: [...tried, 'HeadObject, which was allowed'],
        },
      },
    );
  return new Failure(
    'access-denied',
    key === null
      ? `AWS refused to let the log bucket ${bucket} be listed.`
      : `AWS refused to let the log objects in ${bucket} be read.`,
    {
      cause: failure,
      details: {
        ...failure.details,
        remedy:
          key === null
            ? `Allow s3:ListBucket on arn:aws:s3:::${bucket} for the role that cf502 reads with, and in the bucket policy where the bucket belongs to another account.`
            : `Allow s3:GetObject on arn:aws:s3:::${bucket}/* for the role that cf502 reads with, and kms:Decrypt on the key of the bucket where it has one. Objects that another account wrote need the bucket owner to own them.`,
        tried,
      },
    },
  );
}

async function isRequesterPays(context: CollectContext, { bucket, region }: BucketPlace): Promise<boolean> {
  if (context.logs?.requesterPays === true) return false;
  try {
    const { Payer: payer } = await callAws(
      's3:GetBucketRequestPayment',
      `arn:aws:s3:::${bucket}`,
      () =>
        context.aws
          .s3(region)
          .send(new GetBucketRequestPaymentCommand({ Bucket: bucket }), { abortSignal: context.signal }),
      context.signal,
    );
    return payer === 'Requester';
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}

/**
 * The KMS key of an object whose content was refused; null where the object itself is refused, or has none. HeadObject takes
 * `s3:GetObject` and no permission on the key, so that it tells the two apart.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
async function keyOf(context: CollectContext, { bucket, region }: BucketPlace, key: string): Promise<string | null> {
  try {
    const { SSEKMSKeyId: keyArn } = await callAws(
      's3:GetObject',
      `arn:aws:s3:::${bucket}/${key}`,
      () =>
        context.aws.s3(region).send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...payerOf(context) }), {
          abortSignal: context.signal,
        }),
      context.signal,
    );
    return keyArn ?? null;
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}
