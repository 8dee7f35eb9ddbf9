/** The same change as lines of Terraform, CDK and CloudFormation: without them the next deployment takes it back. Pure; ids are untrusted and quoted. */
import type { Origin } from '../diagnosis/evidence.js';
import type { Change, ChangeField, ChangeValue } from './proposal.js';

export interface IacLines {
  /** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution */
  readonly terraform: string;
  /** https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cloudfront_origins.HttpOriginProps.html */
  readonly cdk: string;
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-origin.html */
  readonly cloudFormation: string;
  /** What these tools cannot say, or only from a version on. Sentences. */
  readonly remarks: readonly string[];
}

type OriginField = Exclude<ChangeField, 'balancer-idle-timeout'>;
/** The part of an origin that holds the field, in the words of CloudFormation. */
type Block = 'CustomOriginConfig' | 'VpcOriginConfig' | 'S3OriginConfig' | null;

const names: Readonly<Record<OriginField, { terraform: string; cdk: string; cloudFormation: string }>> = {
  'connection-attempts': {
    terraform: 'connection_attempts',
    cdk: 'connectionAttempts',
    cloudFormation: 'ConnectionAttempts',
  },
  'connection-timeout': {
    terraform: 'connection_timeout',
    cdk: 'connectionTimeout',
    cloudFormation: 'ConnectionTimeout',
  },
  'read-timeout': { terraform: 'origin_read_timeout', cdk: 'readTimeout', cloudFormation: 'OriginReadTimeout' },
  'keep-alive-timeout': {
    terraform: 'origin_keepalive_timeout',
    cdk: 'keepaliveTimeout',
    cloudFormation: 'OriginKeepaliveTimeout',
  },
  'response-completion-timeout': {
    terraform: 'response_completion_timeout',
    cdk: 'responseCompletionTimeout',
    cloudFormation: 'ResponseCompletionTimeout',
  },
};

const terraformBlocks: Readonly<Record<Exclude<Block, null>, string>> = {
  CustomOriginConfig: 'custom_origin_config',
  VpcOriginConfig: 'vpc_origin_config',
  S3OriginConfig: 's3_origin_config',
};

/**
 * @param kind of the origin, as in the evidence; null where it is not known: then it is taken for a custom one.
 * @param isMultiTenant such distributions have a Terraform resource of their own.
 */
export function renderIac(change: Change, kind: Origin['kind'] | null, isMultiTenant = false): IacLines {
  const { target, field, after } = change;
  if (field === 'balancer-idle-timeout' || target.kind === 'balancer') return renderBalancer(change);
  const block = blockOf(field, kind);
  return {
    terraform: renderTerraform(target.originId, field, after, block, isMultiTenant),
    cdk: renderCdk(target.originId, field, after, block),
    cloudFormation: renderCloudFormation(target.originId, field, after, block),
    remarks: remarksOn(field, after, block),
  };
}

function blockOf(field: OriginField, kind: Origin['kind'] | null): Block {
  if (field !== 'read-timeout' && field !== 'keep-alive-timeout') return null;
  if (kind === 'vpc') return 'VpcOriginConfig';
  return kind === 's3' ? 'S3OriginConfig' : 'CustomOriginConfig';
}

function renderTerraform(
  originId: string,
  field: OriginField,
  after: ChangeValue,
  block: Block,
  isMultiTenant: boolean,
): string {
  // The provider's word for no limit is 0.
  const line = `${names[field].terraform} = ${after ?? 0}`;
  const resource = isMultiTenant ? 'aws_cloudfront_multitenant_distribution' : 'aws_cloudfront_distribution';
  return [
    `resource "${resource}" "this" {`,
    '  origin {',
    `    ${isMultiTenant ? 'id' : 'origin_id'} = ${quoteHcl(originId)}`,
    ...(block === null ? [`    ${line}`] : [`    ${terraformBlocks[block]} {`, `      ${line}`, '    }']),
    '  }',
    '}',
  ].join('\n');
}

function renderCdk(originId: string, field: OriginField, after: ChangeValue, block: Block): string {
  const name = names[field].cdk;
  const head = `// origin ${quoteJson(originId)}`;
  if (after === null) return `${head}\n// leave ${name} out`;
  if (block === 'S3OriginConfig')
    return `${head}, as CfnDistribution.OriginProperty\ns3OriginConfig: { originReadTimeout: ${after} }`;
  const value = field === 'connection-attempts' ? String(after) : `Duration.seconds(${after})`;
  const options = block === 'VpcOriginConfig' ? 'VpcOriginProps' : block === null ? 'OriginProps' : 'HttpOriginProps';
  return `${head}, in its ${options}\n${name}: ${value},`;
}

function renderCloudFormation(originId: string, field: OriginField, after: ChangeValue, block: Block): string {
  const name = names[field].cloudFormation;
  const line = after === null ? `# without ${name}` : `${name}: ${after}`;
  return [
    'DistributionConfig:',
    '  Origins:',
    `    - Id: ${quoteJson(originId)}`,
    ...(block === null ? [`      ${line}`] : [`      ${block}:`, `        ${line}`]),
  ].join('\n');
}

function renderBalancer({ target, after }: Change): IacLines {
  const name = target.kind === 'balancer' ? target.name : '';
  return {
    terraform: `resource "aws_lb" "this" {\n  name         = ${quoteHcl(name)}\n  idle_timeout = ${after ?? 60}\n}`,
    cdk: `// load balancer ${quoteJson(name)}, in its ApplicationLoadBalancerProps\nidleTimeout: Duration.seconds(${after ?? 60}),`,
    cloudFormation: [
      `Name: ${quoteJson(name)}`,
      'LoadBalancerAttributes:',
      '  - Key: idle_timeout.timeout_seconds',
      `    Value: "${after ?? 60}"`,
    ].join('\n'),
    remarks: [],
  };
}

/** The longest that the CDK's classes for origins take; CloudFormation itself asks CloudFront. */
const cdkMaxSeconds = 180;

function remarksOn(field: OriginField, after: ChangeValue, block: Block): readonly string[] {
  return [
    ...(field === 'response-completion-timeout'
      ? ['Terraform knows response_completion_timeout from version 6.13.0 of its AWS provider on.']
      : []),
    ...(block === 'S3OriginConfig'
      ? ['Terraform’s AWS provider may not know origin_read_timeout for S3 origins yet: see its issue 44172.']
      : []),
    ...(block !== null && after !== null && after > cdkMaxSeconds
      ? [`The CDK’s origin classes take at most ${cdkMaxSeconds} s; override the property of the CfnDistribution.`]
      : []),
  ];
}

/** A string of JSON is one of YAML and of TypeScript too; the two line separators are not of every parser's liking. */
function quoteJson(text: string): string {
  return JSON.stringify(text.slice(0, 255)).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** HCL knows no \b and \f, and expands `${` and `%{`. https://developer.hashicorp.com/terraform/language/expressions/strings */
function quoteHcl(text: string): string {
  return quoteJson(text)
    .replace(/(\\\\)|\\b|\\f/g, (match, backslash: string | undefined) =>
      backslash === undefined ? (match === '\\b' ? '\\u0008' : '\\u000c') : match,
    )
    .replace(/([$%])\{/g, '$1$1{');
}
