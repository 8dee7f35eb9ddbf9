/** The policy file (YAML): what this installation may look at, for whom, how far. Unknown keys are refused, all problems at once. */
import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from './failure.js';

const distributionId = z
  .string()
  .regex(/^E[A-Z0-9]{6,20}$/, 'is not a distribution id (E followed by capitals and digits)');
const slackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'is not a Slack user id (U… or W…)');
const slackChannel = z.string().regex(/^[CGD][A-Z0-9]{2,}$/, 'is not a Slack channel id (C…)');
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'is not the ARN of an IAM role');
const slackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'is not the id of a Slack user group (S…)');
const cidr = z.string().refine((text) => ipaddr.isValidCIDR(text), 'is not a CIDR range such as 10.0.0.0/8');

/** How far one value may go, and how far at once. AWS's own limits hold beside these. */
const bounds = z
  .strictObject({
    min: z.number().int().min(0),
    max: z.number().int().min(1),
    largestStep: z.number().int().min(1).optional(),
  })
  .refine((bound) => bound.min <= bound.max, 'min is above max');

const changePolicySchema = z.strictObject({
  /** `dry-run`: says what it would have sent, and sends nothing. */
  mode: z.enum(['dry-run', 'apply']).default('dry-run'),
  /** Role assumed for one change and nothing else; needed where `mode` is `apply`. */
  roleArn: roleArn.optional(),
  externalId: z.string().min(2).optional(),
  /** Distributions that may be changed, by id. */
  distributions: z.array(distributionId).min(1),
  approvers: z.strictObject({
    users: z.array(slackUser).default([]),
    groups: z.array(slackGroup).default([]),
    /** Different people who must approve. */
    quorum: z.number().int().min(1).max(5).default(1),
    /** Whether the person who asked may be one of them. */
    selfApproval: z.boolean().default(false),
  }),
  /** A proposal that nobody decided is void at this age. */
  expiresAfterMinutes: z.number().int().min(1).max(1440).default(30),
  /** Times at which a change may be applied, UTC; absent: always. */
  windows: z
    .array(
      z.strictObject({
        days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
        from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 08:30'),
        to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is not a time such as 17:00'),
      }),
    )
    .min(1)
    .optional(),
  /** People who may apply alone and outside the windows, with a reason, loudly; absent: nobody. */
  breakGlass: z.strictObject({ users: z.array(slackUser).min(1) }).optional(),
  /** Per field; a field that is absent has the defaults of remediation/bounds.ts. */
  bounds: z
    .strictObject({
      'connection-attempts': bounds.optional(),
      'connection-timeout': bounds.optional(),
      'read-timeout': bounds.optional(),
      'keep-alive-timeout': bounds.optional(),
      'response-completion-timeout': bounds.optional(),
      'balancer-idle-timeout': bounds.optional(),
    })
    .default({}),
  /** How long after the deployment the success test looks. */
  proofWindowMinutes: z.number().int().min(1).max(120).default(15),
  /** Trials by continuous deployment, for which the change role needs iam/change-trial.json as well; absent: none is offered. */
  trial: z
    .strictObject({
      /** Part of the viewers that is sent to the staging distribution; AWS takes at most 0.15. */
      weight: z.number().min(0.01).max(0.15).default(0.05),
      /** Minutes that are compared. */
      windowMinutes: z.number().int().min(5).max(240).default(30),
      /** A trial that nobody has promoted or ended is ended at this age. */
      mostHours: z.number().int().min(1).max(72).default(8),
    })
    .optional(),
});

/** Where the audit log is copied to, so that nobody who holds Redis can rewrite it unseen. The bucket has Object Lock switched on. */
const auditPolicySchema = z.strictObject({
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

/** Logs that the policy file names, in place of those that AWS's configuration leads to. */
const namedLogs = z.union([
  z.strictObject({
    /** `{yyyy}`, `{MM}`, `{dd}` and `{HH}` stand for the UTC hour of the requests. */
    s3: z
      .string()
      .regex(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.*'()=/{}-]*)?$/,
        'is not a place such as s3://my-logs/cdn/{yyyy}/{MM}/{dd}/{HH}/',
      ),
    format: z.enum(['w3c', 'plain', 'json', 'raw', 'parquet']).default('w3c'),
    /** Between the values of a row, for `w3c`, `plain` and `raw`. */
    delimiter: z.string().min(1).max(5).default('\t'),
    /** Columns in order, for `raw`, whose objects do not name them. */
    fields: z
      .array(z.string().regex(/^[\w()-]{1,64}$/, 'is not the name of a log field'))
      .max(80)
      .default([]),
  }),
  z.strictObject({
    logGroup: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}$/,
        'is not the ARN of a log group of CloudWatch Logs',
      ),
  }),
]);

