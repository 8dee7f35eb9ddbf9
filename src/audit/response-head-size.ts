/** How much room response heads have left below CloudFront's limit. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { reasonsOf } from '../diagnosis/audit-reading.js';
import { formatCount, listOf } from '../diagnosis/wording.js';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const limitBytes = 32_768;
/** Ours: three quarters of it, since cookies differ from request to request. */
const warnBytes = 24_576;

export const responseHeadSize = defineAuditItem({
  id: 'response-head-size',
  title: 'Room below the limit of response heads',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html',
  matters:
    'Heads grow with every cookie and policy line; past the limit the answer is thrown away and the viewer gets an error.',
  offers:
    'The quota is 32,768 bytes for the whole head. The 10 KB that are often named are CloudFront’s quota for headers that it adds itself, and API Gateway’s limit. Load balancers stop at 32 K too; nginx in front of an application at 4 or 8 KB.',
  needs: ['origin-probes'],
  evaluate: ({ 'origin-probes': probes }) => {
    const answers = probes.collected
      .flatMap(({ data }) =>
        data.addresses.flatMap(({ http }) =>
          http.filter(({ headBytes }) => headBytes > 0).map((answer) => ({ answer, connection: data.connection })),
        ),
      )
      .sort((a, b) => b.answer.headBytes - a.answer.headBytes);
    const [largest] = answers;
    if (largest === undefined) {
      const [reason, ...others] = reasonsOf(probes);
      return {
        state: 'unknown',
        because: 'No origin answered from here, so no head was measured.',
        missing: [
          reason ?? {
            kind: 'not-observable',
            message: 'No answer of an origin was seen.',
            remedy: 'Run cf502 where the origins can be reached.',
          },
          ...others,
        ],
        citations: [],
      };
    }
    const { answer, connection } = largest;
    const headers = answer.headerBytes.slice(0, 3).map(({ name, bytes }) => `${name} (${formatCount(bytes)})`);
    const citations = [
      {
        kind: 'probe',
        ref: connection.id,
        fact: `${answer.method} ${answer.path}: head of ${formatCount(answer.headBytes)} bytes; largest headers ${listOf(headers)}`,
      },
    ] as const;
    const size = `The largest head measured has ${formatCount(answer.headBytes)} of ${formatCount(limitBytes)} bytes`;
    if (answer.headBytes < warnBytes)
      return {
        state: 'in-place',
        because: `${size}, on ${answer.path} of ${connection.domainName}. Paths with more cookies may have more.`,
        citations,
      };
    return {
      state: 'at-risk',
      because: `${size}, on ${answer.path} of ${connection.domainName}: ${listOf(headers)}.`,
      citations,
      fix: {
        action: `Shorten ${answer.headerBytes[0]?.name ?? 'the largest header'} at the origin. The limit counts what the origin sends, so a response headers policy that takes a header off does not help.`,
        terraform: null,
        cloudFormation: null,
      },
    };
  },
});
