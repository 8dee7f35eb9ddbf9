/** The origin's certificate begins to be valid only later: a wrong clock, or a certificate put in place too early. */
import { defineCheck } from '../diagnosis/check.js';
import type { TlsProbe } from '../diagnosis/evidence.js';
import {
  certificatePage,
  certificateRule,
  day,
  hasProblem,
  pickCertificate,
  theCertificateOf,
} from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';

export const notYetValidCertificate = defineCheck({
  id: 'not-yet-valid-certificate',
  title: 'Certificate not yet valid',
  layer: 'cloudfront-to-origin',
  why: certificatePage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }, now) =>
    judgeProbe(probe, {
      ...certificateRule,
      mayDifferByServer: { logs },
      isFault: hasProblem('not-yet-valid'),
      lasts: (tls) => {
        const to = pickMeant(tls, now).certificate?.validFrom ?? '';
        return Date.parse(to) > now.getTime() ? { until: to } : {};
      },
      claim: (tls, connection) => {
        const { certificate } = pickMeant(tls, now);
        return `${theCertificateOf(connection)} is not valid before ${certificate === undefined ? 'a later time' : `${clock(certificate.validFrom)} UTC`}`;
      },
      sound: (connection) => `${theCertificateOf(connection)} is valid already.`,
      remedy: 'Put the previous certificate back, or one that is valid now, and check the clock of whoever issued it.',
      fact: (tls) => `valid from ${day(tls.chain[0]?.validFrom ?? '')} (${tls.trustProblems.join(', ') || 'trusted'})`,
    }),
});

function pickMeant(tls: TlsProbe, now: Date) {
  return pickCertificate(tls, ({ validFrom }) => Date.parse(validFrom) > now.getTime());
}

function clock(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
