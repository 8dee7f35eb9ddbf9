/** A handshake as evidence: what was agreed on, the certificates shown, and what Mozilla's roots and the names say of them. Pure. */
import type { X509Certificate } from 'node:crypto';
import type { Certificate, OriginConnection, TlsProbe } from '../../diagnosis/evidence.js';
import { coversHost } from './certificate-names.js';
import { describeCertificate, namesOf, parseCertificate } from './certificates.js';
import type { Handshake } from './tls.js';
import { evaluateTrust, type TrustStore } from './trust.js';

const dayMs = 86_400_000;

/** @param trace what is worth a line beyond the evidence. */
export function evaluateHandshake(
  handshake: Handshake,
  connection: OriginConnection,
  store: TrustStore,
  now: Date,
  trace: (line: string) => void,
): TlsProbe {
  const parsed = handshake.certificates.map(parseCertificate);
  const readable = parsed.filter((certificate): certificate is X509Certificate => certificate !== null);
  const described = readable.map(describeCertificate).filter((one): one is Certificate => one !== null);
  // A leaf that cannot be read leaves nothing to judge: what follows it is not the origin's own certificate.
  const leaf = parsed[0] ?? null;
  const trust = evaluateTrust(leaf === null ? [] : readable, store, now, handshake.chainAsServed);
  const isUnreadable = parsed.includes(null) || described.length < parsed.length;
  const trustProblems =
    isUnreadable && !trust.problems.includes('invalid') ? [...trust.problems, 'invalid' as const] : trust.problems;
  const names = leaf === null ? [] : namesOf(leaf);
  const [first] = described;
  if (first !== undefined) {
    const order = handshake.chainAsServed ? 'as served' : '(their order is not visible in TLS 1.3)';
    trace(`${described.length} certificates ${order}: ${described.map(({ subject }) => subject).join(' <- ')}`);
    const days = Math.floor((Date.parse(first.validTo) - now.getTime()) / dayMs);
    trace(`a key of ${first.keyType} with ${first.keyBits ?? '?'} bits, valid for ${days} more days`);
  }
  for (const remark of trust.remarks) trace(remark);
  return {
    outcome: handshake.outcome,
    sni: connection.sni ?? connection.domainName,
    error: handshake.error,
    protocol: handshake.protocol,
    cipher: handshake.cipher,
    curve: handshake.curve,
    chain: described,
    chainAsServed: handshake.chainAsServed,
    trustProblems,
    missingIssuer: trust.missingIssuer,
    remarks: trust.remarks.slice(0, 5),
    matchesOriginDomain: names.some((name) => coversHost(name, connection.domainName)),
    matchesHost: names.some((name) => coversHost(name, connection.host)),
    exploration: null,
    withoutSni: null,
    elapsedMs: handshake.elapsedMs,
  };
}
