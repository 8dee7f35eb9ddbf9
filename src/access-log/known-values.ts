/** What a value of a log means for the counts: how it is written in the result, and what follows from it. */
import { matchBehaviour, matchesPathPattern } from '../diagnosis/path-pattern.js';
import type { AggregateOptions } from './aggregate.js';
import { decodeField } from './decode-field.js';
import { templatePath } from './path-template.js';
import type { TabledDimension } from './tally.js';

/** Longer values are cut off. */
export const maxTextLength = 255;
export const failureStatus = 502;
/** From here on a request counts as slow. */
export const slowMs = 5_000;

/** A value as it is counted. */
export function readValue(dimension: TabledDimension, text: string): string {
  const decoded = decodeField(text).slice(0, maxTextLength);
  const value = dimension === 'host' ? decoded.toLowerCase() : decoded;
  return value === '' ? '-' : value;
}

export interface ReadPath {
  /** Whether it matches the path that was asked for. */
  readonly isWanted: boolean;
  /** `-` where none matches. */
  readonly behaviour: string;
  readonly template: string;
}

export function readPath(text: string, { behaviours, pathPattern }: AggregateOptions): ReadPath {
  const path = decodeField(text);
  return {
    isWanted: pathPattern === null || matchesPathPattern(pathPattern, path),
    behaviour: matchBehaviour(behaviours, path) ?? '-',
    template: templatePath(path),
  };
}

/**
 * The methods that CloudFront sends again after a failure to read, up to its number of attempts.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
 */
export function isRepeatable(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Values of requests that went to the origin and came back with its answer. */
export function isServedByOrigin(detailedResult: string): boolean {
  return detailedResult === 'Miss' || detailedResult === 'RefreshHit';
}

/** A limit of CloudFront's own, or a function at its edge: no word of how the origin fares. */
export function isMadeAtEdge(detailedResult: string): boolean {
  return /^(?:LimitExceeded|CapacityExceeded|Function|Lambda)/.test(detailedResult);
}

/** `OriginDnsError`, `OriginConnectError` …, and not `OriginShieldHit`. */
export function blamesOrigin(detailedResult: string): boolean {
  return detailedResult.startsWith('Origin') && detailedResult.endsWith('Error');
}
