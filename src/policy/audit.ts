/** The section `audit` of the policy file: where the audit log is shipped to. */
import { z } from 'zod';
import { roleArn } from './ids.js';

/** Where the audit log is copied to, so that nobody who holds Redis can rewrite it unseen. The bucket has Object Lock switched on. */
export const auditPolicySchema = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket'),
  /** Ends with a slash where it is a folder. */
  prefix: z
    .string()
    .max(400)
    .regex(/^[\w!.*'()/-]*$/, 'holds characters that S3 keys had better not have')
    .default('cf502-audit/'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region such as eu-west-1'),
  /** How long nobody can delete what was shipped. */
  retentionDays: z.number().int().min(1).max(36_500).default(365),
  /** `compliance`: nobody at all; `governance`: nobody without s3:BypassGovernanceRetention. */
  lock: z.enum(['compliance', 'governance']).default('compliance'),
  /** Role assumed for shipping and nothing else; absent: the credentials of the process. */
  roleArn: roleArn.optional(),
  externalId: z.string().min(2).optional(),
});
