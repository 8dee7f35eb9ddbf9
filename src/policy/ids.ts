/** The names of things in the policy file, each with what is wrong about one that is not. */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

export const distributionId = z
  .string()
  .regex(/^E[A-Z0-9]{6,20}$/, 'is not a distribution id (E followed by capitals and digits)');
export const slackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'is not a Slack user id (U… or W…)');
export const slackChannel = z.string().regex(/^[CGD][A-Z0-9]{2,}$/, 'is not a Slack channel id (C…)');
export const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'is not the ARN of an IAM role');
export const slackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'is not the id of a Slack user group (S…)');
export const cidr = z.string().refine((text) => ipaddr.isValidCIDR(text), 'is not a CIDR range such as 10.0.0.0/8');
