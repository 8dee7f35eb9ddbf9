/** Whether the names in a certificate cover a host name. Pure. */
import { domainToASCII } from 'node:url';

/**
 * The names of a certificate: DNS names and IP addresses of its subject alternative names, then the common name if it is none of them.
 * CloudFront accepts both (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html).
 *
 * @param subjectAltName as `X509Certificate.subjectAltName` writes it: `DNS:a.example, IP Address:192.0.2.1`; entries with
 *   special characters are JSON strings.
 * @param subject as `X509Certificate.subject` writes it: one `KEY=value` a line.
 */
export function parseCertificateNames(subjectAltName: string | undefined, subject: string | undefined): string[] {
  const names = new Set<string>();
  for (const [, kind, quoted, bare] of (subjectAltName ?? '').matchAll(
    /(?:^|, )(DNS|IP Address):(?:"((?:[^"\\]|\\.)*)"|([^,"]*))/g,
  )) {
    // A name that needed quoting holds characters that no host name has: it is shown but can match nothing.
    const name = quoted ?? bare ?? '';
    if (name !== '' && (kind === 'DNS' || kind === 'IP Address')) names.add(name);
  }
  const commonName = parseCommonName(subject);
  if (commonName !== null && ![...names].some((name) => name.toLowerCase() === commonName.toLowerCase()))
    names.add(commonName);
  return [...names];
}

/** The last common name of a subject, or null. */
export function parseCommonName(subject: string | undefined): string | null {
  const lines = (subject ?? '').split('\n').filter((line) => line.startsWith('CN='));
  const name = lines.at(-1)?.slice(3).trim() ?? '';
  return name === '' ? null : name;
}

/**
 * Whether one name of a certificate covers a host: the same name regardless of case, or a wildcard that stands for exactly one
 * whole left-most label and has at least two labels after it.
 */
export function coversHost(name: string, host: string): boolean {
  const wanted = normalise(host);
  const pattern = normalise(name);
  if (wanted === '' || pattern === '') return false;
  if (!pattern.includes('*')) return pattern === wanted;
  const [first, ...rest] = pattern.split('.');
  if (first !== '*' || rest.length < 2 || rest.some((label) => label === '' || label.includes('*'))) return false;
  const [label = '', ...others] = wanted.split('.');
  return label !== '' && others.join('.') === rest.join('.');
}

/** Lower case, no final dot, and the ASCII form of international names; the port of a Host header is dropped. */
function normalise(name: string): string {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^([^:]+):\d+$/, '$1');
  if (/^[\x21-\x7e]*$/.test(bare)) return bare;
  return domainToASCII(bare);
}
