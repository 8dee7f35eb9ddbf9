/** The origin answers a range request with lengths that contradict each other, by CloudFront's own word in the logs. */
import { defineCheck } from '../diagnosis/check.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { judgeLoggedFault } from '../diagnosis/logged-fault.js';

export const mismatchedContentRange = defineCheck({
  id: 'mismatched-content-range',
  title: 'Contradicting Content-Range',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['access-logs'],
  evaluate: ({ 'access-logs': logs }) =>
    judgeLoggedFault(logs, {
      values: decisiveResults.contentRange,
      layer: 'cloudfront-to-origin',
      means: 'its Content-Length and Content-Range contradict each other',
      absent: 'No logged 502 names a Content-Range that contradicts its Content-Length.',
      remedy:
        'Ask the origin for a part of one of these objects (`Range: bytes=0-99`) and compare the two headers; a cache or a rewriting proxy before it is the usual culprit.',
    }),
});
