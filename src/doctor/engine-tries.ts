/** The harmless call for each engine that the policy file lets count logs: a workgroup is looked at, a query that is none is sent. */
import { GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { DescribeQueriesCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type AwsClients, cloudFrontRegion } from '../platform/aws.js';
import type { Policy } from '../policy.js';
import type { Try } from './try-call.js';

export type EngineTry = Pick<Try, 'permission' | 'on' | 'need' | 'run'> & Partial<Pick<Try, 'proves' | 'named'>>;

export function engineTries(aws: AwsClients, policy: Policy): readonly EngineTry[] {
  return [...athenaTries(aws, policy), ...insightsTries(aws, policy)];
}

function athenaTries(aws: AwsClients, { logs: { athena } }: Policy): readonly EngineTry[] {
  if (athena === undefined) return [];
  const region = athena.region ?? cloudFrontRegion;
  return [
    {
      permission: 'athena:GetWorkGroup',
      on: `arn:aws:athena:${region}:*:workgroup/${athena.workgroup}`,
      need: 'see that the workgroup has a cut-off, without which it asks Athena nothing',
      run: (abortSignal) =>
        aws.athena(region).send(new GetWorkGroupCommand({ WorkGroup: athena.workgroup }), { abortSignal }),
    },
  ];
}

/** A query that cannot be understood is refused, and costs nothing, once the permission was looked at. */
function insightsTries(aws: AwsClients, { distributions }: Policy): readonly EngineTry[] {
  const groups = Object.values(distributions).flatMap(({ logs = [] }) =>
    logs.flatMap((named) => ('logGroup' in named ? [named.logGroup] : [])),
  );
  const regions = new Set(groups.map(regionOf));
  const starts = [...new Set(groups)].map((arn) => ({
    permission: 'logs:StartQuery',
    on: arn,
    need: 'count the requests in this log group',
    named: `log group ${arn}`,
    proves: ['MalformedQueryException', 'InvalidParameterException'],
    run: (abortSignal: AbortSignal) =>
      aws.cloudWatchLogs(regionOf(arn)).send(
        new StartQueryCommand({
          logGroupIdentifiers: [arn],
          startTime: 0,
          endTime: 1,
          queryString: 'this is no query',
        }),
        { abortSignal },
      ),
  }));
  const lists = [...regions].map((region) => ({
    permission: 'logs:DescribeQueries',
    on: '*',
    need: 'take up the queries of a run that died, and asks Logs Insights anew, which is paid again',
    run: (abortSignal: AbortSignal) =>
      aws.cloudWatchLogs(region).send(new DescribeQueriesCommand({ maxResults: 1 }), { abortSignal }),
  }));
  return [...starts, ...lists];
}

function regionOf(logGroupArn: string): string {
  return logGroupArn.split(':')[3] ?? cloudFrontRegion;
}