const policySchema = z.strictObject({
  version: z.literal(1),
  /** Name a person may type -> the distribution and who may ask about it. */
  distributions: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a name of lower-case letters, digits and dashes'),
      z.strictObject({
        id: distributionId,
        /** Channels in which it may be asked about; absent: all. */
        channels: z.array(slackChannel).min(1).optional(),
        /** People who may ask about it; absent: all. */
        users: z.array(slackUser).min(1).optional(),
        /** Where its logs lie; absent: where AWS's configuration says. */
        logs: z.array(namedLogs).min(1).max(8).optional(),
      }),
    )
    .default({}),
  access: z
    .strictObject({
      /** `listed`: only the distributions above. `any`: every distribution that the read role can see. */
      distributions: z.enum(['any', 'listed']).default('any'),
      channels: z.array(slackChannel).min(1).optional(),
      users: z.array(slackUser).min(1).optional(),
    })
    .default({ distributions: 'any' }),
  aws: z
    .strictObject({
      /** Role assumed for every read, tagged with the Slack user; absent: the credentials of the process. */
      readRoleArn: roleArn.optional(),
      externalId: z.string().min(2).optional(),
    })
    .default({}),
  probes: z
    .strictObject({
      /** Loopback, private or link-local ranges that may be probed all the same. */
      allowedRanges: z.array(cidr).default([]),
      connectTimeoutSeconds: z.number().min(0.2).max(10).default(5),
      maxAddresses: z.number().int().min(1).max(32).default(8),
      /** Idle connections are held for CloudFront's keep-alive timeout and 2 s more, and no longer than this; 0: none is held. */
      keepAliveHoldSeconds: z.number().min(0).max(60).default(12),
      /** Whether paths that fail in the logs are asked for as well; GET only, a few per origin. */
      failingPaths: z.boolean().default(true),
      /** Whether each check sends one tagged request through the distribution itself; it shows in its logs and counts. */
      throughTheEdge: z.boolean().default(false),
    })
    .default({
      allowedRanges: [],
      connectTimeoutSeconds: 5,
      maxAddresses: 8,
      keepAliveHoldSeconds: 12,
      failingPaths: true,
      throughTheEdge: false,
    }),
  logs: z
    .strictObject({
      /** `auto`: objects in S3 are read by cf502 and log groups by Logs Insights; Athena takes over what is past the budget. */
      engine: z.enum(['auto', 'local', 'athena', 'insights']).default('auto'),
      /** Whether S3 may charge the account of the read role for reading Requester Pays buckets. */
      requesterPays: z.boolean().default(false),
      athena: z
        .strictObject({
          /** Absent: the region of each log bucket. */
          region: z
            .string()
            .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not the name of a region')
            .optional(),
          /** Must have a cut-off for the bytes that one query scans. */
          workgroup: z.string().regex(/^[\w.-]{1,128}$/, 'is not the name of a workgroup'),
          catalog: z
            .string()
            .regex(/^\w{1,128}$/, 'is not the name of a catalog')
            .default('AwsDataCatalog'),
          /** cf502 makes its tables in it. */
          database: z.string().regex(/^[a-z0-9_]{1,128}$/, 'is not the name of a database'),
          /** Absent: where the workgroup puts results. */
          outputLocation: z
            .string()
            .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.*$/, 'is not a place such as s3://my-results/cf502/')
            .optional(),
          /** https://aws.amazon.com/athena/pricing/ */
          dollarsPerTerabyte: z.number().min(0).default(5),
        })
        .optional(),
      /** https://aws.amazon.com/cloudwatch/pricing/ */
      insights: z
        .strictObject({ dollarsPerGigabyte: z.number().min(0).default(0.005) })
        .default({ dollarsPerGigabyte: 0.005 }),
    })
    .default({ engine: 'auto', requesterPays: false, insights: { dollarsPerGigabyte: 0.005 } }),
  checks: z
    .strictObject({
      /** A check ends at this age with what it has. */
      deadlineSeconds: z.number().int().min(10).max(900).default(120),
      defaultSinceMinutes: z.number().int().min(5).max(1440).default(60),
      maxWindowHours: z.number().int().min(1).max(336).default(24),
      /** Compressed log bytes read at most per check. */
      maxLogBytes: z.number().int().min(1).default(2_000_000_000),
      /** Reading logs that is reckoned to take longer, or to cost more, samples every hour instead. */
      maxLogSeconds: z.number().min(1).default(60),
      maxLogDollars: z.number().min(0).default(1),
    })
    .default({
      deadlineSeconds: 120,
      defaultSinceMinutes: 60,
      maxWindowHours: 24,
      maxLogBytes: 2_000_000_000,
      maxLogSeconds: 60,
      maxLogDollars: 1,
    }),
  /** Changes of time-outs. Absent: cf502 proposes none and holds no right to make any. */
  changes: changePolicySchema.optional(),
  /** Shipping of the audit log. Absent: it is kept in Redis only. */
  audit: auditPolicySchema.optional(),
});

