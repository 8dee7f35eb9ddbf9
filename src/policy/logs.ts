/** What the policy file says of logs: where those of a distribution lie, and by which engine and for how much money they are read. */
import { z } from 'zod';

/** Logs that the policy file names, in place of those that AWS's configuration leads to. */
export const namedLogs = z.union([
  z.strictObject({
    /** `{yyyy}`, `{MM}`, `{dd}` and `{HH}` stand for the UTC hour of the requests. */
    s3: z
      .string()
      .regex(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.*'()=/{}-]*)?$/,
        'is not a place such as s3://my-logs/cdn/{yyyy}/{MM}/{dd}/{HH}/',
      ),
    format: z.enum(['w3c', 'plain', 'json', 'raw', 'parquet']).default('w3c'),
    /** Between the values of a row, for `w3c`, `plain` and `raw`. */
    delimiter: z.string().min(1).max(5).default('\t'),
    /** Columns in order, for `raw`, whose objects do not name them. */
    fields: z
      .array(z.string().regex(/^[\w()-]{1,64}$/, 'is not the name of a log field'))
      .max(80)
      .default([]),
  }),
  z.strictObject({
    logGroup: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}$/,
        'is not the ARN of a log group of CloudWatch Logs',
      ),
  }),
]);

/** The section `logs`. */
export const logPolicySchema = z
  .strictObject({
    /** `auto`: objects in S3 are read by cf502 and log groups by Logs Insights; Athena takes over what is past the budget. */
    engine: z.enum(['auto', 'local', 'athena', 'insights']).default('auto'),
    /** Whether S3 may charge the account of the read role for reading Requester Pays buckets. */
    requesterPays: z.boolean().default(false),
    athena: z
      .strictObject({
        /** Absent: the region of each log bucket. */
        region: z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not the name of a region')
          .optional(),
        /** Must have a cut-off for the bytes that one query scans. */
        workgroup: z.string().regex(/^[\w.-]{1,128}$/, 'is not the name of a workgroup'),
        catalog: z
          .string()
          .regex(/^\w{1,128}$/, 'is not the name of a catalog')
          .default('AwsDataCatalog'),
        /** cf502 makes its tables in it. */
        database: z.string().regex(/^[a-z0-9_]{1,128}$/, 'is not the name of a database'),
        /** Absent: where the workgroup puts results. */
        outputLocation: z
          .string()
          .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.*$/, 'is not a place such as s3://my-results/cf502/')
          .optional(),
        /** https://aws.amazon.com/athena/pricing/ */
        dollarsPerTerabyte: z.number().min(0).default(5),
      })
      .optional(),
    /** https://aws.amazon.com/cloudwatch/pricing/ */
    insights: z
      .strictObject({ dollarsPerGigabyte: z.number().min(0).default(0.005) })
      .default({ dollarsPerGigabyte: 0.005 }),
  })
  .default({ engine: 'auto', requesterPays: false, insights: { dollarsPerGigabyte: 0.005 } });
