/** API Gateway or a Lambda function URL gets the viewer's Host, which it does not know: it answers to its own name only. */
import { defineCheck } from '../diagnosis/check.js';
import type { DistributionEvidence, OriginConnection, OriginKind, OriginProbe } from '../diagnosis/evidence.js';
import type { Citation, Finding, Outcome } from '../diagnosis/finding.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { explainsOf } from '../diagnosis/probe-subject.js';

const services: Readonly<Partial<Record<OriginKind, string>>> = {
  'api-gateway': 'API Gateway',
  'lambda-url': 'a Lambda function URL',
};

export const forwardedHostOnAwsEndpoint = defineCheck({
  id: 'forwarded-host-on-aws-endpoint',
  title: 'Viewer’s Host sent to API Gateway or Lambda',
  layer: 'cloudfront-to-origin',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html',
  refines: ['rejected-handshake', 'mismatched-certificate-name', 'relayed-502'],
  needs: ['distribution'],
  uses: ['origin-probe'],
  evaluate: ({ distribution, 'origin-probe': probe }): Outcome => {
    const connections = probe === null ? distribution.connections : [probe.connection];
    const suspects = connections.filter((one) => one.hostIsForwarded && serviceOf(distribution, one) !== null);
    const citation: Citation = {
      kind: 'configuration',
      ref: 'cloudfront:GetDistributionConfig',
      fact: `etag ${distribution.etag}`,
    };
    const [first, ...rest] = suspects.flatMap((connection) => judge(distribution, connection, probe) ?? []);
    if (first !== undefined) return { state: 'found', findings: [first, ...rest] };
    const because =
      suspects.length > 0
        ? `${suspects[0]?.domainName ?? ''} answers to the Host ${suspects[0]?.host ?? ''}.`
        : 'Neither API Gateway nor a Lambda function URL gets the viewer’s Host.';
    return { state: 'ruled-out', because, citations: [citation] };
  },
});

/** `d-….execute-api.…` belongs to a custom domain name of API Gateway, which wants exactly that Host. */
function serviceOf({ origins }: DistributionEvidence, { originId, domainName }: OriginConnection): string | null {
  const kind = origins.find(({ id }) => id === originId)?.kind ?? 'custom';
  return domainName.startsWith('d-') ? null : (services[kind] ?? null);
}

/** Null where it was seen to answer. */
function judge(
  distribution: DistributionEvidence,
  connection: OriginConnection,
  probe: OriginProbe | null,
): Finding | null {
  const { behaviours } = distribution;
  const because = behaviours.find((one) => connection.behaviours.includes(one.pathPattern))?.forwardsHostBecause ?? '';
  const fact = `behaviour ${connection.behaviours.join(', ')}: ${because}`;
  const seen = probe !== null && probe.vantage.class === 'valid' ? probe.addresses : [];
  const answers = seen.flatMap(({ http }) => http.flatMap(({ status }) => status ?? []));
  if (answers.some((status) => status < 400)) return null;
  const isBroken =
    seen.length > 0 && seen.every(({ tls }) => tls !== null && /^(?:alert|closed|reset)$/.test(tls.outcome));
  const says = isBroken
    ? ', and ends the TLS handshake for it'
    : answers[0] === undefined
      ? ''
      : `, and answers ${answers[0]}, which viewers get as it is`;
  return {
    claim: `CloudFront sends the Host ${connection.host} to ${serviceOf(distribution, connection)} at ${connection.domainName}, which knows only its own name${says}`,
    layer: 'cloudfront-to-origin',
    strength: isBroken ? 'proven' : 'possible',
    originId: connection.originId,
    connectionId: connection.id,
    citations: isBroken
      ? [
          { kind: 'probe', ref: connection.id, fact: 'the handshake with this server name fails' },
          { kind: 'configuration', ref: 'cloudfront:GetDistributionConfig', fact },
        ]
      : [{ kind: 'configuration', ref: 'cloudfront:GetDistributionConfig', fact }],
    explains: isBroken ? explainsOf(connection, resultsOf.connect, true) : null,
    remedy: 'Use the origin request policy Managed-AllViewerExceptHostHeader on these behaviours.',
  };
}
