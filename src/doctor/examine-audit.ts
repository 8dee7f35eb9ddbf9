/** Whether the audit log can be shipped, and is: the write is tried with a checksum that does not fit, which S3 refuses after it has looked at the permission. */
import {
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { toFailure } from '../failure.js';
import { readShippingState } from '../platform/audit-shipping.js';
import { createAwsClients } from '../platform/aws.js';
import type { Policy } from '../policy.js';
import { type DoctorContext, doctorLimits } from './doctor-context.js';
import { isAboutRole, tryCall } from './try-call.js';

/** Shipping runs every five minutes; twice missed is late. */
const lateAfterMs = 15 * 60_000;
const minuteMs = 60_000;

export async function examineAudit(context: DoctorContext, { audit }: Policy): Promise<readonly DoctorItem[]> {
  if (audit === undefined) return [];
  const { bucket, prefix, region } = audit;
  const aws = createAwsClients({
    readRoleArn: audit.roleArn ?? null,
    externalId: audit.externalId ?? null,
    sessionUser: context.userId,
    limits: { ...doctorLimits, ...context.limits },
  });
  const shared = {
    part: 'audit',
    role: audit.roleArn ?? 'iam/audit-shipping.json, for the identity that cf502 runs as',
  } as const;
  try {
    const list = await tryCall(
      {
        ...shared,
        permission: 's3:ListBucketVersions',
        on: `arn:aws:s3:::${bucket}`,
        need: 'compare the audit log with its copy',
        named: `bucket ${bucket}, which the audit log is to be shipped to`,
        run: (abortSignal) =>
          aws
            .s3(region)
            .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }), { abortSignal }),
      },
      context.signal,
    );
    if (isAboutRole(list)) return [list];
    let isLocked = true;
    const lock = await tryCall(
      {
        ...shared,
        permission: 's3:GetBucketObjectLockConfiguration',
        on: `arn:aws:s3:::${bucket}`,
        need: 'see whether the copy is under lock',
        run: async (abortSignal) => {
          try {
            await aws.s3(region).send(new GetObjectLockConfigurationCommand({ Bucket: bucket }), { abortSignal });
          } catch (error) {
            isLocked = !(error instanceof S3ServiceException && error.name === 'ObjectLockConfigurationNotFoundError');
            if (isLocked) throw error;
          }
        },
      },
      context.signal,
    );
    const put = await tryCall(
      {
        ...shared,
        permission: 's3:PutObject',
        on: `arn:aws:s3:::${bucket}/${prefix}*`,
        need: 'ship the audit log (s3:PutObjectRetention is needed as well)',
        proves: ['BadDigest', 'InvalidDigest', 'XAmzContentChecksumMismatch', 'XAmzContentSHA256Mismatch'],
        run: (abortSignal) =>
          aws.s3(region).send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: `${prefix}cf502-doctor`,
              Body: Buffer.from('This is never written.'),
              // Of nothing at all, so that it does not fit.
              ChecksumSHA256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
              IfNoneMatch: '*',
              ObjectLockMode: audit.lock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
              // Should it ever be written, then not for long.
              ObjectLockRetainUntilDate: new Date(context.now().getTime() + minuteMs),
            }),
            { abortSignal },
          ),
      },
      context.signal,
    );
    return [list, isLocked ? lock : lockless(lock, bucket), put, ...(await examineLag(context))];
  } finally {
    aws.destroy();
  }
}

/** A bucket without Object Lock answers that there is no such configuration, which is no question of permissions. */
function lockless(lock: DoctorItem, bucket: string): DoctorItem {
  return {
    ...lock,
    state: 'missing',
    what: `Object Lock is not switched on for ${bucket}, so that the copy of the audit log could be deleted.`,
    permission: null,
    remedy: 'Switch on Object Lock for the bucket, or make one with it (terraform/ does).',
  };
}

async function examineLag({ audit, redis, config, now }: DoctorContext): Promise<readonly DoctorItem[]> {
  if (audit === null || 'problem' in redis) return [];
  const shared = { part: 'audit', permission: null } as const;
  try {
    const [head, state] = [await audit.head(), await readShippingState(redis, config.redisPrefix)];
    if (head === null) return [];
    const shipped = state?.chain === head.chain ? state.sequence : 0;
    const [oldest] = shipped < head.sequence ? await audit.read(shipped + 1, 1) : [];
    if (oldest === undefined || now().getTime() - Date.parse(oldest.at) < lateAfterMs)
      return [
        { ...shared, state: 'ok', what: `The copy of the audit log is up to date: ${shipped} entries.`, remedy: null },
      ];
    return [
      {
        ...shared,
        state: 'missing',
        what: `The audit log has ${head.sequence} entries and its copy ${shipped}; entry ${shipped + 1} has been waiting since ${oldest.at}.`,
        remedy: 'Look for "audit log not shipped" in the worker\'s log.',
      },
    ];
  } catch (error) {
    return [{ ...shared, state: 'unknown', what: toFailure(error).message, remedy: null }];
  }
}
