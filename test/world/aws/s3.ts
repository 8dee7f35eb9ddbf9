/** S3 of the local AWS: buckets with a region, listing in key order, objects in ranges. Path-style only, as the SDK speaks to an IP address. */
import { createHash } from 'node:crypto';
import { isArchived, list, listedClass, namespace, prolog } from './s3-listing.js';
import { createVersions, type LockedPut, readLockedPut, type Versions } from './s3-object-lock.js';
import { AwsFault, type AwsRequest, type AwsResponse, respond } from './wire.js';

export interface ObjectSeed {
  readonly lastModified?: Date;
  /** `ARCHIVE_ACCESS`: in the archive tier of Intelligent-Tiering, which listings do not tell. */
  readonly storageClass?: 'STANDARD' | 'GLACIER' | 'DEEP_ARCHIVE' | 'GLACIER_IR' | 'ARCHIVE_ACCESS';
  /** A copy of an archived object that can be read until then. */
  readonly restoredUntil?: Date;
  /** ARN of the KMS key that it is encrypted with. */
  readonly kmsKeyArn?: string;
}

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly storageClass: string;
  readonly restoredUntil: Date | null;
  readonly kmsKeyArn: string | null;
}

interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly objects: Map<string, StoredObject>;
  /** Keys in UTF-8 order; null after a new key. */
  sortedKeys: readonly string[] | null;
  /** null: neither versioned nor locked. */
  readonly versions: Versions | null;
  readonly requesterPays: boolean;
}

export interface S3Control {
  /** `objectLock`: versioned too, as S3 demands. */
  createBucket(
    name: string,
    options?: { readonly region?: string; readonly objectLock?: boolean; readonly requesterPays?: boolean },
  ): void;
  /** From now on nobody may decrypt with the key. */
  denyKmsKey(keyArn: string): void;
  /** Makes the bucket in us-east-1 where there is none. */
  putBucketObject(bucket: string, key: string, body: Buffer | string, seed?: ObjectSeed): void;
  /** Keys in order. */
  bucketKeys(bucket: string): readonly string[];
}

export interface S3 {
  readonly control: S3Control;
  listObjectsV2(request: AwsRequest): AwsResponse;
  getObject(request: AwsRequest): AwsResponse;
  headObject(request: AwsRequest): AwsResponse;
  putObject(request: AwsRequest): AwsResponse;
  deleteObject(request: AwsRequest): AwsResponse;
  listObjectVersions(request: AwsRequest): AwsResponse;
  getObjectLockConfiguration(request: AwsRequest): AwsResponse;
  headBucket(request: AwsRequest): AwsResponse;
  getBucketLocation(request: AwsRequest): AwsResponse;
  getBucketRequestPayment(request: AwsRequest): AwsResponse;
  /** For services that read S3 themselves; in the order of keys. */
  objectsIn(bucket: string): readonly StoredObject[];
}

