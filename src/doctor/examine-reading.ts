/** Whether the read role may read what a check looks at: every permission of iam/read-only.json is tried. */
import {
  type DistributionConfig,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront';
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import { type AwsClients, createAwsClients } from '../platform/aws.js';
import type { Policy } from '../policy.js';
import { type DoctorContext, doctorLimits, type Examination } from './doctor-context.js';
import { examineLogs } from './examine-logs.js';
import { balancerTries, cloudFrontTries, metricTries, type ReadingTry, trailTries } from './reading-tries.js';
import { isAboutRole, type Try, tryCall } from './try-call.js';

/** Of the policy file; more are not looked at one by one. */
const mostDistributions = 20;
const madeUpDistribution = 'E0000000000000';

export const examineReading: Examination = async (context, policy) => {
  const aws = createAwsClients({
    readRoleArn: policy.aws.readRoleArn ?? null,
    externalId: policy.aws.externalId ?? null,
    sessionUser: context.userId,
    limits: { ...doctorLimits, ...context.limits },
  });
  try {
    return await examineWith(context, policy, aws);
  } finally {
    aws.destroy();
  }
};

async function examineWith(context: DoctorContext, policy: Policy, aws: AwsClients): Promise<readonly DoctorItem[]> {
  const { signal } = context;
  const role = policy.aws.readRoleArn ?? 'iam/read-only.json, for the identity that cf502 runs as';
  const attempt = (entry: ReadingTry & { readonly on?: string }): Promise<DoctorItem> =>
    tryCall({ part: 'reading', on: '*', role, ...entry }, signal);
  const first = await attempt({
    permission: 'cloudfront:ListDistributions',
    need: 'find a distribution by its domain name',
    run: (abortSignal) => aws.cloudFront().send(new ListDistributionsCommand({ MaxItems: 1 }), { abortSignal }),
  });
  if (isAboutRole(first)) return [first];
  const listed = distributionsOf(policy);
  const own = await Promise.all(listed.map((id) => readDistribution(aws, id, role, signal)));
  const readable = own.find(({ config }) => config !== null);
  const tries = [
    ...cloudFrontTries(aws, readable?.id ?? madeUpDistribution),
    ...metricTries(aws, context.now()),
    ...trailTries(aws),
    ...balancerTries(aws, 'us-east-1'),
  ];
  const rest: DoctorItem[] = [];
  // A few at a time: CloudTrail takes two calls a second, and nothing here is in a hurry.
  for (let index = 0; index < tries.length; index += 5)
    rest.push(...(await Promise.all(tries.slice(index, index + 5).map(attempt))));
  const unlisted = listed.length > 0 ? [] : await Promise.all([tryMadeUp(aws, role, signal)].flat());
  const logs = await examineLogs(
    context,
    policy,
    aws,
    own.flatMap(({ id, config }) => (config === null ? [] : [{ id, config }])),
  );
  return [first, ...own.flatMap(({ items }) => items), ...unlisted, ...rest, ...logs];
}

function distributionsOf({ distributions, changes }: Policy): readonly string[] {
  const ids = [...Object.values(distributions).map(({ id }) => id), ...(changes?.distributions ?? [])];
  return [...new Set(ids)].slice(0, mostDistributions);
}

interface OwnDistribution {
  readonly id: string;
  readonly config: DistributionConfig | null;
  readonly items: readonly DoctorItem[];
}

async function readDistribution(
  aws: AwsClients,
  id: string,
  role: string,
  signal: AbortSignal,
): Promise<OwnDistribution> {
  let config: DistributionConfig | null = null;
  let exists = false;
  const on = `arn:aws:cloudfront::*:distribution/${id}`;
  const shared = { part: 'reading', on, role } as const satisfies Partial<Try>;
  const read = await tryCall(
    {
      ...shared,
      permission: 'cloudfront:GetDistribution',
      need: `read the configuration of ${id}`,
      run: async (abortSignal) => {
        const answer = await aws.cloudFront().send(new GetDistributionCommand({ Id: id }), { abortSignal });
        exists = true;
        config = answer.Distribution?.DistributionConfig ?? null;
      },
    },
    signal,
  );
  const readConfig = await tryCall(
    {
      ...shared,
      permission: 'cloudfront:GetDistributionConfig',
      need: `propose a change of ${id}`,
      run: (abortSignal) => aws.cloudFront().send(new GetDistributionConfigCommand({ Id: id }), { abortSignal }),
    },
    signal,
  );
  if (exists || read.state !== 'ok') return { id, config, items: [read, readConfig] };
  const absent: DoctorItem = {
    part: 'policy',
    permission: null,
    state: 'missing',
    what: `The policy file names distribution ${id}, which does not exist in this account.`,
    remedy: `Correct the id in the policy file, or check that ${role} belongs to the account of the distribution.`,
  };
  return { id, config, items: [absent, readConfig] };
}

/** Where the policy file names no distribution, one that does not exist proves the permissions. */
function tryMadeUp(aws: AwsClients, role: string, signal: AbortSignal): readonly Promise<DoctorItem>[] {
  const shared = { part: 'reading', on: 'arn:aws:cloudfront::*:distribution/*', role } as const;
  const Id = madeUpDistribution;
  return [
    tryCall(
      {
        ...shared,
        permission: 'cloudfront:GetDistribution',
        need: 'read a configuration',
        run: (abortSignal) => aws.cloudFront().send(new GetDistributionCommand({ Id }), { abortSignal }),
      },
      signal,
    ),
  ];
}
