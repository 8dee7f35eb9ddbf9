/** The shipped copy of the audit log: segments as objects of a bucket with Object Lock, written once, read in their first versions. */
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../failure.js';
import { renderEntry } from './audit-chain.js';
import type { AuditEntry, AuditLine } from './audit-log.js';
import { callAws } from './aws-errors.js';

export interface AuditBucketSettings {
  readonly bucket: string;
  /** With its slash at the end where it is a folder. */
  readonly prefix: string;
}

export interface RetentionSettings {
  readonly retentionDays: number;
  readonly lock: 'compliance' | 'governance';
}

/** Neighbouring entries of one chain. */
export interface Segment {
  /** Hash of the chain's first entry. */
  readonly chain: string;
  /** At least one, in order. */
  readonly entries: readonly AuditEntry[];
}

export interface ShippedCopy {
  /** The lines of each chain that was ever shipped here, by the first 16 digits of its hash. */
  readonly chains: ReadonlyMap<string, readonly AuditLine[]>;
  /** What somebody did to the copy, or tried to. */
  readonly problems: readonly string[];
}

const digitsOfChain = 16;
/** A segment of the longest entries is some 20 MB; more than this is none of ours. */
const mostSegmentBytes = 64 * 1024 * 1024;
const segmentName = /^([0-9a-f]{16})\/(\d{12})-(\d{12})-([0-9a-f]{64})\.jsonl$/;

/** `<prefix><chain>/<first>-<last>-<hash of the last>.jsonl`: what is in it stands in its name. */
export function segmentKey(prefix: string, { chain, entries }: Segment): string {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) throw new Failure('bug', 'A segment without entries has no name.');
  const digits = (sequence: number): string => String(sequence).padStart(12, '0');
  return `${prefix}${chain.slice(0, digitsOfChain)}/${digits(first.sequence)}-${digits(last.sequence)}-${last.hash}.jsonl`;
}

/**
 * Writes one segment, never over another.
 * @returns `already-there` where it was shipped before: the name says the content.
 * @throws Failure `misconfigured` where the bucket has no Object Lock, `access-denied`, …
 */
export async function putSegment(
  s3: S3Client,
  settings: AuditBucketSettings & RetentionSettings,
  segment: Segment,
  now: Date,
): Promise<'shipped' | 'already-there'> {
  const key = segmentKey(settings.prefix, segment);
  const resource = `arn:aws:s3:::${settings.bucket}/${settings.prefix}*`;
  try {
    await callAws('s3:PutObject', resource, () =>
      s3.send(
        new PutObjectCommand({
          Bucket: settings.bucket,
          Key: key,
          Body: Buffer.from(segment.entries.map((entry) => `${renderEntry(entry)}\n`).join(''), 'utf8'),
          ContentType: 'application/x-ndjson',
          // S3 takes a locked object with a checksum only: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
          ChecksumAlgorithm: 'SHA256',
          IfNoneMatch: '*',
          ObjectLockMode: settings.lock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
          ObjectLockRetainUntilDate: new Date(now.getTime() + settings.retentionDays * 86_400_000),
        }),
      ),
    );
    return 'shipped';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { errorName, httpStatus } = error.details;
    if (errorName === 'PreconditionFailed' || httpStatus === 412) return 'already-there';
    if (errorName === 'ConditionalRequestConflict')
      throw new Failure('service-down', 'S3 was writing the same segment at the same time.', { cause: error });
    if (errorName === 'InvalidRequest')
      throw new Failure(
        'misconfigured',
        `S3 did not take the audit log: has bucket ${settings.bucket} Object Lock switched on?`,
        {
          cause: error,
          details: error.details,
        },
      );
    throw error;
  }
}

/** Sequence of the newest entry of this chain that is in the bucket; 0 where none is. */
export async function lastShipped(s3: S3Client, settings: AuditBucketSettings, chain: string): Promise<number> {
  let newest = 0;
  for (const { Key: key = '' } of (await listVersions(s3, settings, `${chain.slice(0, digitsOfChain)}/`)).versions) {
    const [, , , last] = segmentName.exec(key.slice(settings.prefix.length)) ?? [];
    newest = Math.max(newest, Number(last ?? 0));
  }
  return newest;
}