export function createS3(now: () => Date): S3 {
  const buckets = new Map<string, Bucket>();

  const deniedKeys = new Set<string>();
  const createBucket = (name: string, region = 'us-east-1', objectLock = false, requesterPays = false): Bucket => {
    const versions = objectLock ? createVersions(now) : null;
    const bucket: Bucket = { name, region, objects: new Map(), sortedKeys: null, versions, requesterPays };
    buckets.set(name, bucket);
    return bucket;
  };
  const put = (
    bucket: Bucket,
    key: string,
    body: Buffer,
    seed: ObjectSeed,
    lock: LockedPut | null = null,
  ): StoredObject => {
    const object: StoredObject = {
      key,
      body,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      lastModified: seed.lastModified ?? now(),
      storageClass: seed.storageClass ?? 'STANDARD',
      restoredUntil: seed.restoredUntil ?? null,
      kmsKeyArn: seed.kmsKeyArn ?? null,
    };
    if (!bucket.objects.has(key)) bucket.sortedKeys = null;
    bucket.objects.set(key, object);
    bucket.versions?.add(object, lock);
    return object;
  };
  const keysOf = (bucket: Bucket): readonly string[] => {
    bucket.sortedKeys ??= [...bucket.objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return bucket.sortedKeys;
  };
  const anyRegion = (request: AwsRequest): Bucket => {
    const bucket = buckets.get(request.pathParameters['Bucket'] ?? '');
    if (bucket === undefined) throw new AwsFault(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return bucket;
  };
  const bucketOf = (request: AwsRequest): Bucket => {
    const bucket = anyRegion(request);
    if (bucket.region !== request.region) {
      throw new AwsFault(
        301,
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint.',
        { 'x-amz-bucket-region': bucket.region },
      );
    }
    if (bucket.requesterPays && request.headers['x-amz-request-payer'] !== 'requester')
      throw new AwsFault(403, 'AccessDenied', 'Access Denied');
    return bucket;
  };
  const objectOf = (request: AwsRequest): StoredObject => {
    const bucket = bucketOf(request);
    const key = request.pathParameters['Key'] ?? '';
    const versionId = request.query.get('versionId');
    const object = versionId === null ? bucket.objects.get(key) : bucket.versions?.find(key, versionId, 'GET').object;
    if (object === undefined) throw new AwsFault(404, 'NoSuchKey', 'The specified key does not exist.');
    return object;
  };

  return {
    control: {
      createBucket: (name, options = {}) => {
        createBucket(name, options.region, options.objectLock, options.requesterPays);
      },
      denyKmsKey: (keyArn) => {
        deniedKeys.add(keyArn);
      },
      putBucketObject: (bucket, key, body, seed = {}) => {
        put(buckets.get(bucket) ?? createBucket(bucket), key, Buffer.from(body), seed);
      },
      bucketKeys: (name) => {
        const bucket = buckets.get(name);
        return bucket === undefined ? [] : keysOf(bucket);
      },
    },
    listObjectsV2: (request) => list(bucketOf(request), request, keysOf),
    getObject: (request) => {
      const object = objectOf(request);
      if (isArchived(object)) {
        throw new AwsFault(403, 'InvalidObjectState', "The operation is not valid for the object's storage class");
      }
      if (object.kmsKeyArn !== null && deniedKeys.has(object.kmsKeyArn))
        throw new AwsFault(403, 'AccessDenied', 'User is not authorized to perform: kms:Decrypt on the resource');
      const answer = read(object, request);
      const locks = bucketOf(request).versions?.lockHeaders(object) ?? {};
      return { ...answer, headers: { ...answer.headers, ...locks } };
    },
    headObject: (request) => {
      const object = objectOf(request);
      return { ...respond(200, objectHeaders(object)), body: object.body };
    },
    putObject: (request) => {
      if (String(request.headers['content-encoding'] ?? '').includes('aws-chunked'))
        throw new AwsFault(501, 'NotImplemented', 'The local S3 takes no streamed uploads.');
      const bucket = bucketOf(request);
      const key = request.pathParameters['Key'] ?? '';
      if (request.headers['if-none-match'] === '*' && bucket.objects.has(key))
        throw new AwsFault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
      const lock = readLockedPut(request, bucket.versions !== null, now());
      const object = put(bucket, key, request.body, {}, lock);
      return respond(200, { etag: object.etag });
    },
    deleteObject: (request) => {
      const bucket = bucketOf(request);
      const key = request.pathParameters['Key'] ?? '';
      const versionId = request.query.get('versionId');
      if (versionId !== null) bucket.versions?.remove(key, versionId);
      else if (bucket.objects.delete(key)) {
        bucket.sortedKeys = null;
        bucket.versions?.hide(key);
      }
      return respond(204);
    },
    listObjectVersions: (request) => {
      const bucket = bucketOf(request);
      return respond(
        200,
        { 'content-type': 'application/xml' },
        (bucket.versions ?? createVersions(now)).list(request),
      );
    },
    objectsIn: (name) => {
      const bucket = buckets.get(name);
      return bucket === undefined ? [] : keysOf(bucket).flatMap((key) => bucket.objects.get(key) ?? []);
    },
    getBucketRequestPayment: (request) => {
      const payer = anyRegion(request).requesterPays ? 'Requester' : 'BucketOwner';
      return respond(
        200,
        { 'content-type': 'application/xml' },
        `${prolog}<RequestPaymentConfiguration xmlns="${namespace}"><Payer>${payer}</Payer></RequestPaymentConfiguration>`,
      );
    },
    getObjectLockConfiguration: (request) => {
      if (bucketOf(request).versions === null)
        throw new AwsFault(
          404,
          'ObjectLockConfigurationNotFoundError',
          'Object Lock configuration does not exist for this bucket',
        );
      const body = `${prolog}<ObjectLockConfiguration xmlns="${namespace}"><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`;
      return respond(200, { 'content-type': 'application/xml' }, body);
    },
    headBucket: (request) => respond(200, { 'x-amz-bucket-region': bucketOf(request).region }),
    getBucketLocation: (request) => {
      const { region } = anyRegion(request);
      const location = region === 'us-east-1' ? '' : region;
      return respond(
        200,
        { 'content-type': 'application/xml' },
        `${prolog}<LocationConstraint xmlns="${namespace}">${location}</LocationConstraint>`,
      );
    },
  };
}

function read(object: StoredObject, request: AwsRequest): AwsResponse {
  const headers = objectHeaders(object);
  const range = request.headers.range;
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && ifMatch !== object.etag)
    throw new AwsFault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const size = object.body.length;
  const parsed = range === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(range);
  if (parsed === null) return respond(200, headers, object.body);
  const [, first = '', final = ''] = parsed;
  const from = first === '' ? Math.max(size - Number(final), 0) : Number(first);
  const to = first === '' || final === '' ? size - 1 : Math.min(Number(final), size - 1);
  if (from >= size || from > to)
    throw new AwsFault(416, 'InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${size}`,
    });
  return respond(
    206,
    { ...headers, 'content-range': `bytes ${from}-${to}/${size}` },
    object.body.subarray(from, to + 1),
  );
}

function objectHeaders(object: StoredObject): Readonly<Record<string, string>> {
  return {
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    ...(object.storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': listedClass(object) }),
    ...(object.kmsKeyArn === null
      ? {}
      : {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': object.kmsKeyArn,
        }),
  };
}
