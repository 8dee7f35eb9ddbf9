/** The policy file (YAML): what this installation may look at, for whom, how far. Unknown keys are refused, all problems at once. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from './failure.js';
import { auditPolicySchema } from './policy/audit.js';
import { changePolicySchema } from './policy/changes.js';
import { cidr, distributionId, roleArn, slackChannel, slackUser } from './policy/ids.js';
import { logPolicySchema, namedLogs } from './policy/logs.js';

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
  logs: logPolicySchema,
  checks: z
    .strictObject({
      /** A check ends at this age with what it has. */
      deadlineSeconds: z.number().int().min(10).max(900).default(120),
      /** At this age people read a first guess, or what is ruled out by then. */
      firstGuessSeconds: z.number().min(1).max(15).default(10),
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
      firstGuessSeconds: 10,
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
