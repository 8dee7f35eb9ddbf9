/** How functions at the edge are read: where they run, what they may change, and which logged results are theirs. Pure. */
import type { AccessLogEvidence, Behaviour, EdgeFunctionAssociation } from './evidence.js';
import { resultsOf } from './log-results.js';

/**
 * Whether a function may send a request elsewhere than configured: an origin-request Lambda@Edge, or a viewer-request CloudFront Function.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 */
export function mayRewriteOrigin({ event, runtime }: EdgeFunctionAssociation): boolean {
  return event === 'origin-request' || (event === 'viewer-request' && runtime === 'cloudfront-function');
}

/** `rewrite` of `arn:aws:cloudfront::…:function/rewrite`, `sign:7` of `arn:aws:lambda:…:function:sign:7`. */
export function nameOfFunction(arn: string): string {
  return arn.split(/:function[/:]/)[1] ?? arn;
}

/** Path patterns of the behaviours that have one of these functions. */
export function behavioursWith(
  behaviours: readonly Behaviour[],
  isMeant: (association: EdgeFunctionAssociation) => boolean,
): readonly string[] {
  return behaviours.filter(({ edgeFunctions }) => edgeFunctions.some(isMeant)).map(({ pathPattern }) => pathPattern);
}

/**
 * Results of logged 502s by which CloudFront names a function. AWS says that errors of functions are written to these fields and lists no
 * names for them (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html), hence by their beginning.
 */
export function listFunctionResults(logs: AccessLogEvidence | null): readonly string[] {
  const results = (logs?.failureCells ?? []).map(({ detailedResult }) => detailedResult);
  return [...new Set(results)].filter((result) => /^(?:Lambda|Function)[A-Z]/.test(result));
}

/** What a 502 of a function may be logged as: those, the one seen in public material, and what fits any cause. */
export function resultsOfFunctions(logs: AccessLogEvidence | null): readonly string[] {
  return [...new Set([...listFunctionResults(logs), ...resultsOf.edgeFunction])];
}