export type Policy = z.infer<typeof policySchema>;

/** The policy that holds where no file says otherwise: anybody may ask about any distribution that the process's credentials can read. */
export const defaultPolicy: Policy = policySchema.parse({ version: 1 });

/** @throws Failure `misconfigured` listing every problem with its place in the file. */
export function parsePolicy(text: string, fileName: string): Policy {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    throw new Failure(
      'misconfigured',
      `${fileName} is not YAML: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const parsed = policySchema.safeParse(withoutEmptySections(data));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  - ${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new Failure('misconfigured', `${fileName} has ${lines.length} problem(s):\n${lines.join('\n')}`);
}

/** In YAML a section whose lines are all comments is null; the person means the defaults. */
function withoutEmptySections(data: unknown): unknown {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

/** Reads the policy file; a missing default file means the default policy, a missing file that was asked for is an error. */
export function loadPolicy(fileName: string): Policy {
  let text: string;
  try {
    text = readFileSync(fileName, 'utf8');
  } catch (error) {
    if (fileName === 'cf502.policy.yml') return defaultPolicy;
    throw new Failure(
      'misconfigured',
      `The policy file ${fileName} cannot be read; see cf502.policy.example.yml for its shape.`,
      { cause: error },
    );
  }
  return parsePolicy(text, fileName);
}

/**
 * Whether this person may ask about this distribution in this channel.
 * @returns null when allowed, else the sentence to tell them.
 */
export function refuseCheck(
  policy: Policy,
  ask: { readonly distributionId: string | null; readonly channelId: string; readonly userId: string },
): string | null {
  const { access } = policy;
  if (access.channels !== undefined && !access.channels.includes(ask.channelId))
    return 'cf502 may not be used in this channel; its policy file lists the channels where it may.';
  if (access.users !== undefined && !access.users.includes(ask.userId))
    return 'You are not on the list of people who may use cf502; the platform team keeps it in the policy file.';
  if (ask.distributionId === null) return null;
  const listed = Object.values(policy.distributions).filter((entry) => entry.id === ask.distributionId);
  if (listed.length === 0) {
    return access.distributions === 'any'
      ? null
      : `Distribution ${ask.distributionId} is not in the policy file, so cf502 will not look at it; ask the platform team to list it.`;
  }
  if (!listed.some((entry) => entry.channels === undefined || entry.channels.includes(ask.channelId)))
    return `Distribution ${ask.distributionId} may not be asked about in this channel; the policy file lists where.`;
  if (!listed.some((entry) => entry.users === undefined || entry.users.includes(ask.userId)))
    return `You may not ask about distribution ${ask.distributionId}; the policy file lists who may.`;
  return null;
}
