/** The origin serves an object of no size where one is due, by CloudFront's own word in the logs. */
import { defineCheck } from '../diagnosis/check.js';
import { decisiveResults } from '../diagnosis/log-results.js';
import { judgeLoggedFault } from '../diagnosis/logged-fault.js';

export const emptyObject = defineCheck({
  id: 'empty-object',
  title: 'Object of no size',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html',
  needs: ['access-logs'],
  evaluate: ({ 'access-logs': logs }) =>
    judgeLoggedFault(logs, {
      values: decisiveResults.emptyObject,
      layer: 'cloudfront-to-origin',
      means: 'the origin served an object of no size where one is due',
      absent: 'No logged 502 names an object of no size.',
      remedy:
        'Look at these paths on the origin: a file that is being written, or a back end that ended before its body, serves nothing with a 200.',
    }),
});