/** Reads the whole copy. What was put over a segment later, or hides it, is passed over and told. */
export async function readShippedCopy(s3: S3Client, settings: AuditBucketSettings): Promise<ShippedCopy> {
  const { versions, hidden } = await listVersions(s3, settings, '');
  const problems = hidden.map((key) => `Somebody deleted ${key}; the first version is still there and was read.`);
  const chains = new Map<string, AuditLine[]>();
  let unlocked = 0;
  for (const version of firstVersions(versions, problems)) {
    const key = version.Key ?? '';
    const [, chain, first, last, hash] = segmentName.exec(key.slice(settings.prefix.length)) ?? [];
    if (chain === undefined || first === undefined || last === undefined || hash === undefined) {
      problems.push(`${key} is not a segment that cf502 has written.`);
      continue;
    }
    const { lines, locked } = await readSegment(s3, settings, version);
    if (locked === false) unlocked += 1;
    const ends = lines.at(-1);
    if (
      lines.length !== Number(last) - Number(first) + 1 ||
      ends === undefined ||
      !ends.text.includes(`"hash":"${hash}"`)
    )
      problems.push(`${key} does not hold what its name says.`);
    chains.set(chain, [...(chains.get(chain) ?? []), ...lines]);
  }
  if (unlocked > 0)
    problems.push(
      `${unlocked} of the segments are not seen to be under Object Lock: they could be deleted for good, or s3:GetObjectRetention is not allowed here.`,
    );
  return { chains, problems };
}

async function listVersions(s3: S3Client, { bucket, prefix }: AuditBucketSettings, below: string) {
  const versions: ObjectVersion[] = [];
  const hidden: string[] = [];
  let after: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> = {};
  do {
    const { NextKeyMarker: key, NextVersionIdMarker: version } = after;
    const page = await callAws('s3:ListBucketVersions', `arn:aws:s3:::${bucket}`, () =>
      s3.send(
        new ListObjectVersionsCommand({
          Bucket: bucket,
          Prefix: `${prefix}${below}`,
          ...(key === undefined ? {} : { KeyMarker: key }),
          ...(version === undefined ? {} : { VersionIdMarker: version }),
        }),
      ),
    );
    versions.push(...(page.Versions ?? []));
    hidden.push(...(page.DeleteMarkers ?? []).map(({ Key: hiddenKey = '' }) => hiddenKey));
    after = page.IsTruncated === true ? page : {};
  } while (after.NextKeyMarker !== undefined);
  return { versions, hidden };
}

/** In the order of the entries. S3 lists the newest version of a key first. */
function firstVersions(versions: readonly ObjectVersion[], problems: string[]): readonly ObjectVersion[] {
  const byKey = new Map<string, ObjectVersion>();
  for (const version of versions) {
    const key = version.Key ?? '';
    if (byKey.has(key)) problems.push(`Somebody wrote over ${key}; the first version is still there and was read.`);
    byKey.set(key, version);
  }
  return [...byKey.values()].sort((a, b) => ((a.Key ?? '') < (b.Key ?? '') ? -1 : 1));
}

async function readSegment(s3: S3Client, { bucket }: AuditBucketSettings, version: ObjectVersion) {
  const key = version.Key ?? '';
  if ((version.Size ?? 0) > mostSegmentBytes)
    throw new Failure('bad-data', `${key} is too large to be a segment of the audit log.`);
  return callAws('s3:GetObjectVersion', `arn:aws:s3:::${bucket}/${key}`, async () => {
    const object = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(version.VersionId === undefined ? {} : { VersionId: version.VersionId }),
      }),
    );
    const text = (await object.Body?.transformToString('utf8')) ?? '';
    const until = object.ObjectLockRetainUntilDate;
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => ({ text: line, where: `line ${index + 1} of ${key}` }));
    return { lines, locked: object.ObjectLockMode !== undefined && until !== undefined };
  });
}
