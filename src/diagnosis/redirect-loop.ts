/** An origin that sends CloudFront back to itself over HTTPS, where CloudFront is told to ask over HTTP. Pure. */
import type { OriginProbe } from './evidence.js';
import type { Outcome } from './finding.js';
import { cite, nameOf } from './probe-subject.js';

/** A redirect to the same place over HTTPS comes back over HTTP for ever. Viewers see a loop of redirects, and no 502. */
export function findRedirectLoop(probe: OriginProbe): Outcome | null {
  const { connection, addresses } = probe;
  if (connection.scheme !== 'http') return null;
  for (const address of addresses)
    for (const { status, location, path } of address.http) {
      if (location === null || status === null || status < 300 || status > 399) continue;
      if (location.toLowerCase() !== `https://${connection.host.toLowerCase()}${path.toLowerCase()}`) continue;
      const claim = `${nameOf(connection)} redirects ${path} to itself over HTTPS while CloudFront asks over HTTP: viewers get a loop of redirects, which is no 502`;
      const finding = {
        claim,
        layer: 'cloudfront-to-origin' as const,
        strength: 'supported' as const,
        originId: connection.originId,
        connectionId: connection.id,
        citations: [cite(probe, address, `GET ${path}: ${status} to ${location}`)] as const,
        explains: null,
        remedy: 'Set the origin’s protocol policy to HTTPS only or match viewer, or stop the origin from redirecting.',
      };
      return { state: 'found', findings: [finding] };
    }
  return null;
}
