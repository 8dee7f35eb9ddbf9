/** From what CloudFront counts and logs about functions at its edge to a finding. Pure. */
import { overlapByMinute } from './balancer-reading.js';
import { behavioursWith, listFunctionResults, nameOfFunction, resultsOfFunctions } from './edge-function-reading.js';
import type { AccessLogEvidence, Behaviour, EdgeFunctionsEvidence, EdgeTwinEvidence, MetricPoint } from './evidence.js';
import { countFitting } from './explain.js';
import type { Citation, Explains, Finding, Strength } from './finding.js';
import { countOf, listOf } from './wording.js';

export interface Faults {
  readonly claim: string;
  readonly explains: Explains;
  readonly citations: readonly [Citation, ...Citation[]];
  /** As high as the kind of evidence goes. */
  readonly ceiling: Strength;
  /** Null where nothing was counted minute by minute. */
  readonly perMinute: readonly MetricPoint[] | null;
}

/** From this share of minutes in common on, the rejected answers are taken for the logged 502s. */
const sameMinutes = 0.8;
const metricsRef = 'AWS/CloudFront in us-east-1';

/** Validation errors that CloudFront counted; null without any. */
export function findFaults(
  behaviours: readonly Behaviour[],
  { functions, lambda }: EdgeFunctionsEvidence,
  logs: AccessLogEvidence | null,
): Faults | null {
  const rejected = functions.filter(({ validationErrors }) => validationErrors > 0);
  const ofLambda = lambda !== null && lambda.validationErrors > 0 ? lambda : null;
  if (rejected.length === 0 && ofLambda === null) return null;
  const arns = new Set([...rejected.map(({ arn }) => arn), ...(ofLambda?.arns ?? [])]);
  const count =
    rejected.reduce((sum, { validationErrors }) => sum + validationErrors, 0) + (ofLambda?.validationErrors ?? 0);
  const published = rejected.length === 1 ? (rejected[0]?.lastModified ?? null) : null;
  const since = published === null ? '' : ` (published ${published.slice(0, 16).replace('T', ' ')} UTC)`;
  const citations: readonly Citation[] = [
    ...rejected.map(({ name, validationErrors }) => cite(`FunctionValidationErrors of ${name}: ${validationErrors}`)),
    ...(ofLambda === null
      ? []
      : [
          cite(
            `LambdaValidationError of the distribution: ${ofLambda.validationErrors} (a name known from dashboards)`,
          ),
        ]),
  ];
  const [first, ...rest] = citations;
  if (first === undefined) return null;
  return {
    claim: `CloudFront rejected ${countOf(count, 'answer')} of the edge function ${namesOf([...arns])}${since}`,
    explains: {
      behaviours: behavioursWith(behaviours, ({ arn }) => arns.has(arn)),
      detailedResults: resultsOfFunctions(logs).filter((result) => !isGenerated(result)),
      atMost: count,
    },
    citations: [first, ...rest],
    // AWS documents the metrics of CloudFront Functions by name, and those of Lambda@Edge only as graphs.
    ceiling: ofLambda === null ? 'proven' : 'supported',
    perMinute: [
      ...rejected.flatMap(({ validationErrorsPerMinute }) => validationErrorsPerMinute),
      ...(ofLambda?.validationErrorsPerMinute ?? []),
    ],
  };
}

/** What CloudFront itself named in the log, or in the answer to a request that was sent through it; null without either. */
export function findLoggedFaults(
  behaviours: readonly Behaviour[],
  logs: AccessLogEvidence | null,
  twin: EdgeTwinEvidence | null,
): Faults | null {
  const patterns = behavioursWith(behaviours, () => true);
  const arns = behaviours.flatMap(({ edgeFunctions }) => edgeFunctions.map(({ arn }) => arn));
  const results = listFunctionResults(logs).filter((result) => !isGenerated(result));
  const count = results.length === 0 ? 0 : countFitting(logs, { behaviours: patterns, detailedResults: results });
  const answered =
    twin?.status === 502 && /^(?:Lambda|Function)[A-Z]/.test(twin.xCache ?? '') && !isGenerated(twin.xCache ?? '')
      ? twin
      : null;
  if (count === 0 && answered === null) return null;
  const where = namesOf([...new Set(arns)]);
  const logged: readonly Citation[] =
    logs === null || count === 0
      ? []
      : [{ kind: 'access-log', ref: logs.source, fact: `${countOf(count, '502')} logged as ${listOf(results)}` }];
  const seen: readonly Citation[] =
    answered === null
      ? []
      : [
          {
            kind: 'probe',
            ref: `GET https://${answered.host}${answered.path} through CloudFront, ${answered.requestId ?? 'no id'}`,
            fact: `${answered.status}, X-Cache: ${answered.xCache ?? ''}`,
          },
        ];
  const [first, ...rest] = [...logged, ...seen];
  if (first === undefined) return null;
  return {
    claim: `CloudFront names an edge function (${where}) as what made the answer: ${answered?.xCache ?? listOf(results)}`,
    explains: {
      behaviours: patterns,
      detailedResults: count > 0 ? results : resultsOfFunctions(logs).filter((result) => !isGenerated(result)),
    },
    citations: [first, ...rest],
    ceiling: 'supported',
    perMinute: null,
  };
}

