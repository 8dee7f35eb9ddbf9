/** What the local AWS plays of the services that answer queries over logs; part of the coverage table. */
import type { CoveredOperation } from './coverage.js';

export const queryCoverage: readonly CoveredOperation[] = [
  {
    service: 'athena',
    operation: 'GetWorkGroup',
    keeps: 'state, the cut-off for a query, the place of results',
    leavesOut: 'everything else',
    answer: ({ athena }, request) => athena.getWorkGroup(request),
  },
  {
    service: 'athena',
    operation: 'GetTableMetadata',
    keeps: 'whether a table is there, MetadataException',
    leavesOut: 'columns',
    answer: ({ athena }, request) => athena.getTableMetadata(request),
  },
  {
    service: 'athena',
    operation: 'StartQueryExecution',
    keeps:
      'external tables over the local S3 with partition projection and "$path", SQL run by DuckDB, the token, reuse of results, the cut-off',
    leavesOut: 'engines, encryption, other statements, results in S3, what only Trino understands',
    answer: ({ athena }, request) => athena.startQueryExecution(request),
  },
  {
    service: 'athena',
    operation: 'GetQueryExecution',
    keeps: 'state, reason, bytes scanned of the objects that the conditions leave, reuse',
    leavesOut: 'times',
    answer: ({ athena }, request) => athena.getQueryExecution(request),
  },
  {
    service: 'athena',
    operation: 'GetQueryResults',
    keeps: 'paging, the head in the first row, every value as text',
    leavesOut: 'types of columns',
    answer: ({ athena }, request) => athena.getQueryResults(request),
  },
  {
    service: 'athena',
    operation: 'StopQueryExecution',
    keeps: 'a running query is cancelled',
    leavesOut: '',
    answer: ({ athena }, request) => athena.stopQueryExecution(request),
  },
  {
    service: 'logs',
    operation: 'StartQuery',
    keeps:
      'log groups by ARN, times in whole seconds, both inclusive, a limit of 10,000 rows, a subset of the language run by DuckDB',
    leavesOut: 'the rest of the language, several accounts',
    answer: ({ insights }, request) => insights.startQuery(request),
  },
  {
    service: 'logs',
    operation: 'GetQueryResults',
    keeps: 'status, rows without values that are absent, bytes scanned',
    leavesOut: 'paging past 10,000 rows, @ptr',
    answer: ({ insights }, request) => insights.getQueryResults(request),
  },
  {
    service: 'logs',
    operation: 'DescribeQueries',
    keeps: 'id, text, status and time of every query, the newest first, paging',
    leavesOut: 'the filters',
    answer: ({ insights }, request) => insights.describeQueries(request),
  },
  {
    service: 'logs',
    operation: 'StopQuery',
    keeps: 'a running query is cancelled, an ended one is an error',
    leavesOut: '',
    answer: ({ insights }, request) => insights.stopQuery(request),
  },
];
