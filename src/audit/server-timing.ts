/** Whether CloudFront tells in a header where the time of a request went. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, nameBehaviours } from '../diagnosis/audit-reading.js';

export const serverTiming = defineAuditItem({
  id: 'server-timing',
  title: 'Server-Timing header',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html',
  matters:
    'It shows from outside whether a request reached the origin, over a new or a kept connection, and how long name, connection and first byte took.',
  offers:
    'A response headers policy with Server-Timing. Even at a sampling rate of 0 it is sent to whoever asks with Pragma: server-timing, so it costs nothing until it is needed.',
  needs: ['distribution'],
  evaluate: ({ distribution: { behaviours, gaps } }) => {
    const known = (state: 'on' | 'off') => behaviours.filter(({ serverTiming }) => serverTiming === state);
    const [on, off] = [known('on'), known('off')];
    const citations = [
      fromConfiguration(
        `${on.length} of ${behaviours.length} behaviours with Server-Timing`,
        'cloudfront:GetResponseHeadersPolicy',
      ),
    ] as const;
    if (off.length > 0)
      return {
        state: 'missing',
        because: on.length === 0 ? 'No behaviour sends it.' : `It is not sent for ${nameBehaviours(off)}.`,
        citations,
        fix: {
          action:
            'Attach a response headers policy with Server-Timing at a sampling rate of 0 or more to every behaviour.',
          terraform:
            'resource "aws_cloudfront_response_headers_policy" "timing" {\n  name = "server-timing"\n  server_timing_headers_config {\n    enabled       = true\n    sampling_rate = 0\n  }\n}\n# in the behaviours: response_headers_policy_id = aws_cloudfront_response_headers_policy.timing.id',
          cloudFormation: 'ResponseHeadersPolicyConfig.ServerTimingHeadersConfig: Enabled true, SamplingRate 0',
        },
      };
    if (on.length === behaviours.length)
      return { state: 'in-place', because: 'Every behaviour sends it to whoever asks.', citations };
    const gap = gaps.find(({ remedy }) => remedy?.includes('GetResponseHeadersPolicy') === true) ?? {
      kind: 'access-denied',
      message: 'Not every response headers policy could be read.',
      remedy: 'Allow cloudfront:GetResponseHeadersPolicy on * for the role that cf502 reads with.',
    };
    return { state: 'unknown', because: gap.message, missing: [gap], citations: [] };
  },
});
