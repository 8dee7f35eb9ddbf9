/** ListObjectsV2 of the local S3, and what a listing tells of storage classes. */
import type { StoredObject } from './s3.js';
import { AwsFault, type AwsRequest, type AwsResponse, escapeXml, respond } from './wire.js';

interface ListedBucket {
  readonly name: string;
  readonly region: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
}

export const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
export const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
const mostKeysPerPage = 1000;

/** Keys in UTF-8 order, in pages, grouped by a delimiter. */
export function list<B extends ListedBucket>(
  bucket: B,
  request: AwsRequest,
  keysOf: (bucket: B) => readonly string[],
): AwsResponse {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const after = token === null ? startAfter : Buffer.from(token, 'base64url').toString('utf8');
  const encodes = query.get('encoding-type') === 'url';
  const size = Math.min(Number(query.get('max-keys') ?? mostKeysPerPage), mostKeysPerPage);
  if (!Number.isInteger(size) || size < 0)
    throw new AwsFault(400, 'InvalidArgument', 'Provided max-keys not an integer or within integer range');
  const text = (value: string) => escapeXml(encodes ? encodeURIComponent(value).replaceAll('%2F', '/') : value);

  const contents: StoredObject[] = [];
  const commonPrefixes = new Set<string>();
  let last = '';
  let truncated = false;
  for (const key of keysOf(bucket)) {
    if (!key.startsWith(prefix) || !isAfter(key, after)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = cut === -1 ? null : key.slice(0, cut + delimiter.length);
    if (group !== null && (commonPrefixes.has(group) || after.startsWith(group))) {
      last = key;
      continue;
    }
    if (contents.length + commonPrefixes.size >= size) {
      truncated = true;
      break;
    }
    const object = bucket.objects.get(key);
    if (group !== null) commonPrefixes.add(group);
    else if (object !== undefined) contents.push(object);
    last = key;
  }
  const body = [
    prolog,
    `<ListBucketResult xmlns="${namespace}"><Name>${escapeXml(bucket.name)}</Name><Prefix>${text(prefix)}</Prefix>`,
    delimiter === '' ? '' : `<Delimiter>${text(delimiter)}</Delimiter>`,
    startAfter === '' ? '' : `<StartAfter>${text(startAfter)}</StartAfter>`,
    encodes ? '<EncodingType>url</EncodingType>' : '',
    `<KeyCount>${contents.length + commonPrefixes.size}</KeyCount><MaxKeys>${size}</MaxKeys><IsTruncated>${truncated}</IsTruncated>`,
    token === null ? '' : `<ContinuationToken>${token}</ContinuationToken>`,
    truncated && size > 0
      ? `<NextContinuationToken>${Buffer.from(last).toString('base64url')}</NextContinuationToken>`
      : '',
    ...contents.map(
      (object) =>
        `<Contents><Key>${text(object.key)}</Key><LastModified>${object.lastModified.toISOString()}</LastModified><ETag>${escapeXml(object.etag)}</ETag><Size>${object.body.length}</Size><StorageClass>${listedClass(object)}</StorageClass>${restoreStatus(object)}</Contents>`,
    ),
    ...[...commonPrefixes].map((group) => `<CommonPrefixes><Prefix>${text(group)}</Prefix></CommonPrefixes>`),
    '</ListBucketResult>',
  ].join('');
  return respond(200, { 'content-type': 'application/xml', 'x-amz-bucket-region': bucket.region }, body);
}

function isAfter(key: string, after: string): boolean {
  return after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

const archives: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE', 'ARCHIVE_ACCESS']);

export function isArchived({ storageClass, restoredUntil }: StoredObject): boolean {
  return archives.has(storageClass) && restoredUntil === null;
}

export function listedClass({ storageClass }: StoredObject): string {
  return storageClass === 'ARCHIVE_ACCESS' ? 'INTELLIGENT_TIERING' : storageClass;
}

function restoreStatus({ restoredUntil }: StoredObject): string {
  return restoredUntil === null
    ? ''
    : `<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>${restoredUntil.toISOString()}</RestoreExpiryDate></RestoreStatus>`;
}
