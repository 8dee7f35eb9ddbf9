/** Reads what CloudFront counts about the functions at its edge: whose answers it rejected, which threw, when they were last changed. */
import { DescribeFunctionCommand } from '@aws-sdk/client-cloudfront';
import type {
  EdgeFunctionErrors,
  EdgeFunctionReading,
  Iso,
  MetricPoint,
  Unavailability,
} from '../diagnosis/evidence.js';
import { callAws, cloudFrontRegion } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext, Collector, TaskOf } from './collector.js';
import { toGap } from './gap.js';
import { choosePeriodSeconds, type MetricQuery, readMetrics } from './metric-data.js';

type Task = TaskOf<'edge-functions'>;

/** Functions looked at; past this many a distribution has them generated, and the counts of the first tell enough. */
const maxFunctions = 20;
const readsAtOnce = 4;

/**
 * The metrics of a CloudFront Function have its name as a third dimension.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
const functionMetrics = {
  invocations: 'FunctionInvocations',
  validationErrors: 'FunctionValidationErrors',
  executionErrors: 'FunctionExecutionErrors',
  throttles: 'FunctionThrottles',
} as const;

/** AWS's documentation names only the graphs; these names are those in dashboards that its console exports. */
const lambdaMetrics = {
  validationErrors: 'LambdaValidationError',
  executionErrors: 'LambdaExecutionError',
  throttles: 'LambdaLimitExceededError',
} as const;

type FunctionMetric = keyof typeof functionMetrics;
type LambdaMetric = keyof typeof lambdaMetrics;

/** @throws Failure where the metrics cannot be read; what DescribeFunction does not tell is a gap. */
export const collectEdgeFunctions: Collector<'edge-functions'> = async (context, task) => {
  const { distributionId, functionArns, lambdaArns, window } = task;
  const periodSeconds = choosePeriodSeconds(window, context.now());
  const shown = functionArns.slice(0, maxFunctions);
  const [points, { modified, gaps }] = await Promise.all([
    readMetrics(
      context,
      cloudFrontRegion,
      [
        ...shown.flatMap((arn, index) => functionQueries(distributionId, nameOf(arn), index)),
        ...(lambdaArns.length === 0 ? [] : lambdaQueries(distributionId)),
      ],
      window,
      periodSeconds,
    ),
    readModified(context, shown),
  ]);
  const of = (id: string): readonly MetricPoint[] => points[id] ?? [];
  const functions = shown.map((arn, index): EdgeFunctionReading => {
    const ofMetric = (metric: FunctionMetric) => of(`f${index}_${metric}`);
    return {
      arn,
      name: nameOf(arn),
      invocations: sum(ofMetric('invocations')),
      lastModified: modified.get(arn) ?? null,
      ...errorsOf(ofMetric('validationErrors'), ofMetric('executionErrors'), ofMetric('throttles')),
    };
  });
  const ofLambda = (metric: LambdaMetric) => of(`lambda_${metric}`);
  return {
    distributionId,
    periodSeconds,
    functions,
    lambda:
      lambdaArns.length === 0
        ? null
        : {
            arns: lambdaArns,
            ...errorsOf(ofLambda('validationErrors'), ofLambda('executionErrors'), ofLambda('throttles')),
          },
    gaps: [...gaps, ...describeLeftOut(task)],
  };
};

function functionQueries(distributionId: string, name: string, index: number): readonly MetricQuery<string>[] {
  return keysOf(functionMetrics).map((metric) => ({
    id: `f${index}_${metric}`,
    namespace: 'AWS/CloudFront',
    metricName: functionMetrics[metric],
    dimensions: [...dimensionsOf(distributionId), { Name: 'FunctionName', Value: name }],
    statistic: 'Sum',
  }));
}

function lambdaQueries(distributionId: string): readonly MetricQuery<string>[] {
  return keysOf(lambdaMetrics).map((metric) => ({
    id: `lambda_${metric}`,
    namespace: 'AWS/CloudFront',
    metricName: lambdaMetrics[metric],
    dimensions: dimensionsOf(distributionId),
    statistic: 'Sum',
  }));
}

function dimensionsOf(distributionId: string): { Name: string; Value: string }[] {
  return [
    { Name: 'DistributionId', Value: distributionId },
    { Name: 'Region', Value: 'Global' },
  ];
}

/** When the live code of each function was last published. One refusal stands for all. */
async function readModified(
  context: CollectContext,
  arns: readonly string[],
): Promise<{ readonly modified: ReadonlyMap<string, Iso>; readonly gaps: readonly Unavailability[] }> {
  const { aws, signal } = context;
  const modified = new Map<string, Iso>();
  const gaps = new Map<string, Unavailability>();
  await mapBounded(arns, readsAtOnce, async (arn) => {
    try {
      const answer = await callAws(
        'cloudfront:DescribeFunction',
        '*',
        () =>
          aws
            .cloudFront()
            .send(new DescribeFunctionCommand({ Name: nameOf(arn), Stage: 'LIVE' }), { abortSignal: signal }),
        signal,
      );
      const at = answer.FunctionSummary?.FunctionMetadata?.LastModifiedTime;
      if (at !== undefined) modified.set(arn, at.toISOString());
    } catch (thrown) {
      const gap = toGap(context, thrown);
      gaps.set(gap.message, gap);
    }
  });
  return { modified, gaps: [...gaps.values()] };
}

function describeLeftOut({ functionArns }: Task): readonly Unavailability[] {
  const left = functionArns.length - maxFunctions;
  return left <= 0
    ? []
    : [{ kind: 'bad-input', message: `${left} of ${functionArns.length} CloudFront Functions were not looked at.` }];
}

/** `arn:aws:cloudfront::<account>:function/<name>`. */
function nameOf(arn: string): string {
  return arn.split(':function/')[1] ?? arn;
}

function errorsOf(
  validationErrors: readonly MetricPoint[],
  executionErrors: readonly MetricPoint[],
  throttles: readonly MetricPoint[],
): EdgeFunctionErrors {
  return {
    validationErrors: sum(validationErrors),
    executionErrors: sum(executionErrors),
    throttles: sum(throttles),
    validationErrorsPerMinute: validationErrors.filter(({ value }) => value > 0),
  };
}

function sum(points: readonly MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(record) as Key[];
}
