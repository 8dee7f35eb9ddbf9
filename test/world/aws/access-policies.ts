/**
 * IAM policies as the local AWS enforces them: a session may do what its role AND its session policy allow. Allow and Deny with wildcards in
 * actions and resources; conditions are refused rather than ignored.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import { AwsFault, type AwsService } from './wire.js';

export interface PolicyDocument {
  readonly statements: readonly {
    readonly effect: 'Allow' | 'Deny';
    readonly actions: readonly string[];
    readonly resources: readonly string[];
  }[];
}

/** @throws AwsFault `MalformedPolicyDocument` as STS does. */
export function parsePolicyDocument(text: string): PolicyDocument {
  const refuse = (why: string) => new AwsFault(400, 'MalformedPolicyDocument', why);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse('The policy is not JSON.');
  }
  const { Version: version, Statement: statement } = asRecord(document);
  if (version !== '2012-10-17') throw refuse('The policy has no Version 2012-10-17.');
  const statements = asList(statement).map((each) => {
    const entry = asRecord(each);
    const effect = entry['Effect'];
    if (effect !== 'Allow' && effect !== 'Deny') throw refuse('A statement has no Effect.');
    for (const unsupported of ['Condition', 'NotAction', 'NotResource', 'Principal'])
      if (unsupported in entry) throw refuse(`The local AWS does not play ${unsupported}.`);
    const actions = asList(entry['Action']).map(String);
    const resources = asList(entry['Resource']).map(String);
    if (actions.length === 0 || resources.length === 0) throw refuse('A statement needs Action and Resource.');
    return { effect, actions, resources } as const;
  });
  if (statements.length === 0) throw refuse('The policy has no Statement.');
  return { statements };
}

/** Whether every one of the policies allows it; no policy at all allows everything. */
export function allows(policies: readonly PolicyDocument[], action: string, resource: string): boolean {
  return policies.every(({ statements }) => {
    const matching = statements.filter(
      (each) =>
        each.actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
        each.resources.some((pattern) => matchesPattern(pattern, resource)),
    );
    return matching.some(({ effect }) => effect === 'Allow') && !matching.some(({ effect }) => effect === 'Deny');
  });
}

interface Asked {
  readonly service: AwsService;
  readonly operation: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** IAM names a few S3 operations differently from the API. */
const s3Actions: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListObjectVersions: 'ListBucketVersions',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
};

/** What is asked for as IAM sees it. Operations without a resource of their own are on `*`. */
export function askedAction(accountId: string, { service, operation, pathParameters, query }: Asked) {
  const name = service === 's3' ? nameOnS3() : operation;
  // Copying needs the right to create as well: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CopyDistribution.html
  const also =
    operation === 'CopyDistribution'
      ? [{ action: 'cloudfront:CreateDistribution', resource: `arn:aws:cloudfront::${accountId}:distribution/*` }]
      : [];
  return { action: `${service}:${name}`, resource: resourceOf(), also };

  function nameOnS3(): string {
    if (query.has('versionId')) return `${operation}Version`;
    return s3Actions[operation] ?? operation;
  }

  function resourceOf(): string {
    const { Bucket: bucket, Key: key } = pathParameters;
    if (service === 's3' && bucket !== undefined)
      return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
    if (service === 'cloudfront' && operation === 'CopyDistribution')
      return `arn:aws:cloudfront::${accountId}:distribution/${pathParameters['PrimaryDistributionId']}`;
    if (service === 'cloudfront' && /^(Create|Update|Delete)ContinuousDeploymentPolicy$/.test(operation))
      return `arn:aws:cloudfront::${accountId}:continuous-deployment-policy/${pathParameters['Id'] ?? '*'}`;
    if (service === 'cloudfront' && /^(Get|Update|Delete)Distribution(Config|WithStagingConfig)?$/.test(operation))
      return `arn:aws:cloudfront::${accountId}:distribution/${pathParameters['Id']}`;
    // Describing balancers has no resource in IAM; changing one has.
    if (service === 'elasticloadbalancing' && operation.startsWith('Modify'))
      return query.get('LoadBalancerArn') ?? '*';
    if (service === 'sts' && operation === 'AssumeRole') return query.get('RoleArn') ?? '*';
    return '*';
  }
}

function matchesPattern(pattern: string, text: string): boolean {
  // Most are: a regular expression for each is what a call to the local AWS would take longest for.
  if (!/[*?]/.test(pattern)) return pattern === text;
  const source = pattern
    .split('')
    .map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(text);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
