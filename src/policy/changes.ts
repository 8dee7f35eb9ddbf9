/** The section `changes` of the policy file: what may be changed, by whom, how far. */
import { z } from 'zod';
import { distributionId, roleArn, slackGroup, slackUser } from './ids.js';

/** How far one value may go, and how far at once. AWS's own limits hold beside these. */
const bounds = z
  .strictObject({
    min: z.number().int().min(0),
    max: z.number().int().min(1),
    largestStep: z.number().int().min(1).optional(),
  })
  .refine((bound) => bound.min <= bound.max, 'min is above max');

export const changePolicySchema = z.strictObject({
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
