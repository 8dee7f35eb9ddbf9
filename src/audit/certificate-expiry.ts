/** How far away the day is on which a certificate of an origin runs out. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { reasonsOf } from '../diagnosis/audit-reading.js';
import type { Certificate, OriginProbe } from '../diagnosis/evidence.js';
import { countOf } from '../diagnosis/wording.js';

const dayMs = 86_400_000;
/** Ours: time to renew by hand. ACM renews 60 days ahead, common authorities of 90-day certificates 30. */
const horizonDays = 21;

export const certificateExpiry = defineAuditItem({
  id: 'certificate-expiry',
  title: 'Certificates of origins renewed in time',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html',
  matters:
    'From the second a certificate expires every HTTPS request to that origin is a 502, and there is no setting to look away.',
  offers:
    'Certificates of ACM on a load balancer renew by themselves while their validation record stays in DNS. ACM warns about its own certificates only; CloudFront warns about none of the origin’s.',
  needs: ['origin-probes'],
  evaluate: ({ 'origin-probes': probes }, now) => {
    const seen = probes.collected
      .flatMap(({ data }) => certificatesOf(data))
      .sort((a, b) => Date.parse(a.certificate.validTo) - Date.parse(b.certificate.validTo));
    const [soonest] = seen;
    if (soonest === undefined) {
      const [reason, ...others] = reasonsOf(probes);
      const encrypted = probes.collected.filter(({ data }) => data.connection.scheme === 'https');
      if (reason === undefined && encrypted.length === 0)
        return {
          state: 'in-place',
          because: 'No origin is reached by HTTPS, so no certificate can run out.',
          citations: [
            {
              kind: 'configuration',
              ref: 'cloudfront:GetDistribution',
              fact: `${probes.collected.length} connections, none by HTTPS`,
            },
          ],
        };
      return {
        state: 'unknown',
        because: 'No certificate of an origin was seen.',
        missing: [
          reason ?? {
            kind: 'not-observable',
            message: 'No origin came to show its certificate from here.',
            remedy: 'Run cf502 where the origins can be reached, or look at the dates in ACM.',
          },
          ...others,
        ],
        citations: [],
      };
    }
    const { certificate, probe, isLeaf } = soonest;
    const days = Math.floor((Date.parse(certificate.validTo) - now.getTime()) / dayMs);
    const whose = `${isLeaf ? 'the certificate' : 'a certificate in the chain'} of ${probe.connection.domainName}`;
    const citations = [
      {
        kind: 'probe',
        ref: probe.connection.id,
        fact: `${certificate.subject}, valid until ${certificate.validTo.slice(0, 10)}`,
      },
    ] as const;
    if (days >= horizonDays)
      return {
        state: 'in-place',
        because: `The next to run out, ${whose}, has ${countOf(days, 'day')} left.${blindness(probes.missing.length)}`,
        citations,
      };
    return {
      state: 'at-risk',
      because:
        days < 0 ? `Expired ${countOf(-days, 'day')} ago: ${whose}.` : `Only ${countOf(days, 'day')} left: ${whose}.`,
      citations,
      fix: {
        action: `Renew ${whose} now, and let the renewal run by itself.`,
        terraform:
          'resource "aws_acm_certificate" "origin" {\n  domain_name       = "origin.example.com"\n  validation_method = "DNS"\n  lifecycle { create_before_destroy = true }\n}',
        cloudFormation: 'AWS::CertificateManager::Certificate: ValidationMethod DNS',
      },
    };
  },
});

function certificatesOf(
  probe: OriginProbe,
): readonly { readonly certificate: Certificate; readonly probe: OriginProbe; readonly isLeaf: boolean }[] {
  return probe.addresses.flatMap(({ tls }) =>
    (tls?.chain ?? [])
      .filter(({ selfSigned }, index) => index === 0 || !selfSigned)
      .map((certificate, index) => ({ certificate, probe, isLeaf: index === 0 })),
  );
}

function blindness(missing: number): string {
  return missing === 0 ? '' : ` ${countOf(missing, 'connection')} could not be probed.`;
}
