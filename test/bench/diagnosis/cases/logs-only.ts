/** The fault is not to be seen from here and now; CloudFront's own word in the logs is all there is. */
import type { BenchCase, Expected, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

function logged(
  what: string,
  cause: string,
  detailedResult: string,
  world: Partial<WorldSketch> = {},
  more: Partial<Expected> = {},
): BenchCase {
  return {
    id: `logs-only/${what}`,
    family: 'logs-only',
    world: { origins: [{ label: 'web' }], failures: [{ share: 0.3, detailedResult }], ...world },
    expected: { ...expectCause({ cause }), ...more },
  };
}

export const logsOnlyCases: readonly BenchCase[] = [
  logged('name-did-not-resolve', 'unresolvable-origin', 'OriginDnsError'),
  logged('name-did-not-resolve/at-some-edges', 'unresolvable-origin', 'OriginDnsError', {
    failures: [{ share: 0.9, edgeLocations: ['SIN52-P2'], detailedResult: 'OriginDnsError' }],
  }),
  logged('head-was-too-big', 'oversized-response-head', 'OriginHeaderTooBigError'),
  logged('head-was-too-big/post-only', 'oversized-response-head', 'OriginHeaderTooBigError', {
    failures: [{ share: 0.9, methods: ['POST'], detailedResult: 'OriginHeaderTooBigError' }],
  }),
  logged('answer-was-invalid', 'malformed-response-head', 'OriginInvalidResponseError', {
    failures: [{ share: 0.8, pathPattern: '/api/checkout', detailedResult: 'OriginInvalidResponseError' }],
  }),
  logged('ranges-contradict-lengths', 'mismatched-content-range', 'OriginContentRangeLengthError'),
  logged('objects-of-no-size', 'empty-object', 'OriginZeroSizeObjectError', {
    failures: [{ share: 0.7, pathPattern: '/api/checkout', detailedResult: 'OriginZeroSizeObjectError' }],
  }),
  logged('vpc-origin-with-decisive-rows', 'oversized-response-head', 'OriginHeaderTooBigError', {
    origins: [{ label: 'web', vpc: true }],
  }),
];
