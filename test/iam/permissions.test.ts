/** The files under iam/ against the code: what is called is allowed, and nothing that is never called. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const readStatements = (file: string): readonly Statement[] =>
  (JSON.parse(readFileSync(join('iam', file), 'utf8')) as { readonly Statement: readonly Statement[] }).Statement;
const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
const actionsOf = (file: string): readonly string[] => readStatements(file).flatMap(({ Action }) => list(Action));

/** Package of the SDK -> prefix of its actions in IAM. */
const prefixes: Readonly<Record<string, string>> = {
  cloudfront: 'cloudfront',
  cloudtrail: 'cloudtrail',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  s3: 's3',
  athena: 'athena',
};
/** Where IAM has another name than the API. */
const renamed: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
};

/** What each file of the product calls, as IAM names it. */
function callsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/import (?:type )?\{([^}]+)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g)].flatMap(
    ([, names = '', client = '']) =>
      [...names.matchAll(/\b(\w+)Command\b(?!Output|Input)/g)].flatMap(([, operation = '']) => {
        const action = `${prefixes[client] ?? `unknown client ${client}`}:${operation}`;
        return text.includes(`new ${operation}Command(`) ? [renamed[action] ?? action] : [];
      }),
  );
}

const sources = ['src', 'jobs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
const writes: ReadonlySet<string> = new Set([
  'cloudfront:UpdateDistribution',
  'cloudfront:CopyDistribution',
  'cloudfront:UpdateDistributionWithStagingConfig',
  'cloudfront:DeleteDistribution',
  'cloudfront:CreateContinuousDeploymentPolicy',
  'cloudfront:UpdateContinuousDeploymentPolicy',
  'cloudfront:DeleteContinuousDeploymentPolicy',
  'elasticloadbalancing:ModifyLoadBalancerAttributes',
]);
const ofChanges = ['src/platform/live-subject.ts', 'src/doctor/examine-changes.ts'];
const ofAudit = ['src/platform/audit-bucket.ts', 'src/doctor/examine-audit.ts'];
const unique = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();

interface Role {
  readonly file: string;
  readonly calls: readonly string[];
  /** Allowed although no line of the code calls it, and why. */
  readonly aside: Readonly<Record<string, string>>;
}

const roles: readonly Role[] = [
  {
    file: 'read-only.json',
    // Live configurations are read with the read role too.
    calls: unique(sources.filter((path) => !ofAudit.includes(path)).flatMap(callsOf)).filter(
      (action) => !writes.has(action),
    ),
    aside: {
      'glue:CreateTable': 'Athena keeps its tables in Glue',
      'glue:GetDatabase': 'Athena keeps its tables in Glue',
      'glue:GetTable': 'Athena keeps its tables in Glue',
      'glue:GetPartitions': 'Athena keeps its tables in Glue',
      's3:PutObject': 'Athena writes results as whoever asks',
      's3:AbortMultipartUpload': 'Athena writes results as whoever asks',
    },
  },
  {
    file: 'change.json',
    calls: unique(ofChanges.flatMap(callsOf)),
    aside: {
      's3:GetBucketAcl': 'UpdateDistribution asks for it where legacy logging is on',
      's3:PutBucketAcl': 'UpdateDistribution asks for it where legacy logging is on',
      'lambda:GetFunction': 'UpdateDistribution asks for it where Lambda@Edge is attached',
      'lambda:EnableReplication*': 'UpdateDistribution asks for it where Lambda@Edge is attached',
    },
  },
  {
    file: 'change-trial.json',
    calls: unique(callsOf('src/platform/trial-writes.ts')),
    aside: {
      'cloudfront:CreateDistribution': 'CopyDistribution asks for it',
      'cloudfront:GetDistribution': 'CopyDistribution asks for it',
    },
  },
  {
    file: 'audit-shipping.json',
    // Always a version of an object.
    calls: unique(ofAudit.flatMap(callsOf)).map((action) =>
      action === 's3:GetObject' ? 's3:GetObjectVersion' : action,
    ),
    aside: {
      's3:PutObjectRetention': 'PutObject asks for it where a retention is set',
      's3:GetObjectRetention': 'GetObject tells the retention only to those who have it',
    },
  },
];

describe.each(roles)('iam/$file', ({ file, calls, aside }) => {
  it('allows everything that is called', () => {
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.filter((action) => !actionsOf(file).includes(action))).toEqual([]);
  });

  it('allows nothing that is never called', () => {
    expect(actionsOf(file).filter((action) => !calls.includes(action) && !(action in aside))).toEqual([]);
  });

  it('has no action twice on the same resource, no Deny and no wildcard but the documented one', () => {
    const pairs = readStatements(file).flatMap(({ Action, Resource = [] }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} ${resource}`)),
    );
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(readStatements(file).every(({ Effect }) => Effect === 'Allow')).toBe(true);
    expect(actionsOf(file).filter((action) => action.includes('*'))).toEqual(
      file === 'change.json' ? ['lambda:EnableReplication*'] : [],
    );
  });
});

describe('writes', () => {
  it('are allowed on named things only', () => {
    const written = readStatements('change.json').filter(({ Action }) =>
      list(Action).some((action) => !/:(Get|Describe)/.test(action)),
    );
    expect(written.map(({ Sid }) => Sid)).toEqual([
      'NamedDistributionsOnly',
      'OptionalWhereLegacyLoggingIsOn',
      'OptionalWhereLambdaAtEdgeIsAttached',
      'OptionalNamedBalancersOnly',
    ]);
    for (const { Resource = [] } of written)
      for (const resource of list(Resource)) expect(resource).not.toMatch(/^\*$|distribution\/\*/);
  });

  it('are in no other file', () => {
    for (const file of ['read-only.json', 'audit-shipping.json'])
      expect(actionsOf(file).filter((action) => writes.has(action))).toEqual([]);
  });
});

describe.each(['trust-read.json', 'trust-change.json'])('iam/%s', (file) => {
  it('asks for the external id and lets sessions be tagged with nothing but the Slack user', () => {
    const statements = readStatements(file);
    expect(statements.map(({ Action }) => Action)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    for (const { Condition } of statements)
      expect(Condition?.['StringEquals']).toEqual({ 'sts:ExternalId': 'CHOSEN-BY-YOU' });
    expect(statements[1]?.Condition?.['ForAllValues:StringEquals']).toEqual({ 'aws:TagKeys': ['SlackUser'] });
  });
});

it('a change is refused to a session that names no approver', () => {
  expect(readStatements('trust-change.json')[0]?.Condition?.['StringLike']).toEqual({
    'aws:RequestTag/SlackUser': '?*',
  });
});
