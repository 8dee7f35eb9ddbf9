/** The two roles of an installation that may change things, and what a key that assumes them may do itself: nothing. */
import { readFileSync } from 'node:fs';
import type { LocalAws } from './aws/local-aws.js';

export const readRole = 'arn:aws:iam::123456789012:role/cf502-read';
export const changeRole = 'arn:aws:iam::123456789012:role/cf502-change';

const allow = (
  ...statements: readonly { readonly Action: readonly string[]; readonly Resource: string | readonly string[] }[]
): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) });

/** What trials need on top, from the file that people are given. */
function trialStatements(): readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[] {
  const text = readFileSync('iam/change-trial.json', 'utf8')
    .replaceAll('111122223333', '123456789012')
    .replaceAll('E1EXAMPLE12345', '*');
  return (JSON.parse(text) as { readonly Statement: ReturnType<typeof trialStatements> }).Statement;
}

/** The role that reads cannot write, the one that writes can do nothing else. */
export function installRoles(aws: LocalAws): void {
  const reads = [
    'cloudfront:Get*',
    'cloudfront:List*',
    'cloudwatch:Get*',
    'elasticloadbalancing:Describe*',
    's3:*',
    'logs:*',
  ];
  aws.putRole(readRole, { policy: allow({ Action: reads, Resource: '*' }) });
  aws.putRole(changeRole, {
    externalId: 'cf502-example',
    policy: allow(
      {
        Action: ['cloudfront:GetDistribution', 'cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'],
        Resource: 'arn:aws:cloudfront::123456789012:distribution/*',
      },
      { Action: ['elasticloadbalancing:*'], Resource: '*' },
      ...trialStatements(),
    ),
  });
  aws.restrictKey(allow({ Action: ['sts:AssumeRole'], Resource: '*' }));
}

/** @param approvers lines of the policy's `changes`, in its indentation. */
export function changePolicyText(distributionIds: readonly string[], mode: string, approvers: string): string {
  return `version: 1
aws:
  readRoleArn: ${readRole}
changes:
  mode: ${mode}
  roleArn: ${changeRole}
  externalId: cf502-example
  distributions: [${distributionIds.join(', ')}]
${approvers}`;
}