/** 502s that a function answered with on purpose, by CloudFront's own word in the log; null without any. */
export function findGenerated(behaviours: readonly Behaviour[], logs: AccessLogEvidence | null): Finding | null {
  const results = listFunctionResults(logs).filter(isGenerated);
  const patterns = behavioursWith(behaviours, () => true);
  const explains: Explains = { behaviours: patterns, detailedResults: results };
  const count = results.length === 0 ? 0 : countFitting(logs, explains);
  if (logs === null || count === 0) return null;
  const arns = behaviours.flatMap(({ edgeFunctions }) => edgeFunctions.map(({ arn }) => arn));
  return {
    claim: `The edge function itself (${namesOf([...new Set(arns)])}) answered ${countOf(count, 'request')} with 502`,
    layer: 'edge-function',
    strength: 'supported',
    originId: null,
    connectionId: null,
    citations: [
      { kind: 'access-log', ref: logs.source, fact: `${countOf(count, '502')} logged as ${listOf(results)}` },
    ],
    explains,
    remedy:
      'Look at what the function returns and for which requests: CloudFront passed its answer on as it was, so the 502 is in its code or in what it calls.',
  };
}

export function judgeFaults(faults: Faults, logs: AccessLogEvidence | null): Finding {
  const { claim, explains, citations, ceiling, perMinute } = faults;
  const { ofErrors, ofRows } =
    logs === null || perMinute === null ? { ofErrors: 0, ofRows: 0 } : overlapByMinute(perMinute, logs, explains);
  const fitting = countFitting(logs, explains);
  const isFirm = ceiling === 'proven' && fitting > 0 && ofErrors >= sameMinutes && ofRows >= sameMinutes;
  const [first, ...rest] = citations;
  const agreement: readonly Citation[] =
    logs === null || perMinute === null
      ? []
      : [
          {
            kind: 'access-log',
            ref: logs.source,
            fact: `${Math.round(ofErrors * 100)} % of the rejected answers fall in minutes with logged 502s`,
          },
        ];
  return {
    claim,
    layer: 'edge-function',
    strength: isFirm ? 'proven' : 'supported',
    originId: null,
    connectionId: null,
    citations: [first, ...rest, ...agreement],
    explains,
    remedy:
      'Look in the function’s log in the region of the edge: it returns a malformed object, a header that it may not touch, or too large an answer. Go back to its last version if it was just published.',
  };
}

/** A function that throws, times out or is throttled makes a 503: worth saying, and no cause of a 502. Null without any. */
export function listExecutionErrors({ functions, lambda }: EdgeFunctionsEvidence): Finding | null {
  const failed = [
    ...functions.map((one) => ({ arns: [one.arn], count: one.executionErrors + one.throttles })),
    ...(lambda === null ? [] : [{ arns: lambda.arns, count: lambda.executionErrors + lambda.throttles }]),
  ].filter(({ count }) => count > 0);
  const total = failed.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return {
    claim: `The edge function ${namesOf(failed.flatMap(({ arns }) => arns))} failed or was throttled ${countOf(total, 'time')}, which CloudFront answers with 503 rather than 502`,
    layer: 'edge-function',
    strength: 'supported',
    originId: null,
    connectionId: null,
    citations: [cite(`${countOf(total, 'execution error or throttle', 'execution errors and throttles')}`)],
    explains: null,
    remedy: 'Look in the log of the function for what it throws, and at its quota.',
  };
}

/** The answer is the function's own and was accepted: nothing is wrong with its form. */
function isGenerated(result: string): boolean {
  return /^(?:Lambda|Function)GeneratedResponse\b/.test(result);
}

function namesOf(arns: readonly string[]): string {
  return listOf(arns.map(nameOfFunction), 3);
}

function cite(fact: string): Citation {
  return { kind: 'metric', ref: metricsRef, fact };
}
