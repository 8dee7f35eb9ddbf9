import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { renderIac } from '../../src/remediation/iac.js';
import { type Change, type ChangeField, type ChangeValue, changeFields } from '../../src/remediation/proposal.js';
import { anyCharacter } from '../builders/any-character.js';

function aWish(field: ChangeField, after: ChangeValue, originId = 'api'): Change {
  return { target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId }, field, before: 1, after };
}
const balancer: Change = {
  target: {
    kind: 'balancer',
    distributionId: 'E2EXAMPLE1ABCD',
    arn: 'arn:1',
    region: 'us-east-1',
    name: 'example-alb',
  },
  field: 'balancer-idle-timeout',
  before: 60,
  after: 90,
};

describe('the lines of code', () => {
  it('of a read time-out', () => {
    expect(renderIac(aWish('read-timeout', 60), 'custom')).toEqual({
      terraform:
        'resource "aws_cloudfront_distribution" "this" {\n  origin {\n    origin_id = "api"\n    custom_origin_config {\n      origin_read_timeout = 60\n    }\n  }\n}',
      cdk: '// origin "api", in its HttpOriginProps\nreadTimeout: Duration.seconds(60),',
      cloudFormation:
        'DistributionConfig:\n  Origins:\n    - Id: "api"\n      CustomOriginConfig:\n        OriginReadTimeout: 60',
      remarks: [],
    });
  });

  it('of a balancer', () => {
    const { terraform, cdk, cloudFormation } = renderIac(balancer, null);
    expect(terraform).toBe('resource "aws_lb" "this" {\n  name         = "example-alb"\n  idle_timeout = 90\n}');
    expect(cdk).toContain('idleTimeout: Duration.seconds(90),');
    expect(parse(cloudFormation)).toEqual({
      Name: 'example-alb',
      LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '90' }],
    });
  });

  it.each<[ChangeField, ChangeValue, Parameters<typeof renderIac>[1], RegExp, RegExp, RegExp]>([
    [
      'connection-attempts',
      2,
      'custom',
      /^ {4}connection_attempts = 2$/m,
      /OriginProps\nconnectionAttempts: 2,/,
      /^ {6}ConnectionAttempts: 2$/m,
    ],
    [
      'connection-timeout',
      4,
      's3',
      /^ {4}connection_timeout = 4$/m,
      /connectionTimeout: Duration\.seconds\(4\)/,
      /^ {6}ConnectionTimeout: 4$/m,
    ],
    [
      'keep-alive-timeout',
      3,
      'load-balancer',
      /custom_origin_config \{\n {6}origin_keepalive_timeout = 3/,
      /keepaliveTimeout: Duration\.seconds\(3\)/,
      /CustomOriginConfig:\n {8}OriginKeepaliveTimeout: 3/,
    ],
    [
      'keep-alive-timeout',
      3,
      'vpc',
      /vpc_origin_config \{\n {6}origin_keepalive_timeout = 3/,
      /VpcOriginProps/,
      /VpcOriginConfig:\n {8}OriginKeepaliveTimeout: 3/,
    ],
    [
      'read-timeout',
      50,
      's3',
      /s3_origin_config \{\n {6}origin_read_timeout = 50/,
      /s3OriginConfig: \{ originReadTimeout: 50 \}/,
      /S3OriginConfig:\n {8}OriginReadTimeout: 50/,
    ],
    [
      'response-completion-timeout',
      90,
      'custom',
      /response_completion_timeout = 90/,
      /responseCompletionTimeout: Duration\.seconds\(90\)/,
      /ResponseCompletionTimeout: 90/,
    ],
    [
      'response-completion-timeout',
      null,
      'custom',
      /response_completion_timeout = 0/,
      /leave responseCompletionTimeout out/,
      /# without ResponseCompletionTimeout/,
    ],
  ])('of %s %s at %s', (field, after, kind, terraform, cdk, cloudFormation) => {
    const lines = renderIac(aWish(field, after), kind);
    expect(lines.terraform).toMatch(terraform);
    expect(lines.cdk).toMatch(cdk);
    expect(lines.cloudFormation).toMatch(cloudFormation);
  });

  it('name the resource of a multi-tenant distribution', () => {
    expect(renderIac(aWish('read-timeout', 60), 'custom', true).terraform).toMatch(
      /aws_cloudfront_multitenant_distribution[\s\S]*\n {4}id = "api"/,
    );
  });

  it('say what the tools cannot', () => {
    expect(renderIac(aWish('read-timeout', 200), 's3').remarks.join(' ')).toMatch(/issue 44172.*at most 180 s/);
    expect(renderIac(aWish('response-completion-timeout', 60), 'custom').remarks.join(' ')).toMatch(/6\.13\.0/);
  });
});

/** What HCL makes of a quoted literal: its escapes, and nothing else after a backslash; `${` would begin an expression. */
function readHcl(literal: string): string {
  return literal.replace(
    /\\(?:u([0-9a-f]{4})|(.))|[$%]\{|([$%])\3\{/gsu,
    (match, code?: string, sign?: string, doubled?: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (doubled !== undefined) return `${doubled}{`;
      const known = new Map([
        ['n', '\n'],
        ['r', '\r'],
        ['t', '\t'],
        ['"', '"'],
        ['\\', '\\'],
      ]).get(sign ?? '');
      if (known === undefined) throw new Error(`HCL would not take ${match}`);
      return known;
    },
  );
}

describe('an origin id that is hostile', () => {
  const anId = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({
      unit: fc.constantFrom('"', '\\', '\n', '\b', '\f', '$', '%', '{', '}', "'", '#', '/', '*', '\u2028', 'a'),
    }),
  );
  it('breaks out of nothing', () => {
    fc.assert(
      fc.property(anId, fc.constantFrom(...changeFields), (id, field) => {
        const change =
          field === 'balancer-idle-timeout'
            ? { ...balancer, target: { ...balancer.target, kind: 'balancer', arn: '', region: '', name: id } as const }
            : aWish(field, 60, id);
        const { terraform, cdk, cloudFormation } = renderIac(change, 'custom');
        const harmless = renderIac(field === 'balancer-idle-timeout' ? balancer : aWish(field, 60), 'custom');
        expect(terraform.split('\n')).toHaveLength(harmless.terraform.split('\n').length);
        expect(cdk.split(/[\n\r\u2028\u2029]/)).toHaveLength(2);
        const read: unknown = parse(cloudFormation);
        const kept =
          field === 'balancer-idle-timeout'
            ? (read as { Name: unknown }).Name
            : (read as { DistributionConfig: { Origins: [{ Id: unknown }] } }).DistributionConfig.Origins[0].Id;
        expect(kept).toBe(id);
        const literal = /= "((?:[^"\\]|\\.)*)"$/m.exec(terraform)?.[1] ?? '';
        expect(readHcl(literal)).toBe(id);
      }),
      { numRuns: 500 },
    );
  });
});
