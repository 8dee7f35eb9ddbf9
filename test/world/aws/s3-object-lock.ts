/** Versions and Object Lock of the local S3: what was put stays, whatever is put over it or deleted. */
import { createHash, randomBytes } from 'node:crypto';
import type { StoredObject } from './s3.js';
import { AwsFault, type AwsRequest, escapeXml } from './wire.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export interface LockedPut {
  readonly mode: string;
  readonly until: Date;
}

interface Version {
  readonly id: string;
  readonly key: string;
  /** null: a delete marker. */
  readonly object: StoredObject | null;
  readonly lock: LockedPut | null;
  readonly at: Date;
}

export interface Versions {
  add(object: StoredObject, lock: LockedPut | null): void;
  /** Puts a delete marker on top. */
  hide(key: string): void;
  /** @throws AwsFault `NoSuchVersion`. */
  find(key: string, id: string, method: string): { readonly object: StoredObject | undefined };
  /** @throws AwsFault `AccessDenied` while it is locked. */
  remove(key: string, id: string): void;
  lockHeaders(object: StoredObject): Readonly<Record<string, string>>;
  /** The answer to ListObjectVersions. */
  list(request: AwsRequest): string;
}

/** The lock that a PutObject asks for; checks what S3 checks, checksum included. */
export function readLockedPut({ headers, body }: AwsRequest, hasObjectLock: boolean, now: Date): LockedPut | null {
  const checksum = headers['x-amz-checksum-sha256'];
  if (checksum !== undefined && checksum !== createHash('sha256').update(body).digest('base64'))
    throw new AwsFault(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  if (mode === undefined && until === undefined) return null;
  if (!hasObjectLock) throw new AwsFault(400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration');
  const hasChecksum = Object.keys(headers).some((name) => name === 'content-md5' || /^x-amz-checksum-/.test(name));
  if (!hasChecksum)
    throw new AwsFault(
      400,
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  if (mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE')
    throw new AwsFault(400, 'InvalidArgument', 'Unknown wormMode directive.');
  const date = new Date(String(until));
  if (!(date.getTime() > now.getTime()))
    throw new AwsFault(400, 'InvalidArgument', 'The retain until date must be in the future!');
  return { mode, until: date };
}

export function createVersions(now: () => Date): Versions {
  /** Oldest first. */
  let all: readonly Version[] = [];
  const add = (key: string, object: StoredObject | null, lock: LockedPut | null): void => {
    all = [...all, { id: randomBytes(16).toString('hex'), key, object, lock, at: now() }];
  };
  const named = (key: string, id: string): Version => {
    const version = all.find((each) => each.key === key && each.id === id);
    if (version === undefined) throw new AwsFault(404, 'NoSuchVersion', 'The specified version does not exist.');
    return version;
  };
  return {
    add: (object, lock) => add(object.key, object, lock),
    hide: (key) => add(key, null, null),
    find: (key, id, method) => {
      const { object } = named(key, id);
      if (object === null)
        throw new AwsFault(
          405,
          'MethodNotAllowed',
          `The specified method ${method} is not allowed against this resource.`,
        );
      return { object };
    },
    remove: (key, id) => {
      const version = named(key, id);
      if (version.lock !== null && version.lock.until > now())
        throw new AwsFault(403, 'AccessDenied', 'Access Denied because object protected by object lock.');
      all = all.filter((each) => each !== version);
    },
    lockHeaders: (object) => {
      const lock = all.find((each) => each.object === object)?.lock ?? null;
      return lock === null
        ? {}
        : {
            'x-amz-object-lock-mode': lock.mode,
            'x-amz-object-lock-retain-until-date': lock.until.toISOString(),
          };
    },
    list: ({ query }) => renderList(all, query),
  };
}

function renderList(all: readonly Version[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const size = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const [keyMarker, versionMarker] = [query.get('key-marker'), query.get('version-id-marker')];
  const ordered = [...all]
    .reverse()
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const from = keyMarker === null ? 0 : ordered.findIndex(({ id }) => id === versionMarker) + 1;
  const page = ordered.slice(from, from + size);
  const last = page.at(-1);
  const isTruncated = from + page.length < ordered.length && last !== undefined;
  const newest = new Set<string>();
  const rows = page.map((version) => {
    const isLatest = !newest.has(version.key) && ordered.find(({ key }) => key === version.key) === version;
    newest.add(version.key);
    const shared = `<Key>${escapeXml(version.key)}</Key><VersionId>${version.id}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${version.at.toISOString()}</LastModified>`;
    return version.object === null
      ? `<DeleteMarker>${shared}</DeleteMarker>`
      : `<Version>${shared}<ETag>${escapeXml(version.object.etag)}</ETag><Size>${version.object.body.length}</Size><StorageClass>STANDARD</StorageClass></Version>`;
  });
  const next = isTruncated
    ? `<NextKeyMarker>${escapeXml(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
    : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${isTruncated}</IsTruncated>${next}${rows.join('')}</ListVersionsResult>`;
}
