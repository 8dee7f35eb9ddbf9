/** The coverage table against the SDK's own model: no operation or route that AWS does not have. */
import * as athena from '@aws-sdk/client-athena';
import * as cloudFront from '@aws-sdk/client-cloudfront';
import * as cloudTrail from '@aws-sdk/client-cloudtrail';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as cloudWatchLogs from '@aws-sdk/client-cloudwatch-logs';
import * as loadBalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { type CoveredOperation, coverage } from './coverage.js';
import type { AwsService } from './wire.js';

const sdk: Readonly<Record<AwsService, Readonly<Record<string, unknown>>>> = {
  athena,
  cloudfront: cloudFront,
  cloudtrail: cloudTrail,
  cloudwatch: cloudWatch,
  logs: cloudWatchLogs,
  elasticloadbalancing: loadBalancing,
  s3,
  sts,
};
const nameOf = ({ service, operation }: CoveredOperation) => `${service}:${operation}`;

describe('the coverage table', () => {
  it.each(coverage.map((entry) => [nameOf(entry), entry] as const))('%s is an operation of AWS', (_name, entry) => {
    expect(sdk[entry.service]).toHaveProperty(`${entry.operation}Command`);
    expect(entry.keeps).not.toBe('');
  });

  it('lists each operation once', () => {
    expect(new Set(coverage.map(nameOf)).size).toBe(coverage.length);
  });

  it.each(coverage.filter(({ service }) => service === 'cloudfront').map((entry) => [nameOf(entry), entry] as const))(
    '%s has the route of the SDK',
    (_name, entry) => {
      const schema = sdk.cloudfront[`${entry.operation}$`];
      const [method, path] = Array.isArray(schema) ? schema[3].http : [];
      expect(entry.route).toBe(`${method} ${path}`);
    },
  );
});
